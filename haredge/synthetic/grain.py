"""A sensor's noise, cheap enough for video: one plate of grain, laid elsewhere over every frame."""

from __future__ import annotations

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2

_MARGIN_PX = 64


class Grain:
    """Noise of a given strength for images of one size; the same moment gets the same noise."""

    def __init__(self, rng: np.random.Generator, size: tuple[int, int], strength: float) -> None:
        """Make a plate for images of (width, height); ``strength`` is the standard deviation in grey levels."""
        rows, columns = size[1] + _MARGIN_PX, size[0] + _MARGIN_PX
        plate = rng.standard_normal((rows, columns, 3), np.float32) * np.float32(strength)
        self._lighter = np.clip(plate, 0, 255).round().astype(np.uint8)
        self._darker = np.clip(-plate, 0, 255).round().astype(np.uint8)
        self._size = size

    def over(self, image: Image, t: float) -> Image:
        """Return the image with the noise of the moment ``t`` seconds."""
        tick = int(t * 1000) * 2654435761  # spreads moments over the plate
        left, top = (tick >> 8) % _MARGIN_PX, (tick >> 16) % _MARGIN_PX
        here = (slice(top, top + self._size[1]), slice(left, left + self._size[0]))
        return np.asarray(cv2.subtract(cv2.add(image, self._lighter[here]), self._darker[here]), np.uint8)
