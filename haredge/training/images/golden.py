"""Golden images: patches of colour whose answers a model carries with it, so that a wrong engine is found out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.manifest import GOLDEN
from haredge.opencv import cv2

SIZE: Final = (48, 64)
"""(height, width) in pixels."""
_CELLS: Final = ((2, 2), (3, 4), (4, 3), (6, 8), (8, 6), (12, 16))
"""Patches down and across each of them."""


def golden_images() -> NDArray[np.uint8]:
    """Make the images: smooth patches of colour, ever smaller ones (n, height, width, 3), RGB."""
    rng = np.random.default_rng(19)
    height, width = SIZE
    patches = [rng.integers(0, 256, (*cells, 3), dtype=np.uint8) for cells in _CELLS]
    return np.stack([cv2.resize(each, (width, height), interpolation=cv2.INTER_CUBIC) for each in patches])


def write(folder: Path, probabilities: NDArray[np.float32]) -> None:
    """Write the golden images, and what the int8 file answers (n, labels), into a model folder."""
    np.savez_compressed(folder / GOLDEN, images=golden_images(), probabilities=probabilities)
