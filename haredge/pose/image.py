"""Fitting images to a network's input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.pose.letterbox import Letterbox


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture fitted to a network's input."""

    pixels: Image
    """(height, width, 3) bytes, RGB, of the network's input size."""
    letterbox: Letterbox
    """How the picture lies in ``pixels``; leads back to the picture's own pixels."""


def fit(image: Image, size: tuple[int, int]) -> Fitted:
    """Scale a BGR picture into a network's input of (height, width) pixels, RGB, its aspect kept, black around it."""
    box = Letterbox.fit((image.shape[0], image.shape[1]), size)
    scaled = cv2.resize(image, (box.width, box.height), interpolation=cv2.INTER_LINEAR)
    rgb = cv2.cvtColor(scaled, cv2.COLOR_BGR2RGB)
    below, right = size[0] - box.height - box.top, size[1] - box.width - box.left
    pixels = cv2.copyMakeBorder(rgb, box.top, below, box.left, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return Fitted(np.asarray(pixels, np.uint8), box)
