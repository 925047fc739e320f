"""Whose pose is whose: one person followed from frame to frame through what a pose network found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core import Keypoints
from haredge.window import MAX_GAP_S, SEEN_SCORE

People = NDArray[np.float32]
"""(people, 17, 3): the keypoints of everybody in one frame; nobody is (0, 17, 3)."""

NOBODY: Final[People] = np.zeros((0, 17, 3), np.float32)

FARTHEST_STEP: Final = 1.0
"""Whoever is farther from where the followed person was, in sizes of the body, is somebody else."""

Stretch = tuple[NDArray[np.float64], Keypoints]
"""Times (n,) and poses (n, 17, 3) of one person, with no gap of more than :data:`MAX_GAP_S`."""


def gathered(poses: Sequence[Keypoints]) -> People:
    """Put the poses (17, 3) of one frame together."""
    return np.stack(poses) if poses else NOBODY


def follow(times: Sequence[float], people: Sequence[People]) -> list[Stretch]:
    """Follow one person through frames at growing times, in seconds.

    It begins with the largest and surest person, and goes on with whoever is most like the pose before. Where the
    person is out of sight for longer than a window may bridge, the stretch ends and the next begins anew. A stretch
    has two poses at least.
    """
    stretches: list[list[tuple[float, Keypoints]]] = [[]]
    for t, everybody in zip(times, people, strict=True):
        if stretches[-1] and t - stretches[-1][-1][0] > MAX_GAP_S:
            stretches.append([])
        before = stretches[-1][-1][1] if stretches[-1] else None
        if (pose := _next(before, everybody)) is not None:
            stretches[-1].append((t, pose))
    return [(np.array([t for t, _ in each]), np.stack([p for _, p in each])) for each in stretches if len(each) > 1]


def _next(before: Keypoints | None, everybody: People) -> Keypoints | None:
    """Choose the pose that goes on from the one before; None where nobody does."""
    visible = [pose for pose in everybody if (pose[:, 2] >= SEEN_SCORE).any()]
    if before is None:
        return max(visible, key=_dominance, default=None)
    steps = list(_steps(before, visible))
    return visible[int(np.argmin(steps))] if steps and min(steps) <= FARTHEST_STEP else None


def _steps(before: Keypoints, poses: Sequence[Keypoints]) -> Iterator[float]:
    """Tell how far each pose is from the one before, joint by joint, in sizes of the larger body."""
    for pose in poses:
        both = (before[:, 2] >= SEEN_SCORE) & (pose[:, 2] >= SEEN_SCORE)
        apart = pose[both, :2] - before[both, :2] if both.any() else _middle(pose) - _middle(before)
        yield float(np.hypot(apart[..., 0], apart[..., 1]).mean()) / max(_size(before), _size(pose), 1e-6)


def _dominance(pose: Keypoints) -> float:
    return _size(pose) * float(pose[:, 2].sum())


def _size(pose: Keypoints) -> float:
    """Diagonal of the box round the joints that are seen."""
    return float(np.hypot(*np.ptp(_seen(pose), axis=0)))


def _middle(pose: Keypoints) -> NDArray[np.float32]:
    middle: NDArray[np.float32] = _seen(pose).mean(axis=0)
    return middle


def _seen(pose: Keypoints) -> NDArray[np.float32]:
    return pose[pose[:, 2] >= SEEN_SCORE, :2]
