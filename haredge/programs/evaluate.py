"""``haredge evaluate``: how often a model is right on labelled recordings, through the daemon's own classifier."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from haredge.config import ActivitySection
from haredge.errors import DataError
from haredge.programs import evaluate_pose

if TYPE_CHECKING:
    from haredge.classifier import TfliteClassifier
    from haredge.core import Keypoints
    from haredge.training.activity.clips import Clip
    from haredge.training.activity.measuring import Measured


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge evaluate``."""
    parser.add_argument("--model", metavar="MODEL", help="an installed activity model or a folder (the default model)")
    # Not "required": the parser would then ask for it in `haredge evaluate pose` too.
    parser.add_argument("--data", type=Path, metavar="PATH", help="labelled recordings (required)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(refuse=parser.error)
    what = parser.add_subparsers(metavar="pose")
    pose = what.add_parser("pose", help="measure pose networks on labelled pictures, side by side")
    evaluate_pose.add_arguments(pose)
    pose.set_defaults(run=evaluate_pose.run)


def run(args: argparse.Namespace) -> int:
    """Measure a model on the test part of some recordings, or on all of them where they have no such part.

    Raises :class:`haredge.errors.ModelError` and :class:`DataError`.
    """
    # Loaded when there is something to measure, not when the command line is parsed.
    from haredge.classifier import TfliteClassifier  # noqa: PLC0415
    from haredge.models import find_model  # noqa: PLC0415
    from haredge.training.activity.measuring import measure  # noqa: PLC0415
    from haredge.training.activity.reading import read_clips  # noqa: PLC0415

    if args.data is None:
        args.refuse("the following arguments are required: --data")
    classifier = TfliteClassifier.open(find_model(args.model or ActivitySection().model))
    classifier.check_golden()
    clips = _to_measure(read_clips(args.data).clips, classifier)
    measured = measure(clips, classifier.labels, classifier.span_s, lambda windows: _answers(classifier, windows))
    print(json.dumps(_as_json(measured)) if args.json else "\n".join(_lines(measured, classifier)))
    return 0


def _to_measure(clips: list[Clip], classifier: TfliteClassifier) -> list[Clip]:
    """Choose the clips that the model can be measured on; one that comes with haredge knows the data sets' names."""
    from haredge.training.activity.recipes import RECIPES  # noqa: PLC0415

    test = [clip for clip in clips if clip.split == "test"] or clips
    if recipe := RECIPES.get(classifier.manifest.name):
        test = recipe.relabelled(test)
    known = [clip for clip in test if clip.label in classifier.labels]
    if not known:
        recorded = ", ".join(sorted({clip.label for clip in test}))
        raise DataError(
            f"the model {classifier.manifest.name} knows none of the labels recorded ({recorded}); "
            f"it knows {', '.join(classifier.labels)}"
        )
    if left_out := sorted({clip.label for clip in test} - set(classifier.labels)):
        print(f"left out, as the model does not know the label: {', '.join(left_out)}", file=sys.stderr)
    return known


def _answers(classifier: TfliteClassifier, windows: Keypoints) -> Keypoints:
    return np.stack([classifier.probabilities(window) for window in windows])


def _as_json(measured: Measured) -> dict[str, object]:
    return {
        "accuracy": measured.accuracy,
        "window_accuracy": measured.window_accuracy,
        "clip_accuracy": measured.clip_accuracy,
        "macro_f1": measured.macro_f1,
        "labels": list(measured.labels),
        "confusion": measured.confusion.tolist(),
    }


def _lines(measured: Measured, classifier: TfliteClassifier) -> Iterator[str]:
    clips = measured.confusion.sum(axis=1)
    yield f"model {classifier.manifest.name}, {clips.sum()} clips"
    yield f"nine poses over the clip: {measured.accuracy:.2%} right, macro F1 {measured.macro_f1:.4f}"
    yield (
        f"windows of {classifier.span_s:g} s: {measured.window_accuracy:.2%} right; "
        f"clips by their mean: {measured.clip_accuracy:.2%}"
    )
    yield f"{'label':20} {'clips':>6} {'precision':>9} {'recall':>7} {'F1':>6}  taken for"
    columns = (measured.precision, measured.recall, measured.f1)
    for index, label in enumerate(measured.labels):
        if clips[index]:
            precision, recall, f1 = (column[index] for column in columns)
            yield (
                f"{label:20} {clips[index]:6} {precision:9.3f} {recall:7.3f} {f1:6.3f}  {_mistakes(measured, index)}"
            )


def _mistakes(measured: Measured, true: int) -> str:
    """Name what clips of one label were taken for, the most frequent first."""
    row = measured.confusion[true].copy()
    row[true] = 0
    return ", ".join(f"{measured.labels[answer]} {row[answer]}" for answer in np.argsort(-row) if row[answer])
