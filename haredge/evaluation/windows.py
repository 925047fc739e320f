"""How often a classifier is correct on labelled clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets.clips import LabelledClip, sliding_windows, whole_window
from haredge.evaluation.by_label import ByLabel

STEP_S: Final = 0.25
"""Seconds from one sliding window to the next."""

BINS: Final = 15
"""Equal bins of probability over which the calibration error is summed, as in Guo and others."""

Classify = Callable[[Keypoints], NDArray[np.float32]]
"""From windows of keypoints (n, 9, 17, 3) to probabilities (n, labels)."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of right answers, from 0 to 1."""

    accuracy: float
    """Of clips, from nine poses spread over the whole clip."""
    window_accuracy: float
    """Of sliding windows of the model's span."""
    clip_accuracy: float
    """Of clips, by the mean of their sliding windows' probabilities."""


@dataclass(frozen=True, slots=True)
class WindowScores(Rates, ByLabel):
    """Scores of one classifier on one set of clips; any label of the model may be the answer."""

    closed: Rates
    """The rates if only labels that the clips have may be answered, as in published results."""
    labels: tuple[str, ...]
    calibration_error: float
    """Expected calibration error of the sliding windows, from 0 to 1: see :func:`calibration_error`."""
    confusion: NDArray[np.int64]
    """Clips by true label (row) and answer from nine poses over the clip (column)."""


def measure(clips: Sequence[LabelledClip], labels: Sequence[str], span_s: float, classify: Classify) -> WindowScores:
    """Measure a classifier of these labels on clips that all have one of them.

    Raises :class:`DataError` if there are no clips, or one has another label.
    """
    true = _indices(clips, labels)
    whole = classify(np.stack([whole_window(clip) for clip in clips]))
    windows = [sliding_windows(clip, span_s, STEP_S) for clip in clips]
    owner = np.repeat(np.arange(len(clips)), [len(each) for each in windows])
    sliding = classify(np.concatenate(windows))
    occur = np.bincount(true, minlength=len(labels)) > 0
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(confusion, (true, whole.argmax(axis=1)), 1)
    return WindowScores(
        *_rates(whole, sliding, owner, true),
        closed=Rates(*_rates(whole * occur, sliding * occur, owner, true)),
        labels=tuple(labels),
        calibration_error=calibration_error(sliding, true[owner]),
        confusion=confusion,
    )


def _rates(
    whole: NDArray[np.float32], sliding: NDArray[np.float32], owner: NDArray[np.int64], true: NDArray[np.int64]
) -> tuple[float, float, float]:
    """Give the shares of right answers that make :class:`Rates`; ``owner`` is each sliding window's clip."""
    totals = np.zeros(whole.shape)
    np.add.at(totals, owner, sliding)
    answers = ((whole, true), (sliding, true[owner]), (totals, true))
    accuracy, window_accuracy, clip_accuracy = (float((s.argmax(axis=1) == t).mean()) for s, t in answers)
    return accuracy, window_accuracy, clip_accuracy


def calibration_error(shares: NDArray[np.float32], true: NDArray[np.int64]) -> float:
    """Return how far the probability of the answer lies from the share of answers that are correct, from 0 to 1.

    ``shares``: probabilities (n, labels); ``true``: index of each one's label (n,). Expected calibration error (Guo and
    others, ICML 2017): answers are put into bins by their probability, and the bins' distances are weighted by size.
    """
    sure = shares.max(axis=1).astype(np.float64)
    right = shares.argmax(axis=1) == true
    of_bin = np.minimum((sure * BINS).astype(int), BINS - 1)
    # In each bin: number of answers times distance of the means, which is the distance of the sums.
    apart = np.abs(np.bincount(of_bin, sure, BINS) - np.bincount(of_bin, right, BINS))
    return float(apart.sum() / len(true))


def _indices(clips: Sequence[LabelledClip], labels: Sequence[str]) -> NDArray[np.int64]:
    if not clips:
        raise DataError("there are no clips to measure on")
    index = {label: position for position, label in enumerate(labels)}
    if strange := sorted({clip.label for clip in clips} - set(index)):
        raise DataError(f"the model does not know {', '.join(strange)}; its labels: {', '.join(labels)}")
    return np.array([index[clip.label] for clip in clips])
