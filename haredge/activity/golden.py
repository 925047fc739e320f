"""Golden windows: windows with the answers that the model gave when it was made, in ``golden.npz`` beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haredge.activity.window import LENGTH
from haredge.core.errors import ModelError
from haredge.core.keypoints import NAMES
from haredge.inference import golden
from haredge.manifest import GOLDEN

Floats = NDArray[np.float32]


def read_golden(folder: Path) -> tuple[Floats, Floats]:
    """Read a model's golden windows: keypoints (n, 9, 17, 3) and probabilities (n, labels), n at least 1.

    Raises :class:`ModelError` if they are missing, damaged, too large, or of another shape.
    """
    path = folder / GOLDEN
    windows, expected = golden.read_golden(path, "keypoints", "windows")
    if not len(windows) or windows.shape[1:] != (LENGTH, len(NAMES), 3):
        raise ModelError(f"{path}: golden windows have the shape (n, {LENGTH}, 17, 3), not {windows.shape}")
    return windows.astype(np.float32), expected
