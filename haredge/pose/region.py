"""The part of an image that a network runs on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Box

ROOM: Final = 1.8
"""Side of the region by the longer side of the person's bounding box: the person moves until the next frame.

Of 1.2 to 2.2 it lets haredge's own network find most keypoints."""

MIN_SCORE: Final = 0.3
"""Least score of a keypoint that the bounding box includes; if fewer than five have it, the five of the best scores."""

LEAST_PX: Final = 32
"""Least side: a crop of a smaller person would only be enlarged pixels."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of an image's pixels, never empty; right and bottom are outside.

    Raises ValueError for a rectangle without pixels.
    """

    left: int
    top: int
    right: int
    bottom: int
    turns: int = 0
    """Quarter turns, counterclockwise, by which it is turned when it is cut out: so that who lies is shown upright."""

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right and 0 <= self.top < self.bottom):
            raise ValueError(f"a region without pixels: {self.left}, {self.top} to {self.right}, {self.bottom}")

    @classmethod
    def around(cls, keypoints: NDArray[np.float32], image: tuple[int, int]) -> Region:
        """Return the square around a person's (17, 3) keypoints, cut off at the edges of a (height, width) image.

        Keypoints outside the image count as if on its edge: the camera's images may have become smaller since.
        """
        height, width = image
        scores = keypoints[:, 2]
        confident = keypoints[scores >= min(MIN_SCORE, np.partition(scores, -5)[-5]), :2]
        points = np.clip(confident, 0, (width - 1, height - 1))
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return cls.about(Box(left, top, right, bottom), image, LEAST_PX)

    @classmethod
    def about(cls, box: Box, image: tuple[int, int], least_px: float, most_px: float = math.inf) -> Region:
        """Return the square about a box, of :data:`ROOM` times its longer side, ``least_px`` to ``most_px``.

        It is cut off at the edges of a (height, width) image, in which the box must be.
        """
        height, width = image
        low, high = np.array(box[:2]), np.array(box[2:])
        half = min(max(float((high - low).max()) * ROOM, least_px), most_px) / 2
        (left, top), (right, bottom) = np.floor((low + high) / 2 - half), np.ceil((low + high) / 2 + half)
        return cls(max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom)))

    @classmethod
    def square(cls, box: Box, side: float, image: tuple[int, int]) -> Region:
        """Return the square of a side with a box in its middle, moved into a (height, width) image.

        What is longer than the image is cut off to it.
        """
        height, width = image
        left = min(max((box.left + box.right - side) / 2, 0.0), max(width - side, 0.0))
        top = min(max((box.top + box.bottom - side) / 2, 0.0), max(height - side, 0.0))
        right, bottom = min(width, math.ceil(left + side)), min(height, math.ceil(top + side))
        return cls(math.floor(left), math.floor(top), right, bottom)

    @property
    def sides(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom."""
        return self.left, self.top, self.right, self.bottom

    def turned(self, turns: int) -> Region:
        """Return the same rectangle, to be turned by so many quarters, counterclockwise."""
        return replace(self, turns=turns % 4)

    def of(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the region of a (height, width, ...) image; unless it is turned, as a view."""
        part = image[self.top : self.bottom, self.left : self.right]
        return np.ascontiguousarray(np.rot90(part, self.turns)) if self.turns else part

    def to_image(self, xy: NDArray[np.floating]) -> NDArray[np.float32]:
        """Map (..., 2) x, y in pixels of what :meth:`of` returns to pixels of the image."""
        if not self.turns:  # as in every frame of a video
            return np.asarray(xy + np.array((self.left, self.top)), np.float32)
        x, y = xy[..., 0], xy[..., 1]
        right, bottom = self.right - 1, self.bottom - 1
        back = ((right - y, self.top + x), (right - x, bottom - y), (self.left + y, bottom - x))
        return np.stack(back[self.turns - 1], -1).astype(np.float32)
