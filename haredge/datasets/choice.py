"""Whose poses are recorded, where several people were tracked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

import numpy as np

from haredge.activity.window import MAX_GAP_S
from haredge.core.types import Pose

PersonRule = Literal["largest", "longest", "left", "right", "all"]

RULES: Final[Mapping[PersonRule, str]] = {
    "largest": "who takes up most of the image, over all frames",
    "longest": "who is seen in most frames",
    "left": "who is farthest left in the image",
    "right": "who is farthest right in the image",
    "all": "each person, a recording each",
}
"""What each rule means."""

USUAL: Final[PersonRule] = "largest"

MOST_PEOPLE: Final = 6
"""People who are tracked, to choose from: as many as any network finds."""

LEAST_SHARE: Final = 0.1
"""Least share of the frames in which a person must be seen for a recording of their own."""

_SEEN_AS_OFTEN: Final = 0.5
"""Share of the frames of who is seen most in which others must be seen to be the one at the left or right."""

Tracks = Mapping[int, Sequence[Pose]]
"""Each person's poses, one or more, in the order of their times."""


def chosen(tracks: Tracks, rule: PersonRule, frames: int) -> list[list[Pose]]:
    """Return the poses of the people who are recorded, each in the order of time; ``frames`` is how many there were.

    All are in order from left to right. The other rules give one person; while they are out of view it is who comes
    next by the same rule, with more than :data:`MAX_GAP_S` in between, so that no window holds poses of two people.
    """
    if rule == "all":
        least = LEAST_SHARE * frames
        return sorted((list(poses) for poses in tracks.values() if len(poses) >= least), key=_place)
    most = max(map(len, tracks.values()), default=0)
    taken: list[Sequence[Pose]] = []
    for poses in sorted(tracks.values(), key=_claims(most)[rule]):
        if all(poses[0].t - other[-1].t > MAX_GAP_S or other[0].t - poses[-1].t > MAX_GAP_S for other in taken):
            taken.append(poses)
    return [sorted((pose for poses in taken for pose in poses), key=lambda pose: pose.t)] if taken else []


def _claims(most: int) -> Mapping[PersonRule, Callable[[Sequence[Pose]], tuple[float, ...]]]:
    """Return what the people are sorted by, the first one first, if the most frequent one has so many poses."""

    def seldom(poses: Sequence[Pose]) -> bool:
        return len(poses) < _SEEN_AS_OFTEN * most

    return {
        "largest": lambda poses: (-_size(poses),),
        "longest": lambda poses: (-len(poses), -_size(poses)),
        "left": lambda poses: (seldom(poses), _place(poses)),
        "right": lambda poses: (seldom(poses), -_place(poses)),
    }


def _size(poses: Sequence[Pose]) -> float:
    """Return the sum of the boxes' diagonals, in pixels."""
    return sum(float(np.hypot(pose.box.right - pose.box.left, pose.box.bottom - pose.box.top)) for pose in poses)


def _place(poses: Sequence[Pose]) -> float:
    """Return the mean x of the boxes, in pixels."""
    return float(np.mean([(pose.box.left + pose.box.right) / 2 for pose in poses]))
