"""How alike poses are: whether they are the same person a moment later, or the same person found twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Pose

PLACE: Final = 0.3
"""Weight of the box's centre beside the keypoints: it is there even if hardly any keypoint is visible in both."""

SIZE_TOLERANCE: Final = 0.6
"""Natural logarithm of the ratio of sizes that counts e^-0.5: a person who falls or crouches becomes half as tall."""

DUPLICATE_REACH: Final = 0.1
"""Distance of keypoints, as a share of the person's size, up to which two poses may be one person found twice."""

DUPLICATE: Final = 0.6
"""Similarity at that distance from which they are."""


def size_px(pose: Pose) -> float:
    """Return the longer side of a person's box, at least 1 pixel."""
    left, top, right, bottom = pose.box
    return max(right - left, bottom - top, 1.0)


def centre_px(pose: Pose) -> tuple[float, float]:
    """Return the centre of a person's box: x, y."""
    left, top, right, bottom = pose.box
    return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True, slots=True)
class Bodies:
    """Poses, as arrays that can be compared all at once."""

    places: NDArray[np.float64]
    """(n, 18, 2) x, y of the 17 keypoints, and of the box's centre."""
    weights: NDArray[np.float64]
    """(n, 17) square roots of the keypoints' scores."""
    sizes: NDArray[np.float64]
    """(n,) longer sides of the boxes, in pixels."""

    @classmethod
    def of(cls, poses: Sequence[Pose]) -> Bodies:
        """Arrange poses."""
        keypoints = np.array([pose.keypoints for pose in poses], np.float64).reshape(-1, 17, 3)
        centres = np.array([centre_px(pose) for pose in poses], np.float64).reshape(-1, 1, 2)
        sizes = np.array([size_px(pose) for pose in poses], np.float64)
        return cls(np.concatenate((keypoints[:, :, :2], centres), axis=1), np.sqrt(keypoints[:, :, 2]), sizes)

    def moved(self, by_px: NDArray[np.float64]) -> Bodies:
        """Return the same elsewhere: ``by_px`` (n, 2) is how far each has gone, x and y."""
        return Bodies(self.places + by_px[:, None], self.weights, self.sizes)


def similarities(expected: Bodies, found: Bodies, reach_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how well each pose found fits each that is expected, (expected, found): 1 for the very same.

    Like COCO's object keypoint similarity, a mean over the keypoints of exp(-d² / 2 reach²), with weights: those count
    that are visible in both. The distance of the boxes' centres and the ratio of their sizes count, too. ``reach_px``
    is (expected, found) or (expected, 1).
    """
    apart = np.square(expected.places[:, None] - found.places).sum(axis=3)
    near = np.exp(apart / (-2 * np.square(reach_px)[:, :, None]))
    weights = expected.weights[:, None] * found.weights
    joints = (near[:, :, :-1] * weights).sum(axis=2) / np.maximum(weights.sum(axis=2), 1e-6)
    ratio = np.log(found.sizes / expected.sizes[:, None])
    fit = (1 - PLACE) * joints + PLACE * near[:, :, -1]
    return np.asarray(fit * np.exp(np.square(ratio / SIZE_TOLERANCE) / -2), np.float64)


def distinct(poses: Sequence[Pose]) -> list[int]:
    """Return the indices of the poses, but of a person who was found twice only that of the higher presence."""
    if len(poses) < 2:
        return list(range(len(poses)))
    bodies = Bodies.of(poses)
    reach_px = DUPLICATE_REACH * np.maximum(bodies.sizes[:, None], bodies.sizes)
    same = similarities(bodies, bodies, reach_px) >= DUPLICATE
    kept: list[int] = []
    for index in sorted(range(len(poses)), key=lambda index: -poses[index].presence):
        if not same[index, kept].any():
            kept.append(index)
    return kept
