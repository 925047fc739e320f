"""How much of an MP4 or MOV file's video is shown: what was cut off without encoding it again is still stored in it.

An edit list says so (ISO/IEC 14496-12, 8.6.6). FFmpeg shows what it lists, and counts what is stored.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MOST_BOXES: Final = 200
"""Boxes of one level that are searched: a file may hold millions of empty ones."""

_MOST_EDITS: Final = 1000
"""Edits that are read; the length of a list of more is not known."""

_NOTHING: Final = -1
"""Media time of an edit that shows nothing, as before a video that begins later than its sound."""


@dataclass(frozen=True, slots=True)
class _Box:
    """The content of a box: from ``begin`` to before ``end``, in bytes of an open file."""

    file: int
    begin: int
    end: int

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the content, fewer at its end; none of what the disk cannot read."""
        begin = min(self.begin + offset, self.end)
        try:
            return os.pread(self.file, min(count, self.end - begin), begin)
        except OSError:
            return b""

    def number(self, offset: int, count: int) -> int:
        """Return an unsigned number of the content."""
        return int.from_bytes(self.read(offset, count), "big")

    def boxes(self, kind: bytes) -> Iterator[_Box]:
        """Yield the boxes of a kind that are directly in this one."""
        at = 0
        for _ in range(_MOST_BOXES):
            if len(head := self.read(at, 8)) < 8:
                return
            size, header = int.from_bytes(head[:4], "big"), 8
            if size == 1:
                size, header = self.number(at + 8, 8), 16
            elif size == 0:
                size = self.end - self.begin - at
            if size < header:
                return
            if head[4:] == kind:
                yield _Box(self.file, min(self.begin + at + header, self.end), min(self.begin + at + size, self.end))
            at += size

    def at(self, *path: bytes) -> _Box | None:
        """Return the first box at a path of kinds; None if there is none."""
        box: _Box | None = self
        for kind in path:
            box = next(box.boxes(kind), None) if box else None
        return box


def shown_s(file: int) -> float | None:
    """Return the seconds that the first video of an open file is shown; None without an edit list, or one that ends."""
    movie = _Box(file, 0, os.fstat(file).st_size).at(b"moov")
    if movie is None or (head := movie.at(b"mvhd")) is None:
        return None
    scale_hz = head.number(20 if head.number(0, 1) else 12, 4)
    for track in movie.boxes(b"trak"):
        handler = track.at(b"mdia", b"hdlr")
        if handler is not None and handler.read(8, 4) == b"vide":
            edits = track.at(b"edts", b"elst")
            ticks = _shown_ticks(edits) if edits else 0
            return ticks / scale_hz if ticks and scale_hz else None
    return None


def _shown_ticks(edits: _Box) -> int:
    """Add up the lengths of the edits; 0 if that is not known."""
    count = min(edits.number(4, 4), _MOST_EDITS + 1)
    entry = struct.Struct(">QqI" if edits.number(0, 1) else ">IiI")
    content = edits.read(8, count * entry.size)
    if count > _MOST_EDITS or len(content) < count * entry.size:
        return 0
    listed = [(ticks, begin) for ticks, begin, _ in entry.iter_unpack(content) if begin != _NOTHING]
    return sum(ticks for ticks, _ in listed) if all(ticks for ticks, _ in listed) else 0
