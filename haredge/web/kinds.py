"""What a file is, by its first bytes: never by its name, nor by what a browser says of it.

Sources: ISO/IEC 14496-12 (MP4, MOV), RFC 9559 (Matroska, WebM), Microsoft's RIFF and ASF documents, ISO/IEC 13818-1
(MPEG), RFC 3533 (Ogg), the PNG, JPEG and GIF specifications.
"""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["film", "sound", "picture", "other"]

LOOKED_AT: Final = 512
"""How many bytes tell."""

DECODED: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,asf,ogg,flv"
"""FFmpeg's names of the formats that may be films; playlists, which lead to other files, are not among them."""

_FILM_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_FILM_STARTS: Final = (
    b"\x1aE\xdf\xa3",
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
_PICTURE_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_SOUND_BRANDS: Final = (b"M4A ", b"M4B ")
_PICTURE_BRANDS: Final = (b"heic", b"heix", b"mif1", b"avif")


def kind_of(start: bytes) -> Kind:
    """Say what a file is that starts with these bytes (:data:`LOOKED_AT` of them, or all)."""
    if start.startswith(b"RIFF"):
        return {b"AVI ": "film", b"WAVE": "sound", b"WEBP": "picture"}.get(start[8:12], "other")  # type: ignore[return-value]
    if start[4:8] in _FILM_BOXES:
        brand = start[8:12] if start[4:8] == b"ftyp" else b""
        return "sound" if brand in _SOUND_BRANDS else "picture" if brand in _PICTURE_BRANDS else "film"
    if start.startswith(_FILM_STARTS) or (start[:1] == b"G" and start[188:189] == b"G"):
        return "film"
    if start.startswith(_PICTURE_STARTS):
        return "picture"
    return "sound" if start.startswith(_SOUND_STARTS) else "other"
