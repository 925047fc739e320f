"""Thresholds of the labels, chosen on examples that were held out from training, never on test data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from haredge.activity.thresholds import LEAST_CHOSEN

PRECISION: Final = 0.9
"""Share of right answers that a threshold must bring, on noisy examples."""
OTHER_PRECISIONS: Final[Mapping[Literal["low", "high"], float]] = {"low": 0.95, "high": 0.8}
"""The same at the sensitivities that are not normal."""
GRID: Final = tuple(round(LEAST_CHOSEN + 0.05 * step, 2) for step in range(7))
"""Thresholds that may be chosen, from the least; the last if none brings the precision. Higher ones would rarely be
reached, as the daemon smooths probabilities over time."""


def choose(
    labels: Sequence[str],
    shares: NDArray[np.float32],
    true: NDArray[np.int64],
    least: float = GRID[0],
    own: Mapping[str, float] | None = None,
    *,
    precision: float = PRECISION,
) -> dict[str, float]:
    """Choose each label's least threshold at which, on these examples, enough of its answers are right.

    ``shares``: probabilities (n, labels); ``true``: index of each example's label (n,); none is under ``least``.
    A label that is among ``own`` has that threshold.
    """
    own = own or {}
    answers, sure = shares.argmax(axis=1), shares.max(axis=1)
    chosen = [_least(sure[answers == i], (true == i)[answers == i], precision) for i in range(len(labels))]
    return {label: own.get(label, max(least, threshold)) for label, threshold in zip(labels, chosen, strict=True)}


def choose_others(
    labels: Sequence[str],
    shares: NDArray[np.float32],
    true: NDArray[np.int64],
    least: float,
    normal: Mapping[str, float],
) -> dict[Literal["low", "high"], dict[str, float]]:
    """Choose thresholds as :func:`choose` for the sensitivities that are not normal.

    No label's threshold is lower at a low sensitivity than the ``normal`` one, or higher at a high one.
    """
    chosen = {
        sensitivity: choose(labels, shares, true, least, precision=precision)
        for sensitivity, precision in OTHER_PRECISIONS.items()
    }
    return {
        sensitivity: {label: (max if sensitivity == "low" else min)(found[label], normal[label]) for label in labels}
        for sensitivity, found in chosen.items()
    }


def _least(sure: NDArray[np.float32], right: NDArray[np.bool_], precision: float) -> float:
    for threshold in GRID:
        given = sure >= threshold
        if given.any() and right[given].mean() >= precision:
            return threshold
    return GRID[-1]
