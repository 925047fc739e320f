"""A source of which only so many frames a second are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, runtime_checkable

from haredge.core.seams import FrameSource
from haredge.core.types import Frame
from haredge.pipeline import Rhythm
from haredge.sources.buffered import Interruptible


@runtime_checkable
class Sparing(Protocol):
    """A source that passes a frame over for much less than it takes to make one (to decode or to draw it)."""

    def wanted(self, takes: Callable[[float], bool]) -> Iterator[Frame]:
        """Yield the frames for whose times ``takes(t)`` is true; it is asked once for each, in order."""


class Thinned:
    """Thins a source out where it is read, in the capture thread: nothing is spent on frames that nobody needs."""

    def __init__(self, source: FrameSource, rate_hz: Callable[[], float]) -> None:
        """Take the source, and what gives the most frames a second that are wanted at the moment."""
        self._source = source
        self._rate_hz = rate_hz
        self._interrupted = False

    def __iter__(self) -> Iterator[Frame]:
        """Yield ``rate_hz()`` frames a second at most."""
        self._interrupted = False
        rhythm = Rhythm(self._rate_hz)

        def takes(t: float) -> bool:
            return self._interrupted or rhythm.takes(t)

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
