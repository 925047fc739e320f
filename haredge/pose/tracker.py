"""Keeping an eye on one person: every frame is looked at where the person was in the last one.

A network of a fixed input sees a person across the room as a few cells; looking closer costs nothing where the place is
known. MoveNet and BlazePose are used in the same way (Bazarevsky et al., "BlazePose", 2020).
"""

from __future__ import annotations

import math
from typing import Final, Protocol

from haredge.core.types import Frame, Pose
from haredge.pose.region import Region

WHOLE_S: Final = 2.0
"""Seconds after which the whole picture is looked at again: somebody nearer may have come in."""

UNSEEN_S: Final = 10.0
"""Seconds for which somebody whom the whole picture no longer shows is followed: where a person was, a close look at
the empty room takes furniture for one in two or three of a hundred places, and might do so for ever."""


class Looker(Protocol):
    """Finds the dominant person in a frame, or in a part of it."""

    def estimate(self, frame: Frame, region: Region | None = None) -> Pose | None:
        """Return the pose in pixels of the whole picture, or None where nobody is seen."""


def find(looker: Looker, frame: Frame) -> Pose | None:
    """Look at the whole picture, then closer at whom it shows; somebody is there if both looks say so.

    The second look finds the limbs more exactly, and what only resembles a person from afar seldom passes it.
    """
    first = looker.estimate(frame)
    return None if first is None else closer(looker, frame, first)


def closer(looker: Looker, frame: Frame, pose: Pose) -> Pose | None:
    """Look only at the surroundings of a person whose pose is known, or was a frame ago."""
    height, width = frame.image.shape[:2]
    return looker.estimate(frame, Region.around(pose.keypoints, (height, width)))


class Follower:
    """Follows the dominant person through one source's frames; implements :class:`haredge.core.seams.PoseEstimator`."""

    def __init__(self, looker: Looker) -> None:
        """Take what looks; nobody is known yet."""
        self._looker = looker
        self._last: Pose | None = None
        self._whole_t = self._found_t = -math.inf

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return the pose in pixels of ``frame.image``, or none where nobody is in view.

        Frames are to come in order. One look a frame, as a rule; two more where the person has been lost, and every
        ``WHOLE_S``.
        """
        due = not 0 <= frame.t - self._whole_t < WHOLE_S
        looks = (self._find, self._follow) if due else (self._follow, self._find)
        self._last = looks[0](frame) or looks[1](frame)
        return () if self._last is None else (self._last,)

    def _follow(self, frame: Frame) -> Pose | None:
        if self._last is None or frame.t - self._found_t > UNSEEN_S:
            return None
        return closer(self._looker, frame, self._last)

    def _find(self, frame: Frame) -> Pose | None:
        self._whole_t = frame.t
        pose = find(self._looker, frame)
        self._found_t = frame.t if pose else self._found_t
        return pose
