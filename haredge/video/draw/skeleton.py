"""A person's keypoints and limbs."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import LIMBS, NAMES
from haredge.core.types import SEEN_SCORE, Image, Keypoints
from haredge.opencv import cv2
from haredge.video.draw.text import bgr
from haredge.video.palette import Colour

_OUTLINE: Final[Colour] = (14, 16, 22)
_SHIFT: Final = 4
"""OpenCV draws at sixteenths of a pixel, so that a slow movement does not jump."""


_LIGHTER: Final = 0.5
"""How much white there is in the colour of the person's own left, so that a swap of sides is seen at a glance."""


def draw_skeleton(image: Image, keypoints: Keypoints, colour: Colour, *, scale: float = 1.0) -> None:
    """Draw the (17, 3) keypoints that score :data:`haredge.core.types.SEEN_SCORE` or more, and the limbs between them.

    The person's own left is lighter. ``scale`` leads from the keypoints' pixels to the image's.
    """
    seen = drawn(keypoints)
    places = _fixed_point(keypoints[:, :2], scale)
    width_px = max(2, round(min(image.shape[:2]) / 130))
    limbs = [(a, b) for a, b in LIMBS if seen[a] and seen[b]]
    for a, b in limbs:
        _line(image, places[a], places[b], _OUTLINE, width_px + 2)
    for a, b in limbs:
        _line(image, places[a], places[b], _shade(colour, a, b), width_px)
    for index in np.flatnonzero(seen).tolist():
        _dot(image, places[index], _OUTLINE, 0.75 * width_px + 1.5)
        _dot(image, places[index], _shade(colour, index, index), 0.75 * width_px)


def drawn(keypoints: Keypoints) -> NDArray[np.bool_]:
    """Return which of the (17, 3) keypoints are drawn, (17,)."""
    seen: NDArray[np.bool_] = (keypoints[:, 2] >= SEEN_SCORE) & np.isfinite(keypoints).all(axis=1)
    return seen


def _fixed_point(xy: np.ndarray[tuple[int, ...], np.dtype[np.float32]], scale: float) -> list[tuple[int, int]]:
    # Pixel centres lie at whole numbers. Far outside the image OpenCV's integers would overflow.
    places = np.clip(np.nan_to_num((xy + 0.5) * scale - 0.5), -20_000, 20_000)
    return [(round(float(x) * 2**_SHIFT), round(float(y) * 2**_SHIFT)) for x, y in places]


def _shade(colour: Colour, a: int, b: int) -> Colour:
    if not all(NAMES[index].startswith("left_") for index in (a, b)):
        return colour
    red, green, blue = (round(part + _LIGHTER * (255 - part)) for part in colour)
    return red, green, blue


def _line(image: Image, start: tuple[int, int], end: tuple[int, int], colour: Colour, width_px: int) -> None:
    cv2.line(image, start, end, bgr(colour), width_px, cv2.LINE_AA, _SHIFT)


def _dot(image: Image, centre: tuple[int, int], colour: Colour, radius_px: float) -> None:
    cv2.circle(image, centre, round(radius_px * 2**_SHIFT), bgr(colour), cv2.FILLED, cv2.LINE_AA, _SHIFT)
