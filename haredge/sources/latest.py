"""A live source read as fast as it gives frames, where the newest frame wins."""

from __future__ import annotations

import time
from collections.abc import Callable

from haredge.core.seams import FrameSource
from haredge.sources.buffered import Captured, Handover

STALE_S = 5.0
"""Seconds without a frame after which a camera has stopped; the watchdog fires long after that."""

START_S = 10.0
"""Seconds that a camera has for its first frame: a stream must be connected to, a sensor set up."""


class Latest(Captured):
    """The newest frame of a camera or stream; older ones that nobody took are dropped, here and nowhere else.

    Raises :class:`haredge.core.errors.SourceError` where no frame has come for ``stale_s`` (for the first one,
    ``start_s``), judged by the clock alone, so that a read which never returns ends the iteration too.
    """

    live = True

    def __init__(
        self,
        source: FrameSource,
        *,
        stale_s: float = STALE_S,
        start_s: float = START_S,
        stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read ``source`` in a thread, until ``stop()`` is true."""
        super().__init__(source, stop=stop, clock=clock)
        self._stale_s = stale_s
        self._start_s = start_s

    def _handover(self) -> Handover:
        return _Slot(self)

    def _patience_s(self, *, started: bool) -> float:
        return self._stale_s if started else self._start_s


class _Slot(Handover):
    """Room for one frame, which a newer one replaces."""

    def __init__(self, latest: Latest) -> None:
        super().__init__()
        self._latest = latest

    def _make_room(self) -> None:
        self._latest.dropped += len(self._frames)
        self._frames.clear()
