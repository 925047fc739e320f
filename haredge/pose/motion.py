"""Whether anything moves in front of a camera that stands still: an empty room in which nothing moves needs no network.

A background that is learned within seconds is subtracted, on a small grey image. What changes all of the image at once,
as a lamp or a moved camera does, makes it start again; noise, as at night, raises the threshold.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Box, Frame
from haredge.opencv import cv2
from haredge.pose.region import Region

WIDTH_PX: Final = 160
"""Least width of the small image."""

BLUR_PX: Final = 5
"""Side of the square over which the small image is averaged: single pixels are noise."""

LEAST_CHANGE: Final = 6.0
"""Change of brightness, of 255, below which nothing counts as motion, however little noise there is."""

NOISES: Final = 5.0
"""The same as a multiple of the noise."""

LEAST_AREA_PX: Final = 12
"""Pixels of the small image that must change together: a person across the room is 7 wide and 20 tall."""

ALL: Final = 0.4
"""Share of the image that changes at once if it isn't people who move."""

LAMP: Final = 12.0
"""Change of brightness of most of the image, from one frame to the next, by which a lamp is known."""

JOINED_PX: Final = 9
"""Side of the square of the small image within which what moves is one area: a person's head, hands and feet."""

LEARN_S: Final = 4.0
"""Time constant with which the background is learned."""


class MotionDetector:
    """Detects motion in one source's frames."""

    def __init__(self) -> None:
        self._background: NDArray[np.float32] | None = None
        self._noise = LEAST_CHANGE / NOISES
        self._t = -math.inf
        self._shape: tuple[int, ...] = ()
        self._shift = 0.0
        self._begins = True
        self._moved = np.zeros((0, 0), np.uint8)

    def moves_in(self, box: Box) -> bool:
        """Whether something moves within a box of the last frame; False if everything changed."""
        step = _step(self._shape)
        left, top, right, bottom = (max(0, math.floor(side / step)) for side in box)
        return int(self._moved[top : bottom + 1, left : right + 1].sum()) >= LEAST_AREA_PX

    def moves_outside(self, region: Region) -> bool:
        """Whether something moves outside a region of the last frame; False if everything changed."""
        step = _step(self._shape)
        others = self._moved.copy()
        others[region.top // step : -(-region.bottom // step), region.left // step : -(-region.right // step)] = 0
        return int(others.sum()) >= LEAST_AREA_PX and _largest_area(others) >= LEAST_AREA_PX

    def area(self) -> Box | None:
        """Return the box round the largest area that moves in the last frame, in pixels of its image.

        What moves close together is one area. None if nothing moves, or everything changed.
        """
        if not self._moved.any():
            return None
        joined = cv2.dilate(self._moved, np.ones((JOINED_PX, JOINED_PX), np.uint8))
        _, areas, figures, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        largest = 1 + int(figures[1:, cv2.CC_STAT_AREA].argmax())
        if int(self._moved[areas == largest].sum()) < LEAST_AREA_PX:
            return None
        left, top, width, height, _ = figures[largest].tolist()
        step = _step(self._shape)
        # The last row and column of the small image may stand for fewer than ``step`` of the image's.
        right, bottom = min((left + width) * step, self._shape[1]), min((top + height) * step, self._shape[0])
        return Box(left * step, top * step, right, bottom)

    def moves(self) -> bool:
        """Whether something moves in the last frame, or it is not known yet."""
        return self._begins or _largest_area(self._moved) >= LEAST_AREA_PX

    def watch(self, frame: Frame) -> None:
        """Take the next frame."""
        small = _small(frame)
        background, step_s = self._background, frame.t - self._t
        self._t, self._moved, self._begins = frame.t, np.zeros((0, 0), np.uint8), True
        if background is None or self._shape != frame.image.shape or step_s < 0:
            self._background, self._shape, self._shift = small, frame.image.shape, 0.0
            return
        change = small - background
        # What brightens or darkens all of the image alike, as a camera's exposure does, is no motion.
        shift = _median(change[::4, ::4])
        jump, self._shift = abs(shift - self._shift), shift
        change -= shift
        np.abs(change, out=change)
        share = np.float32(-math.expm1(-step_s / LEARN_S))
        self._noise += float(share) * (1.48 * _median(change[::4, ::4]) - self._noise)
        moved = (change > max(LEAST_CHANGE, NOISES * self._noise)).astype(np.uint8)
        if jump > LAMP or np.count_nonzero(moved) > ALL * moved.size:
            self._background, self._shift = small, 0.0
            return
        self._moved, self._begins = moved, False
        background += share * (small - background)


def _median(values: NDArray[np.float32]) -> float:
    """Return the median, of an even number the upper one of the middle two; numpy's own takes three times as long."""
    middle = values.size // 2
    return float(np.partition(values, middle, axis=None)[middle])


def _step(shape: tuple[int, ...]) -> int:
    """Return the pixels of an image of (height, width, 3) for each of the small one."""
    return max(1, shape[1] // WIDTH_PX) if shape else 1


def _small(frame: Frame) -> NDArray[np.float32]:
    step = _step(frame.image.shape)
    green = np.ascontiguousarray(frame.image[::step, ::step, 1])
    return np.asarray(cv2.blur(green.astype(np.float32), (BLUR_PX, BLUR_PX)), np.float32)


def _largest_area(mask: NDArray[np.uint8]) -> int:
    """Return the number of pixels of the largest connected area."""
    if not mask.any():
        return 0
    _, _, figures, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return int(figures[1:, cv2.CC_STAT_AREA].max(initial=0))
