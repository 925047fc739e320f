"""Promises of haredge.sources.jpeg_stream: images are found whatever a camera writes between them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from haredge.opencv import cv2
from haredge.sources.jpeg_stream import Jpeg, JpegSplitter


def jpeg(seed: int, *, progressive: bool = False, thumbnail: bytes = b"") -> bytes:
    """Encode noise of 48 rows and 64 columns, if asked with a thumbnail in an APP1 segment as telephones write it."""
    noise = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    flags = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1] if progressive else [cv2.IMWRITE_JPEG_RST_INTERVAL, 2]
    data = cv2.imencode(".jpg", noise, flags)[1].tobytes()
    app1 = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail if thumbnail else b""
    return data[:2] + app1 + data[2:]


IMAGES = [jpeg(1), jpeg(2, progressive=True), jpeg(3, thumbnail=jpeg(4)), jpeg(5)]


def found(pieces: Iterable[bytes], most_bytes: int = 1_000_000) -> tuple[list[Jpeg], int]:
    splitter = JpegSplitter(most_bytes)
    return [image for piece in pieces for image in splitter.feed(piece)], splitter.lost


@given(
    between=st.lists(st.binary(max_size=40).filter(lambda data: b"\xff" not in data), min_size=5, max_size=5),
    cuts=st.lists(st.integers(0, 40_000), max_size=30),
)
@example(between=[b"--frame\r\nContent-Length: 0\r\n\r\n"] * 5, cuts=list(range(0, 40_000, 7)))
@example(between=[b""] * 5, cuts=[])
def test_every_image_is_found_whatever_is_between_and_however_it_comes(between: list[bytes], cuts: list[int]) -> None:
    """Baseline with restarts, progressive, with a thumbnail inside: byte for byte, in order, with its size."""
    stream = b"".join(gap + image for gap, image in zip(between, [*IMAGES, b""], strict=True))
    edges = [0, *sorted(set(cuts)), len(stream)]
    images, lost = found(stream[a:b] for a, b in pairwise(edges))
    assert [image.data for image in images] == IMAGES
    assert {image.size for image in images} == {(48, 64)}
    assert lost == 0


@pytest.mark.parametrize("cut", [3, 40, 700, -300, -1])
def test_an_image_that_breaks_off_costs_itself_alone(cut: int) -> None:
    """A part shorter than its length, or a lost packet: the next image is found."""
    images, lost = found([IMAGES[0], IMAGES[0][:cut], b"\r\n--frame\r\n\r\n", IMAGES[3]])
    assert [image.data for image in images] == [IMAGES[0], IMAGES[3]]
    assert lost <= 1


@given(st.lists(st.binary(max_size=3000), max_size=8))
def test_rubbish_is_neither_an_image_nor_an_error(pieces: list[bytes]) -> None:
    """Whatever comes, an image after it is found as soon as the rubbish is passed over."""
    images, _ = found([*(piece.replace(b"\xff", b"") for piece in pieces), IMAGES[0]])
    assert [image.data for image in images] == [IMAGES[0]]
    found(pieces)


def test_an_image_without_an_end_is_not_held() -> None:
    """No more than the bound; what follows is found."""
    splitter = JpegSplitter(10_000)
    list(splitter.feed(IMAGES[0][:2000]))
    for _ in range(100):
        assert not list(splitter.feed(b"x" * 5000))
        assert len(splitter._buffer) <= 10_000
    assert [image.data for image in splitter.feed(b"--frame\r\n\r\n" + IMAGES[3])] == [IMAGES[3]]
    assert splitter.lost == 1
