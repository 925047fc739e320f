"""Print what a model reports of recordings, in the daemon's own loop."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from haredge.activity.classifier import WindowClassifier
from haredge.activity.thresholds import Threshold, resolve
from haredge.config.schema import ActivitySection
from haredge.core.sensitivity import SENSITIVITIES
from haredge.evaluation.segments import SegmentScores, sum_scores
from haredge.models.catalog import find_model
from research.real_videos.replay import replays
from research.real_videos.rules import Material
from research.real_videos.rules_command import material_of

NONE: Final = "(none of the model's)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--model", default="everyday", help="an installed model, or a folder (default: %(default)s)")
    parser.add_argument(
        "--sensitivity", default="normal", choices=SENSITIVITIES, help="whose thresholds hold (default: %(default)s)"
    )
    parser.add_argument("recordings", nargs="+", type=Path, help="folders of recordings, as `haredge extract` makes")


def run(args: argparse.Namespace) -> None:
    """Replay and print one row a label, and the sum."""
    classifier = WindowClassifier.open(find_model(args.model))
    manifest = classifier.manifest
    found = [replay for folder in args.recordings for replay in replays(folder, classifier)]
    if not found:
        sys.exit(f"{args.recordings[0]}: no recordings, which `haredge extract` writes as LABEL/NAME.npz")
    thresholds = resolve(manifest, ActivitySection(sensitivity=args.sensitivity))
    sys.stdout.writelines(table(material_of(manifest, found), thresholds))


def table(material: Material, thresholds: Mapping[str, Threshold]) -> Iterator[str]:
    """Yield the lines of a table of what is reported with these thresholds."""
    scores = material.scores(thresholds)
    yield f"{'label':26}{'clips':>6}{'seconds':>9}{'right':>8}{'wrong':>8}{'reported':>10}\n"
    for label, of_label in sorted(_by_label(material, scores).items()):
        yield _row(label, of_label)
    yield f"{material.measured(scores)}\n"


def _by_label(material: Material, scores: Iterable[SegmentScores]) -> Mapping[str, list[SegmentScores]]:
    by_label: dict[str, list[SegmentScores]] = defaultdict(list)
    for one, true in zip(scores, material.true, strict=True):
        by_label[", ".join(sorted(true)) or NONE].append(one)
    return by_label


def _row(label: str, scores: list[SegmentScores]) -> str:
    """Seconds in all, of them right and wrong, and the share of clips in which the label was reported at some time."""
    whole, reported = sum_scores(scores), sum(one.right_s > 0 for one in scores) / len(scores)
    return f"{label:26}{len(scores):6}{whole.length_s:9.1f}{whole.right_s:8.1f}{whole.wrong_s:8.1f}{reported:10.0%}\n"
