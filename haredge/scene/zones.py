"""Where in the image a person is, and in which zones that is. Pure geometry."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.window import SEEN_SCORE
from haredge.core.keypoints import INDEX
from haredge.core.types import Keypoints, Pose
from haredge.core.zone import Point, Zone

_SHOULDERS, _HIPS, _KNEES, _ANKLES = (
    [INDEX[f"left_{joint}"], INDEX[f"right_{joint}"]] for joint in ("shoulder", "hip", "knee", "ankle")
)
_LOWEST_FIRST: Final = (_ANKLES, _KNEES, _HIPS)

Place = NDArray[np.float32]
"""(2,) floats: x, y in pixels of the image."""


def place_of(pose: Pose, size: tuple[int, int]) -> Point:
    """Return where a person is, in shares of an image of ``size`` (height, width) in pixels.

    That is where the feet are: between the ankles, or the one that is seen. If they are hidden, the knees stand in for
    them, then the hips, then the middle of the lower edge of the person's box. Of someone who lies it is the hips, or
    the middle between shoulders and feet if the hips are hidden.
    """
    height, width = size
    x, y = _place(pose)
    return min(max(x / width, 0.0), 1.0), min(max(y / height, 0.0), 1.0)


def zone_at(place: Point, zones: Sequence[Zone]) -> Zone | None:
    """Return the zone of a place, the smallest if there are several: the bed, not the room round it."""
    return min((zone for zone in zones if place in zone), key=lambda zone: zone.area, default=None)


def _place(pose: Pose) -> tuple[float, float]:
    if lies(pose.keypoints):
        hips, points = _middle(pose.keypoints, _HIPS), _trunk_and_legs(pose.keypoints)
        middle = (points[0] + points[-1]) / 2 if hips is None else hips
        return float(middle[0]), float(middle[1])
    for pair in _LOWEST_FIRST:
        if (lowest := _middle(pose.keypoints, pair)) is not None:
            return float(lowest[0]), float(lowest[1])
    left, _, right, bottom = pose.box
    return (left + right) / 2, bottom


def lies(keypoints: Keypoints) -> bool:
    """Return whether someone lies, as far as it is seen: trunk and legs are more level than upright.

    Who bends forward has upright legs, and who sits an upright trunk.
    """
    points = _trunk_and_legs(keypoints)
    return len(points) > 1 and all(_is_level(after - before) for before, after in itertools.pairwise(points))


def _trunk_and_legs(keypoints: Keypoints) -> list[Place]:
    """Return the middles of shoulders, hips and ankles (or knees), of those that are seen."""
    feet = next((found for pair in (_ANKLES, _KNEES) if (found := _middle(keypoints, pair)) is not None), None)
    return [point for point in (_middle(keypoints, _SHOULDERS), _middle(keypoints, _HIPS), feet) if point is not None]


def _is_level(way: Place) -> bool:
    return bool(abs(way[0]) > abs(way[1]))


def _middle(keypoints: Keypoints, pair: Sequence[int]) -> Place | None:
    """Return the middle of those of two joints that are seen; None if neither is."""
    joints = keypoints[pair]
    seen = joints[joints[:, 2] >= SEEN_SCORE, :2]
    return np.asarray(seen.mean(axis=0), np.float32) if len(seen) else None
