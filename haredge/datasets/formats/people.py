"""Which pose is whose: one person tracked from frame to frame through what a pose network found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.window import MAX_GAP_S, SEEN_SCORE
from haredge.core.types import Keypoints

People = NDArray[np.float32]
"""(people, 17, 3): the keypoints of all people in one frame; (0, 17, 3) if there are none."""

NO_PEOPLE: Final[People] = np.zeros((0, 17, 3), np.float32)

FARTHEST_STEP: Final = 1.0
"""A pose farther from where the tracked person was, in sizes of the body, is another person's."""

Stretch = tuple[NDArray[np.float64], Keypoints]
"""Times (n,) and poses (n, 17, 3) of one person, with no gap of more than :data:`MAX_GAP_S`."""


def gathered(poses: Sequence[Keypoints]) -> People:
    """Put the poses (17, 3) of one frame together."""
    return np.stack(poses) if poses else NO_PEOPLE


def follow(times: Sequence[float], people: Sequence[People]) -> list[Stretch]:
    """Track one person through frames at growing times, in seconds.

    It begins with the largest and most confident person, and goes on with the pose most like the one before. If the
    person is out of sight for longer than a window may bridge, the stretch ends and the next begins. A stretch
    has two poses at least.
    """
    bodies = _Bodies.of(np.concatenate([NO_PEOPLE, *people]))
    ends = np.cumsum([len(everybody) for everybody in people])
    stretches: list[list[tuple[float, int]]] = [[]]
    for t, everybody, end in zip(times, people, ends, strict=True):
        if stretches[-1] and t - stretches[-1][-1][0] > MAX_GAP_S:
            stretches.append([])
        before = stretches[-1][-1][1] if stretches[-1] else None
        if (found := bodies.next(before, range(end - len(everybody), end))) is not None:
            stretches[-1].append((t, found))
    return [_stretch(each, bodies.poses) for each in stretches if len(each) > 1]


def _stretch(found: Sequence[tuple[float, int]], poses: People) -> Stretch:
    return np.array([t for t, _ in found]), poses[[index for _, index in found]]


@dataclass(frozen=True, slots=True)
class _Bodies:
    """All people of all frames, one after the other, with what distinguishes them."""

    poses: People
    seen: NDArray[np.bool_]
    """(people, 17)."""
    visible: NDArray[np.bool_]
    """(people,) whether any keypoint is seen."""
    middle: NDArray[np.float32]
    """(people, 2) of the box round the keypoints that are seen."""
    size: NDArray[np.float32]
    """(people,) diagonal of that box."""

    @classmethod
    def of(cls, poses: People) -> _Bodies:
        """Measure all people at once: one by one would take minutes for the large sets."""
        seen = poses[..., 2] >= SEEN_SCORE
        low, high = (np.where(seen[..., None], poses[..., :2], far) for far in (np.float32(1e9), np.float32(-1e9)))
        low, high = low.min(axis=1), high.max(axis=1)
        return cls(poses, seen, np.any(seen, axis=1), (low + high) / 2, np.hypot(*(high - low).T))

    def next(self, before: int | None, frame: range) -> int | None:
        """Choose the person who continues the pose before, or the first; None if there is none."""
        candidates = np.array(frame, np.int64)[self.visible[frame.start : frame.stop]]
        if not candidates.size:
            return None
        if before is None:
            return int(candidates[np.argmax(self.size[candidates] * self.poses[candidates, :, 2].sum(axis=1))])
        steps = self._steps(before, candidates)
        return int(candidates[np.argmin(steps)]) if steps.min() <= FARTHEST_STEP else None

    def _steps(self, before: int, after: NDArray[np.int64]) -> NDArray[np.floating]:
        """Return how far each pose is from the one before, joint by joint, in sizes of the larger body."""
        both = self.seen[before] & self.seen[after]
        apart = np.hypot(*np.moveaxis(self.poses[after, :, :2] - self.poses[before, :, :2], -1, 0))
        shared = both.sum(axis=1)
        way = (apart * both).sum(axis=1) / np.maximum(shared, 1)
        whole = np.hypot(*(self.middle[after] - self.middle[before]).T)
        size = np.maximum(np.maximum(self.size[before], self.size[after]), np.float32(1e-6))
        steps: NDArray[np.floating] = np.where(shared > 0, way, whole) / size
        return steps
