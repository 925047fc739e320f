"""Golden images: small made-up images with the answers that the model gave when it was made, in ``golden.npz``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError
from haredge.inference import golden
from haredge.manifest import GOLDEN


def read_golden(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Read a model's golden images (n, height, width, 3), RGB, and probabilities (n, labels), n at least 1.

    Raises :class:`ModelError` if they are missing, damaged, too large, or of another shape.
    """
    path = folder / GOLDEN
    images, expected = golden.read_golden(path, "images", "images")
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3 or not images.size:
        raise ModelError(f"{path}: golden images are bytes of the shape (n, height, width, 3), not {images.shape}")
    return images, expected
