"""Thinning frames out to a rate: the one place where the rate that was decided on is applied."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator
from typing import Final

from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.logs import LimitedLog
from haredge.core.types import Frame
from haredge.sources.buffered import Interruptible
from haredge.sources.pace import CameraPace
from haredge.sources.source import SkippingSource, Source

log = logging.getLogger(__name__)


class FrameThrottle:
    """Decides which frames to take so that a rate is not exceeded, evenly by their times."""

    def __init__(self) -> None:
        self._due = self._taken = -math.inf

    def accepts(self, t: float, limit_hz: float) -> bool:
        """Return whether to take the frame of time ``t`` (seconds); to be asked once for each, in order.

        ``limit_hz`` may change from frame to frame; a higher one holds at once.
        """
        period_s = 1 / limit_hz
        due = max(self._due + period_s, self._taken + period_s / 2)
        due = min(due, self._taken + 5 / 4 * period_s)  # what was due at a lower rate is too late at this one
        # A frame a little early is taken: a camera's times jitter, and the next frame would be far too late.
        if t < due - period_s / 4:
            return False
        self._due, self._taken = t if due == -math.inf else due, t
        return True


def at_rate(frames: Iterable[Frame], rate_hz: float) -> Iterator[Frame]:
    """Thin frames out to ``rate_hz`` at most; slower sources pass whole."""
    throttle = FrameThrottle()
    return (frame for frame in frames if throttle.accepts(frame.t, rate_hz))


class ThrottledSource:
    """Thins a source out where it is read, in the capture thread: nothing is spent on frames that are not taken."""

    def __init__(self, source: Source, limit_hz: float) -> None:
        """Take the source, and the most frames per second that are taken."""
        self.live = source.live
        """Whether the source is a camera or a stream."""
        self.limit_hz = limit_hz
        """Most frames per second; may be set while the source is read, in any thread."""
        self.source: Final = source
        """What is thinned out."""
        self.pace: Final = CameraPace()
        """How many frames per second a camera gives before they are thinned out."""
        self._pace_log = LimitedLog(log)
        self._interrupted = False

    def __iter__(self) -> Iterator[Frame]:
        """Yield ``limit_hz`` frames per second at most."""
        self._interrupted = False
        self.pace.restart()
        throttle = FrameThrottle()

        def accepts(t: float) -> bool:
            self._watch_pace(t)
            return self._interrupted or throttle.accepts(t, self.limit_hz)

        if isinstance(self.source, SkippingSource):
            return self.source.frames_where(accepts)
        return (frame for frame in self.source if accepts(frame.t))

    def _watch_pace(self, t: float) -> None:
        if not self.live or not self.pace.watch(t):
            return
        if self.pace.too_slow:
            self._pace_log.line(
                logging.WARNING,
                "%s: %.1f frames per second are too few: below %g no window of poses fills reliably, and activities "
                "stay unknown; set the camera to a higher rate, or give it more light or a better connection",
                self.source,
                self.pace.rate_hz,
                LOWEST_USABLE_HZ,
            )
        else:
            text = "%s: fast enough again (%.1f frames per second)"
            self._pace_log.line(logging.INFO, text, self.source, self.pace.rate_hz)

    def __str__(self) -> str:
        return str(self.source)

    def interrupt(self) -> None:
        """End a waiting read if the source can; else the next frame comes through at once."""
        self._interrupted = True
        if isinstance(self.source, Interruptible):
            self.source.interrupt()
