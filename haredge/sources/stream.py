"""A camera on the network: RTSP, or MJPEG over HTTP, through the FFmpeg inside OpenCV."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import ClassVar, Final

from haredge.core.address import ESCAPES, redacted, stream_address
from haredge.core.bounds import check_frame_size
from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.opencv import cv2
from haredge.sources.ffmpeg import open_stream
from haredge.sources.live import Capture, live_frames
from haredge.sources.playing import PlayedCapture
from haredge.sources.source import every_frame

TIMEOUT_S: Final = 5.0
"""Seconds that FFmpeg waits for a connection, and for data, before it gives up."""

PATIENCE: Final = 2
"""Failed reads in a row after which the stream has ended; FFmpeg itself passes over damaged frames."""


def _open_ffmpeg(uri: str) -> Capture:
    return open_stream(uri, TIMEOUT_S)


class NetworkStream:
    """Frames of a network camera. Iterating connects; RTSP goes over TCP, as OpenCV prefers."""

    live: ClassVar[bool] = True

    def __init__(
        self,
        uri: str,
        *,
        open_capture: Callable[[str], Capture] = _open_ffmpeg,
        in_pieces: bool = False,
    ) -> None:
        """Take the stream's address; a user and password inside it are never written anywhere.

        ``in_pieces`` says that it comes some seconds at a time, as by HLS.
        """
        self._uri = uri
        self._in_pieces = in_pieces
        self._interrupted = threading.Event()
        self._open_capture = open_capture

    def __str__(self) -> str:
        return f"stream {redacted(self._uri)}"

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames as they come; raises SourceError if the stream cannot be opened, or ends."""
        return self.frames_where(every_frame)

    def frames_where(self, accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        """Yield the frames for whose times ``accepts(t)`` is true; the others are decoded, and not converted."""

        def why() -> str:
            return "the server ended it, or hangs"

        self._interrupted.clear()
        capture = self._open_capture(self._uri)
        if self._in_pieces:
            capture = PlayedCapture(capture, self._interrupted)
        try:
            if not capture.isOpened():
                raise SourceError(f"cannot open {self}: {why_not(self._uri)}")
            self._check_size(capture)
            yield from live_frames(capture, str(self), time.monotonic, PATIENCE, why, accepts=accepts)
        finally:
            capture.release()

    def _check_size(self, capture: Capture) -> None:
        """Raise SourceError for images that would be passed over, one by one, as too large."""
        try:
            check_frame_size(capture.get(cv2.CAP_PROP_FRAME_HEIGHT), capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        except ValueError as error:
            raise SourceError(f"{self}: its images of {error}; name the camera's smaller stream") from None

    def interrupt(self) -> None:
        """End a wait for a frame's time in another thread; a read ends by its own time limit."""
        self._interrupted.set()


def why_not(uri: str) -> str:
    """Say why a stream cannot be opened: FFmpeg does not, but the camera's own answer does."""
    try:
        address = stream_address(uri)
    except ValueError as error:
        return f"its address {error}"
    try:
        with socket.create_connection((address.host, address.port), TIMEOUT_S) as connection:
            return _answer(connection, uri) if uri.startswith("rtsp:") else _NO_VIDEO
    except TimeoutError:
        return f"{address}: no answer within {TIMEOUT_S:g} s: it is silent, or hangs"
    except OSError as error:
        return f"{address}: {error.strerror or error}"


_NO_VIDEO: Final = "it answers, but gives no video at this address that can be decoded"

_REFUSALS: Final = {
    "403": "it refuses this user access (403): allow the user to see its images",
    "404": "it has nothing at this path (404): look up the path in the camera's manual",
    "453": "it is busy (453): it may allow few viewers at a time",
    "503": "it is busy (503): it may allow few viewers at a time",
}


def _answer(connection: socket.socket, uri: str) -> str:
    """Ask an RTSP server what it has, without a password (RFC 2326, 10.2), and say what its status means."""
    scheme, _, rest = uri.partition("://")
    authority, slash, path = rest.partition("/")
    bare = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    connection.sendall(f"DESCRIBE {bare} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n".encode())
    words = connection.recv(200).decode("ascii", "replace").split()
    if len(words) < 2 or not words[0].startswith("RTSP/"):
        return "it does not speak RTSP: look up address and port in the camera's manual"
    if words[1] == "401" and "@" not in authority:
        return "it asks for a password (401): put user and password in front of the host (docs/sources.md)"
    if words[1] == "401":
        return f"it refuses the user or the password (401); {ESCAPES}"
    return _REFUSALS.get(words[1], _NO_VIDEO if words[1] == "200" else f"it answers with RTSP status {words[1][:3]}")
