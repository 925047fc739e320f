"""The kind of a file, by its first bytes: not by what a browser sends as its type, nor, but in folders, by its name.

Sources: ISO/IEC 14496-12 (MP4, MOV), RFC 9559 (Matroska, WebM), Microsoft's RIFF and ASF documents, ISO/IEC 13818-1
(MPEG), RFC 3533 (Ogg), the PNG, JPEG and GIF specifications.
"""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["video", "sound", "image", "other"]

VIDEO_SUFFIXES: Final = frozenset(
    ".3gp .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm .wmv".split()  # noqa: SIM905
)
"""Ends of the names of files that are taken for videos where a folder has other files, too."""

IMAGE_SUFFIXES: Final = frozenset(".bmp .jpeg .jpg .pgm .png .ppm .tif .tiff .webp".split())  # noqa: SIM905
"""Ends of the names of files that are taken for images, in small or capital letters."""

HEAD_BYTES: Final = 512
"""Bytes that are needed to recognise a file."""

DECODED: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,asf,ogg,flv"
"""FFmpeg's names of the formats that may be videos; playlists, which refer to other files, are not among them."""

_VIDEO_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_MATROSKA: Final = b"\x1aE\xdf\xa3"
_VIDEO_STARTS: Final = (
    _MATROSKA,
    b"\x00\x00\x01\xba",
    b"\x00\x00\x01\xb3",
    b"FLV\x01",
    b"0&\xb2u\x8ef\xcf\x11",
    b"OggS",
)
_SOUND_STARTS: Final = (
    b"ID3",
    b"fLaC",
    b"MThd",
    b"\xff\xfb",
    b"\xff\xf3",
    b"\xff\xf2",
    b"\xff\xf1",
    b"\xff\xf9",
    b"#!AMR",
)
_IMAGE_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_SOUND_BRANDS: Final = (b"M4A ", b"M4B ")

HEIC_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
AVIF_BRANDS: Final = (b"avif", b"avis")
"""What images of phones and browsers begin with, in the container that MP4 has; of one image, or of several."""


def kind_of(start: bytes) -> Kind:
    """Return the kind of a file that starts with these bytes (:data:`HEAD_BYTES` of them, or all)."""
    if start.startswith(b"RIFF"):
        return {b"AVI ": "video", b"WAVE": "sound", b"WEBP": "image"}.get(start[8:12], "other")  # type: ignore[return-value]
    if start[4:8] in _VIDEO_BOXES:
        brand = start[8:12] if start[4:8] == b"ftyp" else b""
        return "sound" if brand in _SOUND_BRANDS else "image" if brand in (*HEIC_BRANDS, *AVIF_BRANDS) else "video"
    if start.startswith(_IMAGE_STARTS):
        return "image"
    if start.startswith(_VIDEO_STARTS) or _is_transport_stream(start):
        return "video"
    return "sound" if start.startswith(_SOUND_STARTS) else "other"


def is_matroska(start: bytes) -> bool:
    """Return whether a file that starts with these bytes is Matroska or WebM."""
    return start.startswith(_MATROSKA)


def _is_transport_stream(start: bytes) -> bool:
    """Return whether packets of 188 bytes begin here, or of 192, with a time before each, as of camcorders (.mts)."""
    return any(start[at : at + 1] == start[at + size : at + size + 1] == b"G" for at, size in ((0, 188), (4, 192)))
