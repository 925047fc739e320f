"""What a pose shows of a body: its box, and where head, shoulders, hips and legs are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

from haredge.core.keypoints import INDEX, PAIRS
from haredge.core.types import EDGE, VISIBLE, Box, Pose

_HEAD: Final = tuple(INDEX[name] for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear"))


class Point(NamedTuple):
    """A place in the image, in pixels; y grows downwards."""

    x: float
    y: float

    def distance(self, other: Point) -> float:
        """Return how far it is to another place, in pixels."""
        return math.hypot(self.x - other.x, self.y - other.y)


@dataclass(frozen=True, slots=True)
class Body:
    """One person in one frame. Joints are the middle of left and right, None if neither is visible."""

    t: float
    box: Box
    head: Point | None
    shoulders: Point | None
    hips: Point | None
    knees: Point | None
    ankles: Point | None
    cut: bool
    """Whether the image ends where the box does, above or below: how long the body is cannot be seen."""
    clarity: float
    """Mean score of the keypoints, 0 to 1: how clearly the body is seen."""

    @classmethod
    def of(cls, pose: Pose, image_height: float) -> Body:
        """Read a pose in an image of this many pixels' height; pixels are square."""
        points, box = pose.keypoints.tolist(), pose.box
        shoulders, hips, knees, ankles = (_middle(points, pair) for pair in PAIRS)
        edge = EDGE * image_height
        cut = box.top <= edge or box.bottom >= image_height - edge
        clarity = sum(score for _, _, score in points) / len(points)
        return cls(pose.t, box, _middle(points, _HEAD), shoulders, hips, knees, ankles, cut, clarity)

    @property
    def height(self) -> float:
        """Height of the box in pixels, at least 1."""
        return max(1.0, self.box.bottom - self.box.top)

    @property
    def width(self) -> float:
        """Width of the box in pixels, at least 1."""
        return max(1.0, self.box.right - self.box.left)

    @property
    def centre(self) -> Point:
        """Middle of the box."""
        return Point((self.box.left + self.box.right) / 2, (self.box.top + self.box.bottom) / 2)

    @property
    def torso(self) -> float | None:
        """Length from the hips to the shoulders in pixels."""
        return None if self.shoulders is None or self.hips is None else self.shoulders.distance(self.hips)

    @property
    def lean(self) -> float | None:
        """Degrees by which the torso is tilted: 0 upright, 90 level, 180 head down."""
        if self.shoulders is None or self.hips is None:
            return None
        return math.degrees(math.atan2(abs(self.shoulders.x - self.hips.x), self.hips.y - self.shoulders.y))


def _middle(points: list[list[float]], indices: tuple[int, ...]) -> Point | None:
    """Return the mean of those keypoints that are visible, weighted by their scores."""
    seen = [points[index] for index in indices if points[index][2] >= VISIBLE]
    weight = sum(score for _, _, score in seen)
    if not weight:
        return None
    return Point(sum(x * score for x, _, score in seen) / weight, sum(y * score for _, y, score in seen) / weight)
