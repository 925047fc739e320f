"""Choose thresholds by real videos, and write them into a manifest."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from haredge.activity.classifier import WindowClassifier
from haredge.activity.thresholds import Threshold
from haredge.manifest import ActivityManifest
from haredge.training import recipe
from research.real_videos.replay import Replay, replays
from research.real_videos.rules import BOUNDS, Material, Measured, choose
from research.real_videos.whole import labels_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--model", type=Path, required=True, help="folder of the model whose manifest is written")
    parser.add_argument(
        "--unseen",
        nargs=2,
        action="append",
        type=Path,
        required=True,
        metavar=("MODEL", "RECORDINGS"),
        help="a model trained in the same way, and recordings that it was not trained on; may be given several times",
    )
    parser.add_argument(
        "--recipe", type=Path, required=True, help="the model's: which labels are events, and own_thresholds, the least"
    )


def run(args: argparse.Namespace) -> None:
    """Choose on the recordings that each network was not trained on, and write what was chosen."""
    manifest, wanted = ActivityManifest.load(args.model), recipe.read(args.recipe)
    networks = ((recordings, WindowClassifier.open(model)) for model, recordings in args.unseen)
    found = [replay for recordings, classifier in networks for replay in replays(recordings, classifier)]
    material = material_of(manifest, found, wanted.events)
    start = {label: Threshold(manifest.thresholds.get(label, 0.6)) for label in manifest.labels}
    _print("as trained", material.measured(material.scores(start)))
    chosen = {}
    for sensitivity, bound in BOUNDS.items():
        # What was set manually because of whole videos stays the least at low and normal sensitivity.
        least = {} if sensitivity == "high" else wanted.own_thresholds
        chosen[sensitivity] = choose(material, start, bound, least)
        _print(sensitivity, material.measured(material.scores(chosen[sensitivity])))
    _write(args.model, manifest, chosen)


def material_of(manifest: ActivityManifest, found: list[Replay], events: Collection[str] = ()) -> Material:
    """Give replays the model's own labels; those that its data's labels leave out are not in it."""
    kept, true = zip(*_labelled(manifest, found), strict=True)
    return Material(manifest.labels, manifest.rest, kept, true, events)


def _labelled(manifest: ActivityManifest, found: list[Replay]) -> Iterator[tuple[Replay, frozenset[str]]]:
    """Yield the replays with the model's labels for them."""
    for replay in found:
        if several := labels_of(replay.label):
            yield replay, several
            continue
        usual = replay.label if replay.label in manifest.labels else manifest.unlisted
        label = manifest.meaning.get(replay.label, usual)
        if label is not None:
            yield replay, frozenset() if label in manifest.rest else frozenset((label,))


def _write(folder: Path, manifest: ActivityManifest, chosen: Mapping[str, Mapping[str, Threshold]]) -> None:
    """Write the thresholds: none is lower than at a higher sensitivity, and durations are the normal ones."""
    enters = {key: {label: one.enter for label, one in rules.items()} for key, rules in chosen.items()}
    normal = enters["normal"]
    low = {label: max(enters["low"][label], normal[label]) for label in normal}
    high = {label: min(enters["high"][label], normal[label]) for label in normal}
    durations_s = {label: one.min_duration_s for label, one in chosen["normal"].items()}
    manifest.model_copy(
        update={
            "thresholds": normal,
            "sensitivities": {"low": low, "high": high},
            "min_durations_s": durations_s,
        }
    ).save(folder)


def _print(name: str, measured: Measured) -> None:
    sys.stdout.write(f"{name:12} {measured}\n")
