"""A file read a few frames ahead, where no frame is dropped."""

from __future__ import annotations

from collections.abc import Callable

from haredge.core.seams import FrameSource
from haredge.sources.buffered import Captured, Handover


class Prefetch(Captured):
    """Every frame of a file, in order, decoded in a thread at most ``depth`` frames ahead."""

    live = False

    def __init__(
        self,
        source: FrameSource,
        *,
        depth: int = 3,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read ``source`` in a thread, until ``stop()`` is true."""
        super().__init__(source, stop=stop)
        self._depth = depth

    def _handover(self) -> Handover:
        return _Queue(self._depth)


class _Queue(Handover):
    """Room for ``depth`` frames; the thread waits while it is full."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self._depth = depth

    def _make_room(self) -> None:
        self._changed.wait_for(lambda: len(self._frames) < self._depth or self._closed)
