"""Fitting an image into a network's input without changing its aspect, and mapping points back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where an image lies inside a network's input: scaled by ``scale``, then moved by ``left`` and ``top``.

    Pixel centres lie at whole numbers in both: x_input = (x_image + 0.5) * scale - 0.5 + left.
    """

    scale: float
    left: int
    top: int
    width: int
    """Width of the scaled image in input pixels."""
    height: int
    """Height of the scaled image in input pixels."""

    @classmethod
    def fit(cls, image: tuple[int, int], network: tuple[int, int]) -> Letterbox:
        """Fit an image of (height, width) pixels into an input of (height, width) pixels, centred."""
        (image_h, image_w), (network_h, network_w) = image, network
        scale = min(network_h / image_h, network_w / image_w)
        width = min(network_w, max(1, round(image_w * scale)))
        height = min(network_h, max(1, round(image_h * scale)))
        return cls(scale, (network_w - width) // 2, (network_h - height) // 2, width, height)

    def to_image(self, xy: NDArray[np.floating]) -> NDArray[np.float32]:
        """Map (..., 2) input pixels x, y to pixels of the image."""
        points = (np.asarray(xy, np.float64) - (self.left, self.top) + 0.5) / self.scale - 0.5
        return points.astype(np.float32)


@dataclass(frozen=True, slots=True)
class LetterboxedImage:
    """An image fitted to a network's input."""

    pixels: Image
    """(height, width, 3) bytes, RGB, of the network's input size."""
    letterbox: Letterbox
    """How the image lies in ``pixels``; leads back to the image's own pixels."""


def fit(image: Image, size: tuple[int, int]) -> LetterboxedImage:
    """Scale a BGR image into a network's input of (height, width) pixels, RGB, its aspect kept, with black bars."""
    box = Letterbox.fit((image.shape[0], image.shape[1]), size)
    scaled = cv2.resize(_halved(image, box), (box.width, box.height), interpolation=cv2.INTER_LINEAR)
    rgb = cv2.cvtColor(scaled, cv2.COLOR_BGR2RGB)
    below, right = size[0] - box.height - box.top, size[1] - box.width - box.left
    pixels = cv2.copyMakeBorder(rgb, box.top, below, box.left, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return LetterboxedImage(np.asarray(pixels, np.uint8), box)


def _halved(image: Image, box: Letterbox) -> Image:
    """Halve an image, by averaging, as long as it is twice as large as it will be.

    Linear interpolation reads four pixels for each that it makes and passes over the rest, so that all of a large
    image's noise in dim light is left. Halving is what OpenCV does fastest with all pixels.
    """
    while image.shape[0] >= 2 * box.height and image.shape[1] >= 2 * box.width:
        half = (image.shape[1] // 2, image.shape[0] // 2)
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.uint8)
    return image
