"""Promises of haredge.sources.image_file."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from haredge.core.errors import SourceError
from haredge.opencv import cv2
from haredge.sources import image_file


def encoded(suffix: str) -> bytes:
    """Return an image of noise as a file's content."""
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    return bytes(cv2.imencode(suffix, noise)[1])


def claiming(side: int) -> bytes:
    """Return a PNG whose header claims a square of ``side`` pixels."""
    png = encoded(".png")
    header = png[12:16] + side.to_bytes(4, "big") * 2 + png[24:29]
    return png[:12] + header + zlib.crc32(header).to_bytes(4, "big") + png[33:]


def test_an_image_is_read_as_bgr_bytes(tmp_path: Path) -> None:
    """An image comes as OpenCV orders it: blue, green, red."""
    cv2.imwrite(str(tmp_path / "blue.png"), np.full((4, 6, 3), (255, 0, 0), np.uint8))
    image = image_file.read(tmp_path / "blue.png")
    assert image.shape == (4, 6, 3)
    assert image.dtype == np.uint8
    assert image[0, 0].tolist() == [255, 0, 0]


def test_a_grey_image_is_read_with_three_channels(tmp_path: Path) -> None:
    """Whatever the file holds, the image has three channels."""
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((4, 6), 90, np.uint8))
    assert image_file.read(tmp_path / "grey.png").tolist() == np.full((4, 6, 3), 90).tolist()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"", "it is empty"),
        (b"not an image at all", "not an image, or damaged"),
        (encoded(".jpg")[:200], "not an image, or damaged"),
        (encoded(".png")[:200], "not an image, or damaged"),
        (encoded(".png")[:33] + b"\x7f" + encoded(".png")[34:], "not an image, or damaged"),
        (claiming(60_000), "too large: at most 50 megapixels"),
    ],
)
def test_an_image_that_cannot_be_read_is_one_line_naming_it(
    tmp_path: Path, content: bytes | None, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Missing, empty and damaged images are distinguished, by name, and OpenCV adds nothing of its own."""
    path = tmp_path / "broken.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=reason) as caught:
        image_file.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
