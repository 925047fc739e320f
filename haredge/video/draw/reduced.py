"""The people of a view, drawn small enough for a phone: over the camera's image, or on black."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from haredge.core.types import Image, Person
from haredge.opencv import cv2
from haredge.video.draw.people import draw_people

MOST_PX: Final = 640
"""Longest side of what is drawn: a phone shows no more, and drawing more is slow on a Pi."""

TEXT: Final = 1 / 58
"""Height of a capital letter, as a share of the image's width: a phone shows an image at half its size."""

LEAST_TEXT_PX: Final = 6.0


def draw_reduced(size: tuple[int, int], people: Sequence[Person], camera_image: Image | None = None) -> Image:
    """Return the people of an image of ``size``, (height, width) in pixels, over that image; on black without it."""
    height, width = size
    scale = min(1.0, MOST_PX / max(height, width))
    reduced = (max(1, round(height * scale)), max(1, round(width * scale)))
    drawn = np.zeros((*reduced, 3), np.uint8) if camera_image is None else _resized(camera_image, reduced)
    draw_people(drawn, people, scale=scale, text_px=max(LEAST_TEXT_PX, TEXT * reduced[1]))
    return drawn


def _resized(image: Image, size: tuple[int, int]) -> Image:
    if image.shape[:2] == size:
        return image.copy()
    return np.asarray(cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
