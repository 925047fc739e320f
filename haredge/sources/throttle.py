"""A source of which only so many frames a second are wanted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

from haredge.core.seams import FrameSource
from haredge.core.types import Frame
from haredge.sources.buffered import Interruptible


class FrameThrottle:
    """Says which frames to take so that they are ``rate_hz()`` a second at most, evenly by their times.

    The rate may change from frame to frame, and a higher one holds at once.
    """

    def __init__(self, rate_hz: Callable[[], float]) -> None:
        self._rate_hz = rate_hz
        self._due = self._taken = -math.inf

    def accepts(self, t: float) -> bool:
        """Say whether to take the frame of time ``t`` (seconds); to be asked once for each, in order."""
        period_s = 1 / self._rate_hz()
        due = max(self._due + period_s, self._taken + period_s / 2)
        due = min(due, self._taken + 5 / 4 * period_s)  # what was due at a lower rate is too late at this one
        # A frame a little early is taken: a camera's times jitter, and the next frame would be far too late.
        if t < due - period_s / 4:
            return False
        self._due, self._taken = t if due == -math.inf else due, t
        return True


def at_rate(frames: Iterable[Frame], rate_hz: float) -> Iterator[Frame]:
    """Thin frames out to ``rate_hz`` at most; slower sources pass whole."""
    throttle = FrameThrottle(lambda: rate_hz)
    return (frame for frame in frames if throttle.accepts(frame.t))


@runtime_checkable
class Sparing(Protocol):
    """A source that passes a frame over for much less than it takes to make one (to decode or to draw it)."""

    def wanted(self, takes: Callable[[float], bool]) -> Iterator[Frame]:
        """Yield the frames for whose times ``takes(t)`` is true; it is asked once for each, in order."""


class ThrottledSource:
    """Thins a source out where it is read, in the capture thread: nothing is spent on frames that nobody needs."""

    def __init__(self, source: FrameSource, rate_hz: Callable[[], float]) -> None:
        """Take the source, and what gives the most frames a second that are wanted at the moment."""
        self._source = source
        self._rate_hz = rate_hz
        self._interrupted = False

    def __iter__(self) -> Iterator[Frame]:
        """Yield ``rate_hz()`` frames a second at most."""
        self._interrupted = False
        throttle = FrameThrottle(self._rate_hz)

        def takes(t: float) -> bool:
            return self._interrupted or throttle.accepts(t)

        if isinstance(self._source, Sparing):
            return self._source.wanted(takes)
        return (frame for frame in self._source if takes(frame.t))

    def __str__(self) -> str:
        return str(self._source)

    def interrupt(self) -> None:
        """End a waiting read, where the source can; else the next frame comes through at once."""
        self._interrupted = True
        if isinstance(self._source, Interruptible):
            self._source.interrupt()
