"""Sources read in a thread of their own: a live one, where the newest frame wins, or a file, read a little ahead."""

from __future__ import annotations

import logging
import math
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator
from typing import ClassVar, Final, Protocol, runtime_checkable

from haredge.core.errors import SourceError
from haredge.core.logs import LimitedLog
from haredge.core.seams import FrameSource
from haredge.core.types import Frame
from haredge.sources.frozen import FROZEN_S, FrozenImage

log = logging.getLogger(__name__)

POLL_S: Final = 0.1
"""Seconds after which a waiting consumer checks again whether to stop: a signal handler cannot wake it safely."""

STALE_S: Final = 5.0
"""Seconds without a frame after which a camera has stopped; the watchdog fires long after that."""

START_S: Final = 10.0
"""Seconds that a camera has for its first frame: a stream must be connected to, a sensor set up."""

JOIN_S: Final = 0.4
"""How long closing waits for the thread. One that hangs inside a driver is left behind; it is a daemon."""


@runtime_checkable
class Interruptible(Protocol):
    """A source whose waiting read another thread can end."""

    def interrupt(self) -> None:
        """Make a read that waits in another thread end soon; that thread then releases the device."""


class Handover(ABC):
    """Where the capture thread leaves frames and the consumer takes them, and how the capture ended."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frames: deque[Frame] = deque()
        self._ended = False
        self._error: BaseException | None = None
        self._closed = False

    @abstractmethod
    def _make_room(self) -> None:
        """Wait, or drop a frame, until there is room for one more; the lock is held."""

    def put(self, frame: Frame) -> bool:
        """Leave a frame. False if the consumer has gone."""
        with self._changed:
            self._make_room()
            self._frames.append(frame)
            self._changed.notify_all()
            return not self._closed

    def end(self, error: BaseException | None) -> None:
        """Record that no frame will follow, and the error that was the reason."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def take(self, timeout_s: float) -> Frame | None:
        """Return the oldest frame, or None if none has come within the time.

        Raises EOFError at the end, or the error that ended the capture.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._ended, timeout_s)
            if self._frames:
                self._changed.notify_all()
                return self._frames.popleft()
            if self._ended:
                raise self._error or EOFError
            return None

    def close(self) -> None:
        """Let the capture thread know that the consumer has gone."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class BufferedSource(ABC):
    """Frames of a source that a thread reads. Each iteration opens the source again, in a new thread.

    Closing the iterator ends the thread, which releases the device; a thread that hangs in its driver is left behind
    after a moment, so that the process can end.
    """

    live: ClassVar[bool]
    """Whether frames come even if they are not read."""
    dropped: int = 0
    """Frames that came and were never taken."""

    def __init__(
        self,
        source: FrameSource,
        *,
        stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read ``source`` in the thread, until ``stop()`` is true."""
        self._source = source
        self._stop = stop
        self._clock = clock

    @abstractmethod
    def _handover(self) -> Handover:
        """Make the place where frames are handed over."""

    def _patience_s(self, *, started: bool) -> float:
        """Return how long to wait for the first frame, or once ``started`` for the next."""
        del started
        return math.inf

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield frames until the source ends or ``stop()`` is true; whatever the source raises is raised here."""
        handover = self._handover()
        thread = threading.Thread(target=self._capture, args=(handover,), name="capture", daemon=True)
        thread.start()
        try:
            yield from self._consume(handover)
        finally:
            handover.close()
            self._end(thread)

    def _consume(self, handover: Handover) -> Generator[Frame, None, None]:
        started, last_s = False, self._clock()
        while not self._stop():
            try:
                frame = handover.take(POLL_S)
            except EOFError:
                return
            if frame is not None:
                yield frame
                started, last_s = True, self._clock()
            elif self._clock() - last_s > (patience_s := self._patience_s(started=started)):
                raise SourceError(
                    f"{self._source}: no {'' if started else 'first '}frame for {patience_s:g} s: "
                    "the camera or its connection hangs"
                )

    def _capture(self, handover: Handover) -> None:
        try:
            for frame in self._source:
                if not handover.put(frame):
                    break
        except BaseException as error:  # noqa: BLE001 - raised again where the frames are taken
            handover.end(error)
        else:
            handover.end(None)

    def _end(self, thread: threading.Thread) -> None:
        if isinstance(self._source, Interruptible):
            self._source.interrupt()
        thread.join(JOIN_S)
        if thread.is_alive():
            text = "%s still waits for an image, and is released when that comes or is given up, or haredge ends"
            log.warning(text, self._source)


class LatestFrame(BufferedSource):
    """The newest frame of a camera or stream; older ones that were not taken are dropped, here and nowhere else.

    Raises :class:`haredge.core.errors.SourceError` if no frame has come for ``stale_s`` (for the first one,
    ``start_s``), by the clock alone, so that a read which never returns ends the iteration too.
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
        self._frozen = FrozenImage()
        self._frozen_log = LimitedLog(log)

    @property
    def frozen(self) -> bool:
        """Whether the camera has sent the same image, pixel by pixel, for :data:`frozen.FROZEN_S` or longer.

        One that has been closed, as detection is off, sends none.
        """
        return self._frozen.unchanged_s >= FROZEN_S

    def _consume(self, handover: Handover) -> Generator[Frame, None, None]:
        try:
            for frame in super()._consume(handover):
                if self._frozen.watch(frame):
                    self._report_frozen()
                yield frame
        finally:
            self._frozen = FrozenImage()

    def _report_frozen(self) -> None:
        self._frozen_log.line(
            logging.WARNING,
            "%s: the image has been frozen for %.0f s (the same in every pixel): restart the camera, "
            "unless it shows a still room and removes all noise",
            self._source,
            self._frozen.unchanged_s,
        )

    def _handover(self) -> Handover:
        return _Slot(self)

    def _patience_s(self, *, started: bool) -> float:
        return self._stale_s if started else self._start_s


class _Slot(Handover):
    """Room for one frame, which a newer one replaces."""

    def __init__(self, latest: LatestFrame) -> None:
        super().__init__()
        self._latest = latest

    def _make_room(self) -> None:
        self._latest.dropped += len(self._frames)
        self._frames.clear()


class Prefetched(BufferedSource):
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
