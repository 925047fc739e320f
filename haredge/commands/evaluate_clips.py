"""``haredge evaluate --data``: how often models are right on labelled clips, through the daemon's own classifier."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from haredge import api as learning
from haredge.commands.label_table import by_label
from haredge.config.schema import ActivitySection
from haredge.core.counted import counted
from haredge.evaluation.ranges import with_range
from haredge.terminal import say, say_json

if TYPE_CHECKING:
    from haredge.activity.classifier import WindowClassifier
    from haredge.evaluation.windows import WindowScores

RUNS: Final = 200
"""Runs of each network that are timed, the networks taking turns."""


@dataclass(frozen=True)
class Result:
    """A model and its scores."""

    classifier: WindowClassifier
    measured: WindowScores
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
        return self.classifier.manifest.file_in(self.classifier.folder).stat().st_size


def run(args: argparse.Namespace) -> int:
    """Measure models on the test part of some recordings, or on all of those that have no such part.

    Raises :class:`haredge.core.errors.ModelError` and :class:`haredge.core.errors.DataError`.
    """
    # Loaded when there is something to measure, not when the command line is parsed.
    from haredge.evaluation.deployed import open_model  # noqa: PLC0415

    classifiers = [open_model(name) for name in args.model or [ActivitySection().model]]
    clips = [clip for path in args.data for clip in learning.load_clips(path).clips]
    scores = [learning.evaluate(classifier, clips) for classifier in classifiers]
    results = [Result(*row) for row in zip(classifiers, scores, _timed_us(classifiers), strict=True)]
    if args.json:
        payload = [as_json(result) for result in results]
        say_json(payload if len(payload) > 1 else payload[0])
    else:
        say(*(_table(results) if len(results) > 1 else _lines(results[0])))
    return 0


def _timed_us(classifiers: Sequence[WindowClassifier]) -> list[float]:
    """Time the bare networks in turns, so that whatever else the machine does meets all of them alike."""
    spent_s: list[list[float]] = [[] for _ in classifiers]
    networks = [classifier.engine for classifier in classifiers]
    stored = [network.input.quantise(np.zeros(network.input.shape, np.float32)) for network in networks]
    for _ in range(RUNS):
        for network, poses, times_s in zip(networks, stored, spent_s, strict=True):
            begin = time.perf_counter()
            network.run(poses)
            times_s.append(time.perf_counter() - begin)
    return [median(times_s) * 1e6 for times_s in spent_s]


def as_json(result: Result) -> dict[str, object]:
    """Name the scores as programs read them; docs/evaluation.md says what each means."""
    measured = result.measured
    return {
        "model": result.name,
        "bytes": result.bytes,
        "run_us": round(result.run_us, 1),
        "accuracy": measured.accuracy,
        "window_accuracy": measured.window_accuracy,
        "clip_accuracy": measured.clip_accuracy,
        "closed": asdict(measured.closed),
        "macro_f1": measured.macro_f1,
        "calibration_error": measured.calibration_error,
        "labels": list(measured.labels),
        "confusion": measured.confusion.tolist(),
    }


def _table(results: Sequence[Result]) -> Iterator[str]:
    width = max(len("model"), *(len(result.name) for result in results))
    head = f"{'model':{width}} {'clips':>6} {'nine poses':>11} {'windows':>8} {'by windows':>11} {'macro F1':>9}"
    yield f"{head} {'closed':>7} {'calibration error':>18} {'file':>8} {'one run':>9}"
    for result in results:
        measured = result.measured
        yield (
            f"{result.name:{width}} {result.clips:6} {measured.accuracy:11.2%} {measured.window_accuracy:8.2%} "
            f"{measured.clip_accuracy:11.2%} {measured.macro_f1:9.4f} {measured.closed.accuracy:7.2%} "
            f"{measured.calibration_error:18.4f} {result.bytes / 1000:5.0f} kB {result.run_us:6.0f} us"
        )


def _lines(result: Result) -> Iterator[str]:
    measured = result.measured
    clips = counted(result.clips, "clip")
    yield f"model {result.name}, {result.bytes / 1000:.0f} kB, {result.run_us:.0f} us a run; {clips}"
    right = with_range(measured.accuracy, result.clips)
    yield f"nine poses over the clip: {right}, macro F1 {measured.macro_f1:.4f}"
    yield (
        f"windows of {result.classifier.span_s:g} s: {measured.window_accuracy:.2%} right, expected calibration error "
        f"{measured.calibration_error:.4f}; clips by their mean: {measured.clip_accuracy:.2%}"
    )
    closed = measured.closed
    if closed.accuracy != measured.accuracy or closed.window_accuracy != measured.window_accuracy:
        yield (
            f"were only the labels of these clips known: {closed.accuracy:.2%} of clips by nine poses, "
            f"{closed.window_accuracy:.2%} of windows, {closed.clip_accuracy:.2%} of clips by their windows"
        )
    yield from by_label(measured, "clips")
