"""One pose of two passes, over the whole image and on a crop around a person: a single image has no other frame.

The crop is seen in four turns, of which the most confident counts: networks know people who stand better than those who
lie or hang upside down, and a single image has the time. (On 323 hard poses kept for choosing it adds 0.02 to the PCK;
turned crops in a video add nothing.)

Both decide together whether a person is there. Their log odds are added, as those of two witnesses who know nothing of
each other: a pass that is sure outweighs one that is not. Where something has a chance in every frame of a video, or in
each of many parts of an image, both have to be sure (:mod:`haredge.pose.closer`).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from haredge.core.types import Frame, Keypoints, Pose
from haredge.pose.closer import around, same_person
from haredge.pose.estimator import RegionEstimator
from haredge.pose.similarity import size_px

LIKELY: Final = 0.15
"""Similarity from which both passes show the same person: one of them may have mixed up the limbs."""

TOGETHER: Final = 0.9
"""Presence by both passes that a person needs, as a share of what a person who is new needs in one."""

UNSEEN: Final = 0.5
"""In the same unit, what counts as the presence of a person that the crop does not show: a network may name no one
below it."""

SAME_PLACE: Final = 0.1
"""Distance of two passes' keypoints, as a share of a person's size, up to which the truth lies between them."""


def with_second_pass(estimator: RegionEstimator, frame: Frame, pose: Pose) -> Pose | None:
    """Return a person's pose by both passes, of which ``pose`` is the first; None if it is probably no person."""
    second = _most_confident_turn(estimator, frame, pose)
    unseen = UNSEEN * estimator.min_pose_score
    presence = together(pose.presence, unseen if second is None else max(unseen, second.presence))
    if presence < TOGETHER * estimator.min_pose_score:
        return None
    return pose if second is None else replace(second, presence=presence, keypoints=merged(pose, second))


def _most_confident_turn(estimator: RegionEstimator, frame: Frame, pose: Pose) -> Pose | None:
    """Return the same person's pose by the turn of the crop that is most sure of it; None if none shows the person."""
    crop = around(pose, frame)
    turns = (same_person(pose, estimator.estimate(frame, crop.turned(turns)), LIKELY) for turns in range(4))
    return max((one for one in turns if one is not None), key=lambda one: one.presence * one.score, default=None)


def together(presence: float, other: float) -> float:
    """Return the presence whose log odds are the mean of those of two."""
    odds = math.sqrt(_odds(presence) * _odds(other))
    return odds / (1 + odds)


def _odds(presence: float) -> float:
    return presence / max(1 - presence, 1e-6)


def merged(pose: Pose, other: Pose) -> Keypoints:
    """Return (17, 3) keypoints of two poses: the mean by score where they agree, the surer one's where they do not."""
    one, two = pose.keypoints, other.keypoints
    share = one[:, 2:] / np.maximum(one[:, 2:] + two[:, 2:], 1e-6)
    apart_px = np.hypot(*(one - two)[:, :2].T)[:, None]
    mean = share * one + (1 - share) * two
    return np.where(apart_px < SAME_PLACE * size_px(pose), mean, np.where(share > 0.5, one, two)).astype(np.float32)
