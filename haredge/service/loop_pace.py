"""Notices a board that is too slow for its networks: with too few poses per second every activity stays unknown."""

from __future__ import annotations

import logging

from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.logs import LimitedLog
from haredge.sources.pace import CameraPace

log = logging.getLogger(__name__)


class LoopPace:
    """Follows how many frames per second the loop takes of a camera, whenever it wants enough of them."""

    def __init__(self) -> None:
        self._pace = CameraPace()
        self._log = LimitedLog(log)

    @property
    def too_slow(self) -> bool:
        """Whether too few frames are taken for a window of poses to fill, though the camera gives enough."""
        return self._pace.too_slow

    def update(self, t: float, wanted_hz: float, *, camera_too_slow: bool) -> None:
        """Take the time of a frame (seconds, growing), and how many frames per second are wanted at the moment.

        While fewer are wanted than fill a window, as in an empty room, or the camera itself is too slow, nothing is
        measured. A change is logged once.
        """
        if wanted_hz < LOWEST_USABLE_HZ or camera_too_slow:
            self._pace.restart()
        elif self._pace.watch(t):
            self._report()

    def restart(self) -> None:
        """Measure from the next frame on: the loop was stopped in between."""
        self._pace.restart()

    def _report(self) -> None:
        rate_hz = self._pace.rate_hz
        if self.too_slow:
            self._log.line(
                logging.WARNING,
                "this board recognises only %.1f frames per second: below %g no window of poses fills reliably, and "
                "activities stay unknown; choose a pose network that takes less time, or give it more threads "
                "(pose.model, pose.threads)",
                rate_hz,
                LOWEST_USABLE_HZ,
            )
        else:
            self._log.line(logging.INFO, "the board is fast enough again (%.1f frames per second)", rate_hz)
