"""Fitting a picture into a network's input without changing its aspect: the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture lies inside a network's input: scaled by ``scale``, then moved by ``left`` and ``top``.

    Pixel centres lie at whole numbers in both: x_input = (x_picture + 0.5) * scale - 0.5 + left.
    """

    scale: float
    left: int
    top: int
    width: int
    """Width of the scaled picture in input pixels."""
    height: int
    """Height of the scaled picture in input pixels."""

    @classmethod
    def fit(cls, picture: tuple[int, int], network: tuple[int, int]) -> Letterbox:
        """Fit a picture of (height, width) pixels into an input of (height, width) pixels, centred."""
        (picture_h, picture_w), (network_h, network_w) = picture, network
        scale = min(network_h / picture_h, network_w / picture_w)
        width = min(network_w, max(1, round(picture_w * scale)))
        height = min(network_h, max(1, round(picture_h * scale)))
        return cls(scale, (network_w - width) // 2, (network_h - height) // 2, width, height)

    def to_picture(self, xy: NDArray[np.floating]) -> NDArray[np.float32]:
        """Map (..., 2) input pixels x, y to pixels of the picture."""
        points = (np.asarray(xy, np.float64) - (self.left, self.top) + 0.5) / self.scale - 0.5
        return points.astype(np.float32)

    def to_network(self, xy: NDArray[np.floating]) -> NDArray[np.float32]:
        """Map (..., 2) picture pixels x, y to pixels of the network's input."""
        points = (np.asarray(xy, np.float64) + 0.5) * self.scale - 0.5 + (self.left, self.top)
        return points.astype(np.float32)
