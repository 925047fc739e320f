"""The part of a picture that is worth a closer look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ROOM: Final = 1.8
"""Side of the region by the longer side of the box round the person, who moves until the next frame.

Of 1.2 to 2.2 it lets haredge's own network find most keypoints."""

SEEN: Final = 0.3
"""Least score of a keypoint that the box goes round; or else it goes round the surest five."""

LEAST_PX: Final = 32
"""A smaller person would be nothing but blown-up pixels."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a picture's pixels; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, keypoints: NDArray[np.float32], picture: tuple[int, int]) -> Region:
        """Return the square round a person's (17, 3) keypoints, cut off at the edges of a (height, width) picture."""
        height, width = picture
        scores = keypoints[:, 2]
        seen = keypoints[scores >= min(SEEN, np.partition(scores, -5)[-5]), :2]
        points = np.clip(seen, 0, (width - 1, height - 1))  # the camera's pictures may have become smaller
        low, high = points.min(axis=0), points.max(axis=0)
        half = max(float((high - low).max()) * ROOM, LEAST_PX) / 2
        (left, top), (right, bottom) = np.floor((low + high) / 2 - half), np.ceil((low + high) / 2 + half)
        return cls(max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom)))

    def of(self, picture: NDArray[Any]) -> NDArray[Any]:
        """Return the region of a (height, width, ...) picture, as a view."""
        return picture[self.top : self.bottom, self.left : self.right]
