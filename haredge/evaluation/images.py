"""How often a classifier of single images is correct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haredge.evaluation.by_label import ByLabel
from haredge.evaluation.windows import calibration_error


@dataclass(frozen=True, slots=True)
class ImageScores(ByLabel):
    """Scores of one classifier on one set of images."""

    labels: tuple[str, ...]
    confusion: NDArray[np.int64]
    """Images by true label (row) and answer (column)."""
    calibration_error: float
    """Expected calibration error, from 0 to 1: see :func:`haredge.evaluation.windows.calibration_error`."""
    top3: float
    """Share of images whose label is among the three likeliest."""

    @property
    def accuracy(self) -> float:
        """Share of images that are classified correctly."""
        return float(self.confusion.trace() / self.confusion.sum())

    def mixed(self, count: int) -> list[tuple[str, str, int]]:
        """Return the ``count`` mistakes made most often, each (true label, answer, images), the commonest first."""
        wrong = self.confusion * (1 - np.eye(len(self.labels), dtype=np.int64))
        order = np.argsort(-wrong, axis=None, kind="stable")[:count]
        places = [divmod(int(place), len(self.labels)) for place in order]
        return [(self.labels[i], self.labels[j], int(wrong[i, j])) for i, j in places if wrong[i, j]]


def measure_images(labels: Sequence[str], shares: NDArray[np.float32], true: NDArray[np.int64]) -> ImageScores:
    """Score probabilities (n, labels) against the index of each image's label (n,), n at least 1."""
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(confusion, (true, shares.argmax(axis=1)), 1)
    likeliest = np.argsort(-shares, axis=1, kind="stable")[:, :3]
    among = float((likeliest == true[:, None]).any(axis=1).mean())
    return ImageScores(tuple(labels), confusion, calibration_error(shares, true), among)
