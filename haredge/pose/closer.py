"""A second pass on a crop around a person who was found: what only resembles a person from afar seldom passes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from haredge.core.types import Frame, Pose
from haredge.pose.estimator import RegionEstimator, new_people
from haredge.pose.region import Region
from haredge.pose.similarity import Bodies, centre_px, similarities, size_px

NEAR: Final = 0.25
"""Distance of keypoints, as a share of a person's size, at which what a crop shows may still be that person."""

LEAST_SIMILARITY: Final = 0.3
"""Similarity at that distance from which it is."""

AGAIN_S: Final = 0.3
"""Seconds for which a place is not passed again that has shown no one: a vase that resembles a person is asked about in
one frame of a few, and who comes in is not kept waiting."""


def closer(estimator: RegionEstimator, frame: Frame, pose: Pose) -> Pose | None:
    """Return the same person's pose as a crop around them shows it; None if it does not show them."""
    return same_person(pose, new_people(estimator, frame, around(pose, frame)))


def around(pose: Pose, frame: Frame) -> Region:
    """Return the crop around a person that a second pass runs on."""
    height, width = frame.size
    return Region.around(pose.keypoints, (height, width))


def same_person(pose: Pose, poses: Sequence[Pose], least: float = LEAST_SIMILARITY) -> Pose | None:
    """Return which of the poses that a crop shows is the same person's; None if none is as similar as ``least``."""
    if not poses:
        return None
    fit = similarities(Bodies.of([pose]), Bodies.of(poses), np.full((1, 1), NEAR * size_px(pose)))[0]
    best = int(fit.argmax())
    return poses[best] if fit[best] >= least else None


class Doubts:
    """The places where a second pass has shown no one, a moment ago."""

    def __init__(self) -> None:
        self._refused: list[tuple[float, Pose]] = []

    def is_person(self, estimator: RegionEstimator, frame: Frame, pose: Pose) -> bool:
        """Return whether a second pass confirms a pose; one just refused there is not asked about again."""
        self._refused = [(t, other) for t, other in self._refused if 0 <= frame.t - t < AGAIN_S]
        if any(_same_place(pose, other) for _, other in self._refused):
            return False
        confirmed = closer(estimator, frame, pose) is not None
        if not confirmed:
            self._refused.append((frame.t, pose))
        return confirmed


def _same_place(pose: Pose, other: Pose) -> bool:
    apart = np.subtract(centre_px(pose), centre_px(other))
    return float(np.hypot(*apart)) < 0.5 * size_px(other)
