"""JPEGs in a stream of bytes, found by their own markers (ITU-T T.81, annex B).

What cameras write between them (boundaries, types, lengths) is missing or wrong too often to be relied on, and is not
needed: browsers show such cameras, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from haredge.core.bounds import FRAME_BYTES

_START: Final = b"\xff\xd8\xff"
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends a scan: neither a stuffed byte, nor a restart marker, nor fill."""

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers whose segment holds the image's size (SOF0 to SOF15)."""


@dataclass(frozen=True, slots=True)
class Jpeg:
    """One image as the camera has sent it."""

    data: bytes
    size: tuple[int, int]
    """(height, width) in pixels, as it says of itself; (0, 0) if it does not."""


class JpegSplitter:
    """Takes bytes as they come, gives the whole JPEGs in them, and never holds more than ``most_bytes``."""

    def __init__(self, most_bytes: int = FRAME_BYTES) -> None:
        self._most_bytes = most_bytes
        self._forget()
        self.lost = 0
        """Images that were begun and not ended, or were larger than the bound."""

    @property
    def has_begun(self) -> bool:
        """Whether an image has begun that has not ended yet."""
        return self._position > 0

    def feed(self, data: bytes) -> Iterator[Jpeg]:
        """Take the next bytes; yield the images that end in them."""
        self._buffer += data
        while (jpeg := self._next()) is not None:
            yield jpeg
        if len(self._buffer) > self._most_bytes:
            self.lost += 1
            self._forget()

    def _forget(self) -> None:
        self._buffer = bytearray()
        self._begin()

    def _begin(self) -> None:
        self._position, self._size, self._in_scan = 0, (0, 0), False
        """Where the next marker is expected; 0 if no image has begun."""

    def _next(self) -> Jpeg | None:
        while self._position or self._find_start():
            if self._in_scan and not self._find_scan_end():
                return None
            if len(self._buffer) < self._position + 2:
                return None
            if (end := self._step()) is None:
                return None
            if end:
                return self._cut(end)
        return None

    def _find_start(self) -> bool:
        """Drop what comes before the next image."""
        start = self._buffer.find(_START)
        del self._buffer[: start if start >= 0 else max(0, len(self._buffer) - 2)]
        self._begin()
        self._position = 2 if start >= 0 else 0
        return start >= 0

    def _find_scan_end(self) -> bool:
        found = _MARKER.search(self._buffer, self._position)
        self._position = found.start() if found else max(self._position, len(self._buffer) - 1)
        self._in_scan = found is None
        return found is not None

    def _step(self) -> int | None:
        """Go past one marker; return the image's end if it is that, else 0; None if more bytes are needed."""
        at, buffer = self._position, self._buffer
        mark, code = buffer[at], buffer[at + 1]
        if mark != 0xFF or code in (0x00, _SOI):
            self._lose()
            return 0
        if code == _EOI:
            return at + 2
        if code == 0xFF or code in _ALONE:
            self._position += 1 if code == 0xFF else 2
            return 0
        return self._step_over_segment(at, code)

    def _step_over_segment(self, at: int, code: int) -> int | None:
        buffer = self._buffer
        if len(buffer) < at + 9:
            return None
        length = int.from_bytes(buffer[at + 2 : at + 4], "big")
        if length < 2:
            self._lose()
            return 0
        if code in _SIZES:
            size = int.from_bytes(buffer[at + 5 : at + 7], "big"), int.from_bytes(buffer[at + 7 : at + 9], "big")
            self._size = max(self._size, size, key=math.prod)  # a decoder may go by the first or the last
        self._position = at + 2 + length
        self._in_scan = code == _SOS
        return 0

    def _lose(self) -> None:
        """Give up the image that was begun; the next one is searched for behind its start."""
        self.lost += 1
        del self._buffer[:2]
        self._begin()

    def _cut(self, end: int) -> Jpeg:
        jpeg = Jpeg(bytes(self._buffer[:end]), self._size)
        del self._buffer[:end]
        self._begin()
        return jpeg
