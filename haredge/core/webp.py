"""Which way up a WebP is, by its EXIF block: OpenCV reads that of JPEG, PNG and TIFF alone.

Sources: Google's "WebP Container Specification"; TIFF 6.0, section 2; Exif 2.32, tag 0x0112.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

UPRIGHT: Final = 1

_ORIENTATION: Final = 0x0112
_ENTRY: Final = 12
"""Bytes of an entry of a TIFF directory."""


def orientation(data: bytes) -> int:
    """Return the EXIF orientation of a WebP file, 1 to 8: :data:`UPRIGHT` if it has none, or is no WebP."""
    exif = next((body for name, body in _chunks(data) if name == b"EXIF"), b"")
    return _oriented(exif.removeprefix(b"Exif\0\0"))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of each chunk."""
    at = 12 if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else len(data)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _oriented(tiff: bytes) -> int:
    order: Final = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)

    directory = number(4, 4)
    for entry in range(min(number(directory, 2), len(tiff) // _ENTRY)):
        at = directory + 2 + entry * _ENTRY
        if number(at, 2) == _ORIENTATION:
            found = number(at + 8, 2)
            return found if 1 <= found <= 8 else UPRIGHT
    return UPRIGHT
