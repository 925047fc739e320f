"""A camera over HTTP: a stream of JPEGs, or single images that are fetched again and again.

What the address gives is known by its content, as what a camera says of it is often wrong. What is neither (HLS, MPEG)
is left to FFmpeg.
"""

from __future__ import annotations

import http.client
import logging
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import ClassVar, Final

from haredge.core.address import redacted
from haredge.core.bounds import FRAME_BYTES, check_frame_size
from haredge.core.errors import SourceError
from haredge.core.printable import printable
from haredge.core.types import Frame, Image
from haredge.opencv import decode_image
from haredge.sources.http_client import HttpClient, HttpError
from haredge.sources.jpeg_stream import Jpeg, JpegSplitter
from haredge.sources.repeats import Repeats
from haredge.sources.source import every_frame
from haredge.sources.stream import NetworkStream

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 5.0
"""Seconds for the connection, and for data."""

FETCHED_HZ: Final = 10.0
"""Single images per second at most: cameras make each one when asked."""

NO_JPEG_S: Final = 4.0
"""Seconds of data without the beginning of a JPEG after which a stream is none: before what waits for a frame says
that the camera hangs, which it does not."""

PATIENCE: Final = 30
"""Unusable images in a row after which the camera has stopped."""

_PIECE: Final = 65_536
_SNIFFED: Final = 4096
_START: Final = b"\xff\xd8\xff"
_PLAYLIST: Final = b"#EXTM3U"
"""How HLS begins (RFC 8216)."""
_STILL: Final = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP", re.DOTALL)
"""How an image begins."""


