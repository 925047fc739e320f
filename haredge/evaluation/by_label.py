"""What a confusion matrix says of each label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class ByLabel:
    """Figures of each label, for scores that have a confusion matrix."""

    __slots__ = ()
    labels: tuple[str, ...]
    confusion: NDArray[np.int64]
    """Clips or images by true label (row) and answer (column)."""

    @property
    def recall(self) -> NDArray[np.float64]:
        """Share of each label's clips or images that were found; NaN if there are none."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=1))

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of each answer that was right; NaN if it was never given."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=0))

    @property
    def f1(self) -> NDArray[np.float64]:
        """Harmonic mean of precision and recall of each label; NaN for labels of which there are none."""
        right, given, true = self.confusion.diagonal(), self.confusion.sum(axis=0), self.confusion.sum(axis=1)
        return np.where(true > 0, _shares(2 * right, given + true), np.nan)

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the labels of which there are any."""
        return float(np.nanmean(self.f1))


def _shares(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
