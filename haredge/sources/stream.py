"""A camera on the network: RTSP, or MJPEG over HTTP, through the FFmpeg inside OpenCV."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Generator, Iterator
from typing import ClassVar, Final

from haredge.core.address import ESCAPES, redacted, stream_address
from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.sources.ffmpeg import open_stream
from haredge.sources.live import Capture, every_frame, live_frames

TIMEOUT_S: Final = 5.0
"""Seconds that FFmpeg waits for a connection, and for data, before it gives up."""

PATIENCE: Final = 2
"""Failed reads in a row after which the stream has ended; FFmpeg itself passes over damaged frames."""


def _open_ffmpeg(uri: str) -> Capture:
    return open_stream(uri, TIMEOUT_S)


class Stream:
    """Frames of a network camera. Iterating connects; RTSP goes over TCP, as OpenCV prefers."""

    live: ClassVar[bool] = True

    def __init__(
        self,
        uri: str,
        *,
        open_capture: Callable[[str], Capture] = _open_ffmpeg,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the stream's address; a user and password inside it are never written anywhere."""
        self._uri = uri
        self._open_capture = open_capture
        self._clock = clock

    def __str__(self) -> str:
        return f"stream {redacted(self._uri)}"

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames as they come; raises SourceError where the stream cannot be opened, or ends."""
        return self.frames_where(every_frame)

    def frames_where(self, accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        """Yield the frames for whose times ``accepts(t)`` is true; the others are decoded, and not converted."""

        def why() -> str:
            return "the server ended it, or hangs"

        capture = self._open_capture(self._uri)
        try:
            if not capture.isOpened():
                raise SourceError(f"cannot open {self}: {why_not(self._uri)}")
            yield from live_frames(capture, str(self), self._clock, PATIENCE, why, accepts=accepts)
        finally:
            capture.release()


def why_not(uri: str) -> str:
    """Say why a stream cannot be opened: FFmpeg does not, but a plain connection tells most of it."""
    try:
        address = stream_address(uri)
    except ValueError as error:
        return f"its address {error}"
    try:
        socket.create_connection((address.host, address.port), TIMEOUT_S).close()
    except OSError as error:
        reason = error.strerror or str(error)
        return f"{reason}; {ESCAPES}" if address.doubtful else f"{address.host} port {address.port}: {reason}"
    return "the server is there, but gives no video at this address (wrong path, user or password, or does it hang?)"
