"""All people of a single image: there are no frames before it to lead to them, and time enough to search everywhere.

A pose network of a fixed input sees a person at the back of a classroom as a few cells. The whole image is searched
first, then overlapping squares of it; each person found counts if a second pass, on a crop around them, finds them too.
Of the poses of one person the most complete is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import SEEN_SCORE, Box, Frame, Pose
from haredge.pose.closer import closer
from haredge.pose.estimator import RegionEstimator, new_people
from haredge.pose.region import LEAST_PX, Region
from haredge.pose.similarity import size_px

SQUARE: Final = 0.6
"""Side of the squares as a share of the image's shorter side."""

MOST_SQUARES: Final = 24
"""Number of squares at most: a panorama gets larger ones."""

SAME_BOX: Final = 0.55
"""Share of the area that two boxes cover together which is common to both, from which they are one person's."""

SAME_PLACE: Final = 0.1
"""Distance of two keypoints, as a share of a person's size, up to which they are the same joint."""

SAME_JOINTS: Final = 0.6
"""Share of a pose's keypoints that another pose shows as well, from which they are one person's."""

LESS: Final = 0.8
"""Share of another pose's worth below which a pose is less complete. If :data:`INSIDE` of its box lies in the other's,
it is then a part of that person; a child in front of an adult shows as many keypoints as the adult."""

INSIDE: Final = 0.8

FINER: Final = 1.2
"""Worth of the score of a pose that a square shows whole, beside others: the whole image mixes the limbs of people who
stand close together."""

LEAST_SIZE_PX: Final = 8
"""Least longer side of a person's box: fewer pixels show nothing of what a person does."""

CUT: Final = 0.04
"""Share of a square's side within which a box touches its edge: who is there is cut off."""


def everyone(estimator: RegionEstimator, frame: Frame) -> tuple[Pose, ...]:
    """Return a pose for each person found in an image, from left to right."""
    found = list(_found(estimator, frame, None))
    for square in squares(frame.size):
        found += _found(estimator, frame, square)
    return tuple(sorted(_apart(found), key=lambda pose: pose.box.left))


def squares(image: tuple[int, int]) -> Sequence[Region]:
    """Return overlapping squares that cover an image of (height, width); none if it is too small to be divided."""
    height, width = image
    side = SQUARE * min(image)
    while len(places := list(_places(height, width, side))) > MOST_SQUARES:
        side *= 1.25
    across = int(np.ceil(side)) + 1  # corners are cut off to whole pixels
    return [Region(left, top, min(width, left + across), min(height, top + across)) for left, top in places]


def _places(height: int, width: int, side: float) -> Iterator[tuple[int, int]]:
    """Yield the left upper corners (x, y) of squares, of which each overlaps the next by at least a third."""
    if side < LEAST_PX:
        return
    for top in _starts(height, side):
        for left in _starts(width, side):
            yield left, top


def _starts(length: int, side: float) -> list[int]:
    most = max(0.0, length - side)
    count = 1 + int(np.ceil(most / (side * 2 / 3)))
    return [int(start) for start in np.linspace(0, most, count)]


def _found(estimator: RegionEstimator, frame: Frame, square: Region | None) -> Iterator[tuple[float, Pose]]:
    """Yield the people in a square, confirmed by a second pass: how complete each pose is, and the pose.

    Of who is cut off by the square it is the more complete of both passes.
    """
    for pose in new_people(estimator, frame, square):
        second = closer(estimator, frame, pose)
        if second and square and not _is_cut(pose.box, square, frame.size):
            yield FINER * min(pose.score, second.score), pose
        elif second:
            better = max(second if square else pose, pose, key=lambda one: one.score)
            yield min(pose.score, second.score), better


def _is_cut(box: Box, square: Region, image: tuple[int, int]) -> bool:
    """Return whether a box touches an edge of a square that is not the image's own."""
    height, width = image
    near = CUT * max(square.right - square.left, square.bottom - square.top)
    return (
        (square.left > 0 and box.left - square.left < near)
        or (square.top > 0 and box.top - square.top < near)
        or (square.right < width and square.right - box.right < near)
        or (square.bottom < height and square.bottom - box.bottom < near)
    )


def _apart(found: Sequence[tuple[float, Pose]]) -> list[Pose]:
    """Leave out all but the most complete of the poses of a person who was found several times."""
    kept: list[tuple[float, Pose]] = []
    for complete, pose in sorted(found, key=lambda one: -one[0]):
        if size_px(pose) < LEAST_SIZE_PX:
            continue
        if not any(_same(pose, other) or (complete < LESS * more and _within(pose, other)) for more, other in kept):
            kept.append((complete, pose))
    return [pose for _, pose in kept]


def _same(pose: Pose, other: Pose) -> bool:
    """Return whether two poses are one person's, by their boxes or by where their joints are."""
    common = _common(pose.box, other.box)
    if common >= SAME_BOX * (_area(pose.box) + _area(other.box) - common):
        return True
    joints = _joints_in(pose, other)
    return bool(joints.any() and joints.mean() >= SAME_JOINTS)


def _within(pose: Pose, other: Pose) -> bool:
    """Return whether most of a pose's box lies in another's."""
    return _common(pose.box, other.box) >= INSIDE * _area(pose.box)


def _joints_in(pose: Pose, other: Pose) -> NDArray[np.bool_]:
    """Return which of a pose's visible keypoints are where another pose has the same ones: (visible,)."""
    visible = pose.keypoints[:, 2] >= SEEN_SCORE
    apart = np.hypot(*(other.keypoints[visible, :2] - pose.keypoints[visible, :2]).T)
    return np.asarray((apart <= SAME_PLACE * size_px(pose)) & (other.keypoints[visible, 2] >= SEEN_SCORE))


def _common(a: Box, b: Box) -> float:
    """Return the area that two boxes have in common."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    return max(0.0, width) * max(0.0, height)


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
