"""A source of which only so many frames a second are wanted."""

from __future__ import annotations

from collections.abc import Iterator

from haredge.core import Frame, FrameSource
from haredge.pipeline import at_rate
from haredge.sources.capture import Interruptible


class Thinned:
    """Thins a source out where it is read, in the capture thread: nothing is spent on frames that nobody needs."""

    def __init__(self, source: FrameSource, rate_hz: float) -> None:
        self._source = source
        self._rate_hz = rate_hz

    def __iter__(self) -> Iterator[Frame]:
        """Yield ``rate_hz`` frames a second at most."""
        return at_rate(self._source, self._rate_hz)

    def __str__(self) -> str:
        return str(self._source)

    def interrupt(self) -> None:
        """End a waiting read, where the source can."""
        if isinstance(self._source, Interruptible):
            self._source.interrupt()
