"""Keypoints that were labelled in an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Labels:
    """The dominant person's labels in one image."""

    name: str
    keypoints: NDArray[np.float32]
    """(17, 3) x, y in pixels, visibility; 0 where not labelled."""
    area_px: float | None
    """Area of the person, if the set has it."""