class HttpCamera:
    """Frames of a camera at an http:// or https:// address. Iterating connects."""

    live: ClassVar[bool] = True

    def __init__(
        self,
        uri: str,
        *,
        rate_hz: float | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Take the address, and how many single images per second are wanted at most."""
        self._uri = uri
        self._period_s = 1 / min(rate_hz or FETCHED_HZ, FETCHED_HZ)
        self._timeout_s = timeout_s
        self.gives = ""
        """``a stream`` or ``single images``, once it is open."""
        self._client: HttpClient | None = None
        self._stream_of_ffmpeg: NetworkStream | None = None
        self._interrupted = threading.Event()

    def __str__(self) -> str:
        return f"stream {redacted(self._uri)}"

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames as they come; raises SourceError if the camera cannot be reached, or stops."""
        return self.frames_where(every_frame)

    def frames_where(self, accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        """Yield the frames for whose times ``accepts(t)`` is true; the others are not decoded."""
        self._interrupted.clear()
        try:
            self._client = client = HttpClient(self._uri, self._timeout_s)
            response = client.get()
            start = response.read1(_PIECE)
            while start and len(start) < _SNIFFED and _START not in start:
                piece = response.read1(_PIECE)
                start, ended = start + piece, not piece
                if ended:
                    break
        except (HttpError, http.client.HTTPException, OSError) as error:
            raise SourceError(f"cannot open {self}: {self._words(error)}") from error
        try:
            yield from self._frames(client, response, start, accepts)
        finally:
            client.close()

    def interrupt(self) -> None:
        """End a read that waits in another thread."""
        self._interrupted.set()
        for reading in (self._client, self._stream_of_ffmpeg):
            if reading is not None:
                reading.interrupt()

    def _frames(
        self, client: HttpClient, response: http.client.HTTPResponse, start: bytes, accepts: Callable[[float], bool]
    ) -> Generator[Frame, None, None]:
        kind = response.headers.get_content_type()
        if _is_single(response, start, kind):
            yield from self._decoded(self._snapshots(client, response, start), accepts)
        elif _START in start or kind.startswith("multipart/"):
            yield from self._decoded(self._stream(client, response, start), accepts)
        elif not start.startswith(_PLAYLIST) and (kind.startswith("text/") or kind.endswith(("json", "xml", "html"))):
            shown = printable(kind, 60)
            raise SourceError(
                f"cannot open {self}: it gives text ({shown}), not images: look up the path in the manual"
            )
        else:
            client.close()
            self.gives = "a stream"
            # What has a length is a file, which comes as fast as the network is.
            in_pieces = start.startswith(_PLAYLIST) or response.length is not None
            self._stream_of_ffmpeg = stream = NetworkStream(self._uri, in_pieces=in_pieces)
            yield from stream.frames_where(accepts)

    def _decoded(self, jpegs: Iterator[Jpeg | str], accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        """Decode the images that are wanted; a text among them is why there is none."""
        index, unusable = 0, 0
        why = "the camera has ended the stream"
        try:
            for jpeg in jpegs:
                t = time.monotonic()
                index += 1
                if isinstance(jpeg, Jpeg) and unusable == 0 and not accepts(t):
                    continue
                try:
                    image = _decoded_image(jpeg)
                except ValueError as error:
                    why, unusable = f"the camera gives no usable image: {error}", unusable + 1
                    if unusable == PATIENCE:
                        break
                    continue
                unusable, why = 0, "the camera has ended the stream"
                yield Frame(index - 1, t, image)
        except (HttpError, http.client.HTTPException, OSError) as error:
            why = self._words(error)
        raise SourceError(f"{self} {'gives no frame' if index == unusable else 'has stopped'}: {why}")

    def _stream(
        self, client: HttpClient, response: http.client.HTTPResponse, start: bytes
    ) -> Generator[Jpeg | str, None, None]:
        """Read a stream's images; an answer that ends after one was no stream, and is asked for again and again."""
        self.gives = "a stream"
        repeats, fetches = Repeats(self._period_s), False
        while True:
            due_s, images = time.monotonic() + self._period_s, 0
            for image in self._parts(response, start):
                images += 1
                if images > 1 or isinstance(image, str) or repeats.is_new(image.data, time.monotonic()):
                    yield image
            if images > 1 or not (images or fetches):
                return
            if not images:
                yield "it is missing"
            if not fetches:
                self._say_fetched()
                fetches = True
            if self._interrupted.wait(max(0.0, due_s - time.monotonic())):
                return
            response.read(1)  # nothing: its end, after which the connection can be used again
            response = client.get()
            start = response.read1(_PIECE)

    def _snapshots(
        self, client: HttpClient, response: http.client.HTTPResponse, start: bytes
    ) -> Generator[Jpeg | str, None, None]:
        """Fetch images, at the wanted rate at most; the same one fetched twice is one frame."""
        self._say_fetched()
        repeats = Repeats(self._period_s)
        while not self._interrupted.is_set():
            due_s = time.monotonic() + self._period_s
            data = start + response.read(FRAME_BYTES + 1)
            start = b""
            if len(data) > FRAME_BYTES:
                yield f"it is larger than {FRAME_BYTES / 1e6:g} MB"
                client.close()
            elif repeats.is_new(data, time.monotonic()):
                jpeg = next(JpegSplitter().feed(data), None)
                yield jpeg or Jpeg(data, (0, 0))
            if not self._interrupted.wait(max(0.0, due_s - time.monotonic())):
                response = client.get()

    def _parts(self, response: http.client.HTTPResponse, start: bytes) -> Generator[Jpeg | str, None, None]:
        """Yield the images of a stream, and a text for each that was lost; raises HttpError if there is none in it."""
        splitter, lost, begun_s = JpegSplitter(), 0, time.monotonic()
        piece = start
        while piece:
            for jpeg in splitter.feed(piece):
                yield jpeg
                begun_s = time.monotonic()
            for _ in range(splitter.lost - lost):
                yield "it breaks off, or is too long"
            lost = splitter.lost
            if splitter.has_begun:
                begun_s = time.monotonic()
            elif time.monotonic() - begun_s > NO_JPEG_S:
                raise HttpError(f"it has sent data for {NO_JPEG_S:g} s, and no JPEG in it: set the camera to MJPEG")
            piece = response.read1(_PIECE)

    def _say_fetched(self) -> None:
        self.gives = "single images"
        log.info("%s gives single images: a snapshot is fetched %g times a second", self, 1 / self._period_s)

    def _words(self, error: Exception) -> str:
        if isinstance(error, HttpError):
            return str(error)
        if isinstance(error, TimeoutError):
            return f"no data within {self._timeout_s:g} s: the camera is silent, or hangs"
        if isinstance(error, http.client.IncompleteRead):
            return "the camera has closed the connection in the middle of its answer"
        return f"the connection has broken: {getattr(error, 'strerror', None) or type(error).__name__}"


def _is_single(response: http.client.HTTPResponse, start: bytes, kind: str) -> bool:
    """Return whether a response is one image, by its bytes and its length; by its type only if they do not say it.

    One JPEG without a length may be the first of a stream: whether it is, its end will show.
    """
    stated = response.getheader("Content-Length", "")
    is_short = not response.chunked and re.fullmatch(r"\d{1,9}", stated) is not None and int(stated) <= FRAME_BYTES
    if still := _STILL.match(start):
        return is_short or still[0] != _START
    # The parts of a stream have something before their first image.
    return kind.startswith("image/") and _START not in start


def _decoded_image(jpeg: Jpeg | str) -> Image:
    """Decode an image; raises ValueError if it is not one, or is too large to be held."""
    if isinstance(jpeg, str):
        raise ValueError(jpeg)  # noqa: TRY004 - the text says why there is no image
    check_frame_size(*jpeg.size)
    image = decode_image(jpeg.data)
    check_frame_size(image.shape[0], image.shape[1])  # only a JPEG's size is known before
    return image
