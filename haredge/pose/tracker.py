"""Following one person from frame to frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from haredge.core.types import Frame, Pose
from haredge.pose.estimator import RegionEstimator
from haredge.pose.proposals import KnownThenWhole, Proposal, RegionProposer
from haredge.pose.region import Region

UNCONFIRMED_S: Final = 10.0
"""Seconds for which a person is followed on crops alone: a crop of the empty room, taken where a person was, shows a
false person in one of two or three of a hundred places, and might do so indefinitely."""


def prominence(pose: Pose) -> float:
    """Return score times size: highest for the largest and most confident person, who changes least over frames."""
    confident = pose.keypoints[pose.keypoints[:, 2] >= 0.5, :2]
    size = float(np.hypot(*np.ptp(confident, axis=0))) if len(confident) else 0.0
    return pose.score * (1 + size)


def most_prominent(poses: Sequence[Pose]) -> Pose | None:
    """Return the most prominent person's pose; None if there are none."""
    return max(poses, key=prominence, default=None)


def detect(estimator: RegionEstimator, frame: Frame) -> Pose | None:
    """Find the most prominent person in the whole image, and confirm them by a second pass on a crop; None if neither.

    The second pass finds the limbs more exactly, and what only resembles a person from afar seldom passes it.
    """
    return _found(estimator, frame, Proposal(None, confirm=True))


def refine(estimator: RegionEstimator, frame: Frame, pose: Pose) -> Pose | None:
    """Run only on a crop around a person whose pose is known, in this frame or in the one before."""
    return _found(estimator, frame, Proposal(_around(pose, frame), confirm=False))


class SinglePersonTracker:
    """Follows the most prominent person through one source's frames.

    Implements :class:`haredge.core.seams.PoseEstimator`.
    """

    def __init__(self, estimator: RegionEstimator, proposer: RegionProposer | None = None) -> None:
        """Take what runs on a region, and what proposes regions (by default :class:`KnownThenWhole`)."""
        self._estimator = estimator
        self._proposer = proposer or KnownThenWhole()
        self._last: Pose | None = None
        self._confirmed_t = -math.inf

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return the person's pose in pixels of ``frame.image``; empty if no person is detected.

        Frames must come in order. As a rule the network runs once a frame; two times more if the person was lost, and
        at regular intervals.
        """
        known = () if self._last is None or frame.t - self._confirmed_t > UNCONFIRMED_S else (self._last,)
        self._last = None
        for proposal in self._proposer.propose(frame, known):
            if pose := _found(self._estimator, frame, proposal):
                self._last = pose
                self._confirmed_t = frame.t if proposal.confirm else self._confirmed_t
                return (pose,)
        return ()


def _found(estimator: RegionEstimator, frame: Frame, proposal: Proposal) -> Pose | None:
    """Return the most prominent person in a region, confirmed if the proposal wants that."""
    poses = estimator.estimate(frame, proposal.region)
    first = most_prominent([pose for pose in poses if pose.presence >= estimator.min_pose_score])
    return refine(estimator, frame, first) if first and proposal.confirm else first


def _around(pose: Pose, frame: Frame) -> Region:
    return Region.around(pose.keypoints, (frame.image.shape[0], frame.image.shape[1]))
