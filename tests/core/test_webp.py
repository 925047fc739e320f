"""Promises of haredge.core.webp."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.webp import UPRIGHT, orientation


def exif(turned: int, order: str = "<") -> bytes:
    """Return an EXIF block whose second entry is the orientation."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    entries = [struct.pack(f"{order}HHIHH", tag, 3, 1, value, 0) for tag, value in ((0x0100, 7), (0x0112, turned))]
    return head + struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)


def webp(block: bytes, image: bytes = b"VP8L\x03\0\0\0abc\0") -> bytes:
    """Return a WebP file of an image and an EXIF block; the image's content has an odd length, and is padded."""
    chunks = image + b"EXIF" + struct.pack("<I", len(block)) + block
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("turned", range(1, 9))
def test_the_orientation_is_found_in_either_order_of_bytes(turned: int, order: str) -> None:
    """Behind another entry, with and without the words that some programs put before the block."""
    assert orientation(webp(exif(turned, order))) == turned
    assert orientation(webp(b"Exif\0\0" + exif(turned, order))) == turned


@pytest.mark.parametrize("data", [b"", b"RIFF\0\0\0\0WAVE", webp(b""), webp(exif(0)), webp(exif(9)), webp(b"II*\0")])
def test_without_one_an_image_is_upright(data: bytes) -> None:
    """No block, another kind of file, a value that does not exist."""
    assert orientation(data) == UPRIGHT


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_no_bytes_make_it_fail(anything: bytes, block: bytes) -> None:
    """Nor do they lead beyond the eight orientations."""
    assert orientation(anything) == UPRIGHT or anything[:4] == b"RIFF"
    assert 1 <= orientation(webp(block)) <= 8
    assert 1 <= orientation(webp(b"II*\0\x08\0\0\0" + block)) <= 8
