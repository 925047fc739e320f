"""The photographs in one array on the disk, and which of them train, choose and test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.still.crop import fitted
from haredge.training.images.duplicates import group, share_of
from haredge.training.images.packing import Examples
from haredge.training.images.reading import read_images

SIZE: Final = 224
"""Width and height of the photographs in the array."""
TEST, VALIDATION = 0.1, 0.2
"""Groups whose share (:func:`haredge.training.images.duplicates.share_of`) is below the first test, below the second
choose; the others train."""


@dataclass(frozen=True, slots=True)
class Photographs:
    """All of them."""

    images: NDArray[np.uint8]
    """(n, SIZE, SIZE, 3), RGB; mapped, not read."""
    true: NDArray[np.int64]
    """Index of each one's label (n,)."""
    part: NDArray[np.int64]
    """0 for those that train, 1 for those that choose, 2 for those that test (n,)."""
    labels: tuple[str, ...]

    def examples(self, part: int, size: int) -> Examples:
        """Return a part's photographs in another size."""
        chosen = np.flatnonzero(self.part == part)
        return Examples(np.stack([fitted(self.images[index], (size, size)) for index in chosen]), self.true[chosen])

    def some(self, part: int, size: int, count: int) -> NDArray[np.uint8]:
        """Return ``count`` of a part's photographs, the same ones each time, in another size."""
        chosen = np.random.default_rng(0).permutation(np.flatnonzero(self.part == part))[:count]
        return np.stack([fitted(self.images[index], (size, size)) for index in chosen])


def make(table: Path, folder: Path) -> None:
    """Read the photographs that a table names (``Training_set.csv`` beside them) and write the array."""
    read = read_images(table, (SIZE, SIZE), print)
    folder.mkdir(parents=True, exist_ok=True)
    shares = np.array([share_of(mark) for mark in group(read.checksums, read.fingerprints).marks])
    part = np.where(shares < TEST, 2, np.where(shares < VALIDATION, 1, 0))
    np.save(folder / "images.npy", read.images)
    np.savez(folder / "labels.npz", true=read.true, part=part, labels=np.array(read.labels))


def load(folder: Path) -> Photographs:
    """Open what :func:`make` wrote."""
    with np.load(folder / "labels.npz") as arrays:
        true, part, labels = arrays["true"], arrays["part"], tuple(str(label) for label in arrays["labels"])
    return Photographs(np.load(folder / "images.npy", mmap_mode="r"), true, part, labels)
