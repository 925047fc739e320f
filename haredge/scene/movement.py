"""Whether people move: keypoints tremble even of a person who lies still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from haredge.core.types import SEEN_SCORE, Keypoints, Person, Pose

REACH: Final = 0.1
"""How far a keypoint must be from where it was, as a share of the longer side of the person's box.

Measured from one second to the next on the falls of Le2i's coffee rooms (MoveNet MultiPose at 192x192): after a fall
99 % of 308 poses had at most one keypoint further away than 0.067; before it, 85 % of 1,583 had two beyond 0.1."""

KEYPOINTS: Final = 2
"""Number of keypoints that must have moved: a single one jumps now and then."""


class Movement:
    """Compares each person with how they were when they last moved, so that slow movements add up."""

    def __init__(self) -> None:
        self._references: dict[int, Keypoints] = {}
        self._moving: set[int] = set()

    def update(self, people: Sequence[Person]) -> bool:
        """Return whether any person has moved; one who has just come into view has.

        A movement counts if the next pose shows it, too.
        """
        poses = {person.id: person.pose for person in people if person.settled and person.pose is not None}
        there = {person.id for person in people}
        self._references = {number: pose for number, pose in self._references.items() if number in there}
        moved = {number for number, pose in poses.items() if self._has_moved(number, pose)}
        confirmed = {number for number in moved if number in self._moving or number not in self._references}
        self._moving = moved - confirmed
        self._references |= {number: poses[number].keypoints for number in confirmed}
        return bool(confirmed)

    def _has_moved(self, number: int, pose: Pose) -> bool:
        reference, now = self._references.get(number), pose.keypoints
        if reference is None:
            return True
        confident = (reference[:, 2] >= SEEN_SCORE) & (now[:, 2] >= SEEN_SCORE)
        box = pose.box
        away = np.hypot(*(now[confident, :2] - reference[confident, :2]).T)
        least = REACH * max(box.right - box.left, box.bottom - box.top, 1.0)
        return int((away >= least).sum()) >= KEYPOINTS
