"""A sliding window of poses: as many as the classifier wants, evenly spread over a span of seconds.

The window is defined in seconds and resampled by time, so that a clip decoded at 30, 15 or 10 fps gives
the same windows. Training cuts its windows with this very code.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import SEEN_SCORE, Keypoints, Pose

LENGTH: Final = 9
"""Poses in a window."""

MAX_GAP_S: Final = 0.4
"""Seconds without a pose that a window bridges: a blink of the pose network, or a slow board's frame interval."""

_STORED_PER_STEP: Final = 8
"""Poses kept for each interval between two of the window's: more add memory and no information."""


def offsets_s(span_s: float, length: int = LENGTH) -> NDArray[np.float64]:
    """Give the times of a window's poses relative to its newest: evenly spaced, from ``-span_s`` to 0."""
    return np.linspace(-span_s, 0.0, length)


def mix(before: NDArray[np.floating], after: NDArray[np.floating], share: NDArray[np.floating]) -> Keypoints:
    """Interpolate keypoints (..., 17, 3) linearly: ``share`` (...), from 0 to 1, says how much of ``after`` goes in.

    A keypoint that is seen in only one of the two is taken from that one, as the other's place means nothing.
    """
    seen_before: NDArray[np.bool_] = before[..., 2:] >= SEEN_SCORE
    seen_after: NDArray[np.bool_] = after[..., 2:] >= SEEN_SCORE
    weight = share[..., None, None]
    blend = (1 - weight) * before + weight * after
    only_one = np.where(seen_before, before, after)
    return np.where(seen_before == seen_after, blend, only_one).astype(np.float32)


def resample(times: NDArray[np.float64], keypoints: Keypoints, at: NDArray[np.float64]) -> Keypoints:
    """Give keypoints (n, 17, 3), seen at growing times (n,), as they were at other times: (..., 17, 3)."""
    after = np.clip(np.searchsorted(times, at, side="left"), 1, len(times) - 1)
    step = times[after] - times[after - 1]
    share = np.clip((at - times[after - 1]) / step, 0, 1).astype(np.float32)
    return mix(keypoints[after - 1], keypoints[after], share)


class PoseWindow:
    """The last ``span_s`` seconds of one person's poses, once there are ``least_s`` seconds of them.

    Until the span is covered, the poses are spread over the time that is. A stretch of more than ``max_gap_s`` without
    a pose, or a clock that steps back, empties it: no window ever spans a gap. Memory is bounded at any frame rate.
    """

    def __init__(
        self, span_s: float, least_s: float | None = None, length: int = LENGTH, max_gap_s: float = MAX_GAP_S
    ) -> None:
        """Take the span, and how much of it must be covered: all of it where ``least_s`` is None."""
        if span_s <= 0 or length < 2 or max_gap_s <= 0:
            raise ValueError(f"a window needs a span, a gap and two poses or more: {span_s=}, {length=}, {max_gap_s=}")
        if least_s is not None and not 0 < least_s <= span_s:
            raise ValueError(f"the least part of a window is more than nothing and at most all of it: {least_s=}")
        self._offsets_s = offsets_s(span_s, length)
        self._span_s = span_s
        self._least_s = span_s if least_s is None else least_s
        self._max_gap_s = max_gap_s
        self._resolution_s = span_s / (length - 1) / _STORED_PER_STEP
        self._poses: deque[Pose] = deque()

    def __len__(self) -> int:
        """Count the poses in memory."""
        return len(self._poses)

    def clear(self) -> None:
        """Forget every pose."""
        self._poses.clear()

    def push(self, pose: Pose) -> None:
        """Take the next pose."""
        self.miss(pose.t)
        self._append(pose)

    def miss(self, t: float) -> None:
        """Take note that time has gone on to ``t`` (seconds), whether or not there is a pose."""
        if self._poses and not 0 <= t - self._poses[-1].t <= self._max_gap_s:
            self.clear()

    def _append(self, pose: Pose) -> None:
        poses = self._poses
        if poses and poses[-1].t == pose.t:
            poses.pop()
        if len(poses) > 1 and poses[-1].t - poses[-2].t < self._resolution_s:
            poses.pop()
        poses.append(pose)
        while len(poses) > 1 and poses[1].t <= pose.t - self._span_s:
            poses.popleft()

    @property
    def _covered_s(self) -> float:
        return self._poses[-1].t - self._poses[0].t if self._poses else 0.0

    @property
    def ready(self) -> bool:
        """Whether the poses cover as much of the span as they must."""
        # A recording's times are multiples of its frame interval only within rounding.
        return self._covered_s >= self._least_s * (1 - 1e-6)

    def poses(self) -> Sequence[Pose] | None:
        """Give the poses at evenly spaced times over what is covered of the span, newest last; None until ready."""
        if not self.ready:
            return None
        times = np.array([pose.t for pose in self._poses])
        at = times[-1] + self._offsets_s * min(1.0, self._covered_s / self._span_s)
        keypoints = resample(times, np.stack([pose.keypoints for pose in self._poses]), at)
        return [Pose(t, pose) for t, pose in zip(at.tolist(), keypoints, strict=True)]
