"""Notices a camera that gives too few frames for a window of poses to fill: every activity would stay unknown."""

from __future__ import annotations

from typing import Final

from haredge.config.schema import LOWEST_USABLE_HZ

MEASURED_S: Final = 10.0
"""Seconds over which a camera's rate is measured: a hiccup of its connection is none of its rate."""

SLOW_HZ: Final = 0.9 * LOWEST_USABLE_HZ
"""Frames per second below which a camera is too slow; from LOWEST_USABLE_HZ on it no longer is.

A camera that gives about as many as that is not reported again and again.
"""


class CameraPace:
    """Follows how many frames per second a camera gives, whether or not they are taken."""

    def __init__(self) -> None:
        self.rate_hz: float | None = None
        """Frames per second of the last :data:`MEASURED_S`; None before that."""
        self.too_slow = False
        """Whether too few frames come for a window of poses to fill."""
        self.restart()

    def restart(self) -> None:
        """Measure from the next frame on: the camera was closed in between. What is known so far stays."""
        self._since_s: float | None = None
        self._frames = 0

    def watch(self, t: float) -> bool:
        """Take the time of a frame (seconds, growing); return whether :attr:`too_slow` has changed."""
        if self._since_s is None:
            self._since_s = t
            return False
        self._frames += 1
        passed_s = t - self._since_s
        if passed_s < MEASURED_S:
            return False
        self.rate_hz = self._frames / passed_s
        self._since_s, self._frames = t, 0
        before, self.too_slow = self.too_slow, self.rate_hz < (LOWEST_USABLE_HZ if self.too_slow else SLOW_HZ)
        return self.too_slow != before
