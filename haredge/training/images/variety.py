"""What training varies of an image: where it is cut, which way it is turned, light and colour, what hides a part."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.opencv import cv2

Image = NDArray[np.uint8]

LEAST_AREA: Final = 0.35
"""Least share of an image that is cut out."""
LONGEST: Final = 0.29
"""Most by which a crop is stretched, as a logarithm: 4 to 3."""
TURN: Final = 0.17
"""Most by which an image is turned, in radians, where it is."""
TURNED: Final = 0.3
COLOURED: Final = 0.8
GREY: Final = 0.08
HIDDEN: Final = 0.25
"""Shares of the images that are turned; recoloured, and of these without colour; hidden in part."""


def varied(image: Image, size: tuple[int, int], rng: np.random.Generator) -> Image:
    """Return a variation of an RGB image (height, width, 3), brought to ``size`` (height, width)."""
    cut = _cut(image, size, rng)
    if rng.random() < COLOURED:
        cut = _coloured(cut, rng)
    if rng.random() < HIDDEN:
        _hide_part(cut, rng)
    return cut


def _cut(image: Image, size: tuple[int, int], rng: np.random.Generator) -> Image:
    """Cut a part, which may be turned and mirrored, in one step."""
    (high, wide), (height, width) = image.shape[:2], size
    area, stretch = rng.uniform(LEAST_AREA, 1), math.exp(rng.uniform(-LONGEST, LONGEST))
    part_w, part_h = min(wide, wide * math.sqrt(area * stretch)), min(high, high * math.sqrt(area / stretch))
    middle = rng.uniform(part_w / 2, wide - part_w / 2), rng.uniform(part_h / 2, high - part_h / 2)
    angle = rng.uniform(-TURN, TURN) if rng.random() < TURNED else 0.0
    scale = np.diag([part_w / width * rng.choice((-1, 1)), part_h / height])
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) @ scale
    # Pixel centres: the crop's middle comes from the part's.
    shift = np.array(middle) - 0.5 - turn @ ((np.array([width, height]) - 1) / 2)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(image, np.column_stack([turn, shift]), (width, height), flags=how, borderMode=_BORDER)
    return np.asarray(cut, np.uint8)


_BORDER: Final = cv2.BORDER_REFLECT_101


def _coloured(image: Image, rng: np.random.Generator) -> Image:
    """Change saturation, contrast, brightness and the white point."""
    saturation = 0.0 if rng.random() < GREY else rng.uniform(0.6, 1.4)
    mixed = np.full((3, 3), (1 - saturation) / 3) + np.eye(3) * saturation
    contrast = rng.uniform(0.7, 1.3)
    colours = np.diag(rng.uniform(0.94, 1.06, 3)) @ mixed * contrast
    lift = float(image[::8, ::8].mean()) * (1 - contrast) + rng.uniform(-32, 32)
    return np.asarray(cv2.transform(image, np.column_stack([colours, np.full(3, lift)])), np.uint8)


def _hide_part(image: Image, rng: np.random.Generator) -> None:
    """Paint a square of one colour over a part (Zhong and others, Random Erasing, AAAI 2020)."""
    side = max(1, int(min(image.shape[:2]) * rng.uniform(0.1, 0.35)))
    top, left = (int(rng.integers(0, length - side + 1)) for length in image.shape[:2])
    image[top : top + side, left : left + side] = rng.integers(0, 256, 3)
