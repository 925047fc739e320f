"""Whether people move: keypoints tremble even of a person who lies still."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import SEEN_SCORE, Keypoints, Person, Pose

REACH: Final = 0.1
"""How far a keypoint must be from where it was, as a share of the longer side of the person's box.

Measured from one second to the next on the falls of Le2i's coffee rooms (MoveNet MultiPose at 192x192): after a fall
99 % of 308 poses had at most one keypoint further away than 0.067; before it, 85 % of 1,583 had two beyond 0.1."""

KEYPOINTS: Final = 2
"""Number of keypoints that must have moved: a single one jumps now and then."""


FEWEST: Final = 6
"""Keypoints that must be seen both times before someone who is found is taken for who lay or sat there before."""

MOST_LOST: Final = 10
"""People who are no longer in view whose poses are kept, those that came last."""


class Movement:
    """Compares each person with how they were when they last moved, so that slow movements add up.

    Who is not detected for a while, and is found as they were, has not moved, whatever number they get: a network sees
    who lies still in the dusk only now and then.
    """

    def __init__(self) -> None:
        self._references: dict[int, Keypoints] = {}
        self._moving: set[int] = set()
        self._posed_t: dict[int, float] = {}
        """Time of the last pose of each person in view."""

    def begin_again(self) -> None:
        """Take everyone for lost: the loop has begun again, and gives its numbers from the first one on."""
        self._references = dict(zip(range(-len(self._references), 0), self._references.values(), strict=True))
        self._moving, self._posed_t = set(), {}

    def update(self, people: Sequence[Person], *, came: bool = True) -> bool:
        """Return whether any person has moved; one who has just come into view has, unless they were there before.

        ``came`` says that who is new has come in: who is there as the loop begins may have been there all the time. A
        movement counts if the person's next pose shows it, too, unless no one is known who might have been lost.
        """
        there = {person.id for person in people}
        poses = self._new_poses(people)
        lost = self._lost(there)
        for number in poses.keys() - self._references.keys():
            self._find(number, poses[number], lost)
            if not came:
                self._references.setdefault(number, poses[number].keypoints)
        moved = {number for number, pose in poses.items() if self._has_moved(number, pose)}
        confirmed = {number for number in moved if number in self._moving or not (lost or number in self._references)}
        self._moving = (self._moving & there) - poses.keys() | (moved - confirmed)
        self._references |= {number: poses[number].keypoints for number in confirmed}
        return bool(confirmed)

    def _new_poses(self, people: Sequence[Person]) -> dict[int, Pose]:
        """Return the poses that were not there before, by number: who is not looked for comes with their last one."""
        before, self._posed_t = self._posed_t, {}
        poses: dict[int, Pose] = {}
        for person in people:
            pose, posed_t = person.pose, before.get(person.id)
            if person.settled and pose is not None and pose.t != posed_t:
                poses[person.id] = pose
                posed_t = pose.t
            if posed_t is not None:
                self._posed_t[person.id] = posed_t
        return poses

    def _lost(self, there: Collection[int]) -> Sequence[int]:
        """Return the numbers of those who are no longer in view, and forget all but the last."""
        lost = [number for number in self._references if number not in there]
        for number in lost[:-MOST_LOST]:
            del self._references[number]
        return lost[-MOST_LOST:]

    def _find(self, number: int, pose: Pose, lost: Sequence[int]) -> None:
        """Take someone who is found for the one of those who are lost who was just so, if any was."""
        for before in lost:
            reference = self._references.get(before)
            if reference is not None and _seen(reference, pose).sum() >= FEWEST and not _differs(reference, pose):
                self._references[number] = self._references.pop(before)
                return

    def _has_moved(self, number: int, pose: Pose) -> bool:
        reference = self._references.get(number)
        return reference is None or _differs(reference, pose)


def _seen(reference: Keypoints, pose: Pose) -> NDArray[np.bool_]:
    """Return which keypoints (17,) are seen both times."""
    return np.asarray((reference[:, 2] >= SEEN_SCORE) & (pose.keypoints[:, 2] >= SEEN_SCORE))


def _differs(reference: Keypoints, pose: Pose) -> bool:
    seen, box = _seen(reference, pose), pose.box
    away = np.hypot(*(pose.keypoints[seen, :2] - reference[seen, :2]).T)
    least = REACH * max(box.right - box.left, box.bottom - box.top, 1.0)
    return int((away >= least).sum()) >= KEYPOINTS
