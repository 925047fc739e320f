"""Decoded images in one flat file, so that every process reads the same page cache."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image


@dataclass(frozen=True, slots=True)
class ImageStore:
    """Images by number."""

    pixels: NDArray[np.uint8]
    """All images' bytes, one after the other."""
    starts: NDArray[np.int64]
    shapes: NDArray[np.int32]
    """(n, 3) height, width, channels."""

    def __len__(self) -> int:
        return len(self.shapes)

    def __getitem__(self, index: int) -> Image:
        shape = self.shapes[index]
        start = self.starts[index]
        return self.pixels[start : start + int(np.prod(shape))].reshape(shape)

    @classmethod
    def open(cls, path: Path) -> ImageStore:
        """Map a store that :func:`write` made."""
        shapes = np.load(path.with_suffix(".shapes.npy"))
        sizes = shapes.astype(np.int64).prod(1)
        return cls(np.memmap(path, np.uint8, "r"), np.cumsum(sizes) - sizes, shapes)


def write(path: Path, images: Iterable[Image]) -> None:
    """Write images (height, width, channels) to ``path``; the list of shapes beside it comes last."""
    shapes = []
    with path.open("wb") as file:
        for image in images:
            file.write(np.ascontiguousarray(image).tobytes())
            shapes.append(image.shape)
    np.save(path.with_suffix(".shapes.npy"), np.array(shapes, np.int32))
