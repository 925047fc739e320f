"""Where in the image a person is, and in which zones that is. Pure geometry."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from haredge.core.keypoints import PAIRS
from haredge.core.types import SEEN_SCORE, Keypoints, Pose
from haredge.core.zone import Point, Zone


def smallest_first(zones: Sequence[Zone]) -> Sequence[Zone]:
    """Return zones in the order in which they claim a place: the bed before the room round it."""
    return sorted(zones, key=lambda zone: zone.area)


class Where(NamedTuple):
    """Where in the image a person is in one frame."""

    zones: Sequence[Zone] = ()
    """Those in which the person is, the smallest first; see :func:`place_of`."""
    resting: bool = False
    """Whether the smallest of them is one to rest in, or the smallest of those that the hips are in.

    Who lies back on a bed has their feet on the floor for a moment still.
    """

    @classmethod
    def of(cls, pose: Pose, size: tuple[int, int], zones: Sequence[Zone]) -> Where:
        """Return where a person is in an image of ``size`` (height, width); the zones come smallest first."""
        if not zones:
            return cls()
        at = _zones_at(place_of(pose, size), zones)
        hips = _middles(pose.keypoints)[1]
        under_hips = () if hips is None else _zones_at(_shares(hips, size), zones)
        return cls(at, any(each[0].rest for each in (at, under_hips) if each))


def _zones_at(place: Point, zones: Sequence[Zone]) -> tuple[Zone, ...]:
    return tuple(zone for zone in zones if place in zone)


def ignored_in(zones: Sequence[Zone]) -> Callable[[Pose, tuple[int, int]], bool]:
    """Return what says of a pose in an image of (height, width) whether it is of no person, as the zones have it.

    Of several zones that the pose is in the smallest says so.
    """
    ordered = smallest_first(zones) if any(zone.ignore for zone in zones) else ()

    def ignored(pose: Pose, size: tuple[int, int]) -> bool:
        at = _zones_at(place_of(pose, size), ordered) if ordered else ()
        return bool(at) and at[0].ignore

    return ignored


def place_of(pose: Pose, size: tuple[int, int]) -> Point:
    """Return where a person is, in shares of an image of ``size`` (height, width) in pixels.

    That is where the feet are: between the ankles, or the one that is seen. If they are hidden, the knees stand in for
    them, then the hips, then the middle of the lower edge of the person's box. Of someone who lies it is the hips, or
    the middle between shoulders and feet if the hips are hidden.
    """
    return _shares(_place(pose), size)


def _shares(point: Point, size: tuple[int, int]) -> Point:
    (x, y), (height, width) = point, size
    return min(max(x / width, 0.0), 1.0), min(max(y / height, 0.0), 1.0)


def lies(keypoints: Keypoints) -> bool:
    """Return whether someone lies, as far as it is seen: trunk and legs are more level than upright.

    Who bends forward has upright legs, and who sits an upright trunk.
    """
    return _is_level(*_middles(keypoints))


Middle = Point | None
"""Between a left and a right joint, in pixels, or that of them which is seen; None if neither is."""


def _place(pose: Pose) -> Point:
    shoulders, hips, knees, ankles = _middles(pose.keypoints)
    feet = ankles or knees
    if _is_level(shoulders, hips, knees, ankles):
        return hips or _mean([end for end in (shoulders, feet) if end])
    left, _, right, bottom = pose.box
    return feet or hips or ((left + right) / 2, bottom)


def _is_level(shoulders: Middle, hips: Middle, knees: Middle, ankles: Middle) -> bool:
    seen = [middle for middle in (shoulders, hips, ankles or knees) if middle]
    return len(seen) > 1 and all(
        abs(after[0] - before[0]) > abs(after[1] - before[1]) for before, after in itertools.pairwise(seen)
    )


def _middles(keypoints: Keypoints) -> list[Middle]:
    """Return the middles of shoulders, hips, knees and ankles."""
    joints = keypoints.tolist()
    return [_middle(joints[left], joints[right]) for left, right in PAIRS]


def _middle(left: Sequence[float], right: Sequence[float]) -> Middle:
    seen = [joint for joint in (left, right) if joint[2] >= SEEN_SCORE]
    return _mean(seen) if seen else None


def _mean(points: Sequence[Sequence[float]]) -> Point:
    return sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points)
