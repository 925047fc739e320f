"""Whether frames come often enough for a fall to be seen: it is over in a second."""

from __future__ import annotations

import logging
from typing import Final

log = logging.getLogger(__name__)

LOWEST_HZ: Final = 5.0
"""Frames per second from which falls are reported as measured."""

JITTER: Final = 0.9
"""Share of that under which it is too slow: times of frames are not exact."""

OVER: Final = 50
"""Frames with people in view of which the rate is made."""

PAUSE_S: Final = 2.0
"""Seconds between two frames after which people were not in view, or detection was off, rather than slow."""


class Pace:
    """Logs once when frames with people in view come too seldom, and once when they come often enough again."""

    def __init__(self) -> None:
        self._t: float | None = None
        self._interval_s = 1 / LOWEST_HZ
        self._count = 0
        self.too_slow = False
        """Whether falls may be missed for want of frames."""

    def update(self, t: float, people: bool) -> None:
        """Take the time of a frame, and whether there are people in it."""
        before, self._t = self._t, t if people else None
        if before is None or not people or not 0 < t - before < PAUSE_S:
            return
        self._count = min(self._count + 1, OVER)
        self._interval_s += (t - before - self._interval_s) / self._count
        too_slow = 1 / self._interval_s < (LOWEST_HZ if self.too_slow else JITTER * LOWEST_HZ)
        if self._count == OVER and too_slow != self.too_slow:
            self.too_slow = too_slow
            self._report()

    def _report(self) -> None:
        if self.too_slow:
            log.warning(
                "%.1f frames per second are too few to see every fall: %g are needed (camera.rate_hz, light, heat)",
                1 / self._interval_s,
                LOWEST_HZ,
            )
        else:
            log.info("enough frames per second again to see falls (%.1f)", 1 / self._interval_s)
