"""``haredge evaluate --data``: how often models are right on labelled clips, through the daemon's own classifier."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from haredge.config import ActivitySection
from haredge.errors import DataError

if TYPE_CHECKING:
    from haredge.classifier import TfliteClassifier
    from haredge.core import Keypoints
    from haredge.training.activity.clips import Clip
    from haredge.training.activity.measuring import Measured

RUNS: Final = 200
"""Runs of each network that are timed, the networks taking turns."""


@dataclass(frozen=True)
class Result:
    """A model and its figures."""

    classifier: TfliteClassifier
    measured: Measured
    run_us: float
    """Median time of one bare run of the network on one thread, in microseconds."""

    @property
    def name(self) -> str:
        """The model's name."""
        return self.classifier.manifest.name

    @property
    def clips(self) -> int:
        """How many clips it was measured on."""
        return int(self.measured.confusion.sum())

    @property
    def bytes(self) -> int:
        """Size of the model file."""
        from haredge.manifest import MODEL  # noqa: PLC0415

        return (self.classifier.folder / MODEL).stat().st_size


def run(args: argparse.Namespace) -> int:
    """Measure models on the test part of some recordings, or on all of them where they have no such part.

    Raises :class:`haredge.errors.ModelError` and :class:`DataError`.
    """
    # Loaded when there is something to measure, not when the command line is parsed.
    from haredge.training.activity.reading import read_clips  # noqa: PLC0415

    classifiers = [_opened(name) for name in args.model or [ActivitySection().model]]
    clips = read_clips(args.data).clips
    measured = [_measured(classifier, clips) for classifier in classifiers]
    results = [Result(*row) for row in zip(classifiers, measured, _timed_us(classifiers), strict=True)]
    if args.json:
        told = [as_json(result) for result in results]
        print(json.dumps(told if len(told) > 1 else told[0]))
    else:
        print("\n".join(_table(results) if len(results) > 1 else _lines(results[0])))
    return 0


def _opened(name: str) -> TfliteClassifier:
    from haredge.classifier import TfliteClassifier  # noqa: PLC0415
    from haredge.models import find_model  # noqa: PLC0415

    classifier = TfliteClassifier.open(find_model(name))
    classifier.check_golden()
    return classifier


def _measured(classifier: TfliteClassifier, clips: list[Clip]) -> Measured:
    from haredge.training.activity.measuring import measure  # noqa: PLC0415

    known = _to_measure(clips, classifier)
    return measure(known, classifier.labels, classifier.span_s, lambda windows: _answers(classifier, windows))


def _to_measure(clips: list[Clip], classifier: TfliteClassifier) -> list[Clip]:
    """Choose the clips that the model can be measured on; one made by a recipe of haredge's knows the sets' names."""
    from haredge.training.activity.recipes import RECIPES  # noqa: PLC0415

    test = [clip for clip in clips if clip.split == "test"] or clips
    recipe = next((recipe for recipe in RECIPES.values() if recipe.labels == classifier.labels), None)
    if recipe:
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


def _timed_us(classifiers: Sequence[TfliteClassifier]) -> list[float]:
    """Time the bare networks in turns, so that whatever else the machine does meets all of them alike."""
    spent_s: list[list[float]] = [[] for _ in classifiers]
    networks = [classifier.network for classifier in classifiers]
    stored = [network.input.quantise(np.zeros(network.input.shape, np.float32)) for network in networks]
    for _ in range(RUNS):
        for network, poses, times_s in zip(networks, stored, spent_s, strict=True):
            begin = time.perf_counter()
            network.invoke(poses)
            times_s.append(time.perf_counter() - begin)
    return [median(times_s) * 1e6 for times_s in spent_s]


def as_json(result: Result) -> dict[str, object]:
    """Name the figures as programs read them; docs/evaluation.md says what each means."""
    measured = result.measured
    return {
        "model": result.name,
        "bytes": result.bytes,
        "run_us": round(result.run_us, 1),
        "accuracy": measured.accuracy,
        "window_accuracy": measured.window_accuracy,
        "clip_accuracy": measured.clip_accuracy,
        "macro_f1": measured.macro_f1,
        "calibration_error": measured.calibration_error,
        "labels": list(measured.labels),
        "confusion": measured.confusion.tolist(),
    }


def _table(results: Sequence[Result]) -> Iterator[str]:
    width = max(len(result.name) for result in results)
    head = f"{'model':{width}} {'clips':>6} {'nine poses':>11} {'windows':>8} {'by windows':>11} {'macro F1':>9}"
    yield f"{head} {'calibration error':>18} {'file':>8} {'one run':>9}"
    for result in results:
        measured = result.measured
        yield (
            f"{result.name:{width}} {result.clips:6} {measured.accuracy:11.2%} {measured.window_accuracy:8.2%} "
            f"{measured.clip_accuracy:11.2%} {measured.macro_f1:9.4f} {measured.calibration_error:18.4f} "
            f"{result.bytes / 1000:5.0f} kB {result.run_us:6.0f} us"
        )


def _lines(result: Result) -> Iterator[str]:
    measured = result.measured
    yield f"model {result.name}, {result.bytes / 1000:.0f} kB, {result.run_us:.0f} us a run; {result.clips} clips"
    yield f"nine poses over the clip: {measured.accuracy:.2%} right, macro F1 {measured.macro_f1:.4f}"
    yield (
        f"windows of {result.classifier.span_s:g} s: {measured.window_accuracy:.2%} right, expected calibration error "
        f"{measured.calibration_error:.4f}; clips by their mean: {measured.clip_accuracy:.2%}"
    )
    yield from _by_label(measured)


def _by_label(measured: Measured) -> Iterator[str]:
    clips = measured.confusion.sum(axis=1)
    width = max(20, *(len(label) for label in measured.labels))
    yield f"{'label':{width}} {'clips':>6} {'precision':>9} {'recall':>7} {'F1':>6}  taken for"
    columns = (measured.precision, measured.recall, measured.f1)
    for index, label in enumerate(measured.labels):
        if clips[index]:
            precision, recall, f1 = (column[index] for column in columns)
            mistakes = _mistakes(measured, index)
            yield f"{label:{width}} {clips[index]:6} {precision:9.3f} {recall:7.3f} {f1:6.3f}  {mistakes}".rstrip()


def _mistakes(measured: Measured, true: int) -> str:
    """Name what clips of one label were taken for, the most frequent first."""
    row = measured.confusion[true].copy()
    row[true] = 0
    return ", ".join(f"{measured.labels[answer]} {row[answer]}" for answer in np.argsort(-row) if row[answer])
