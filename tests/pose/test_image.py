"""Promises of haredge.pose.image."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from haredge.core.errors import SourceError
from haredge.opencv import cv2
from haredge.pose import image


def encoded(suffix: str) -> bytes:
    """Return a picture of noise as a file's content."""
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    return bytes(cv2.imencode(suffix, noise)[1])


def claiming(side: int) -> bytes:
    """Return a PNG whose header claims a square of ``side`` pixels."""
    png = encoded(".png")
    header = png[12:16] + side.to_bytes(4, "big") * 2 + png[24:29]
    return png[:12] + header + zlib.crc32(header).to_bytes(4, "big") + png[33:]


def test_a_picture_is_read_as_bgr_bytes(tmp_path: Path) -> None:
    """A picture comes as OpenCV orders it: blue, green, red."""
    cv2.imwrite(str(tmp_path / "blue.png"), np.full((4, 6, 3), (255, 0, 0), np.uint8))
    picture = image.read(tmp_path / "blue.png")
    assert picture.shape == (4, 6, 3)
    assert picture.dtype == np.uint8
    assert picture[0, 0].tolist() == [255, 0, 0]


def test_a_grey_picture_is_read_with_three_channels(tmp_path: Path) -> None:
    """Whatever the file holds, the picture has three channels."""
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((4, 6), 90, np.uint8))
    assert image.read(tmp_path / "grey.png").tolist() == np.full((4, 6, 3), 90).tolist()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"", "it is empty"),
        (b"not a picture at all", "not a picture, or damaged"),
        (encoded(".jpg")[:200], "not a picture, or damaged"),
        (encoded(".png")[:200], "not a picture, or damaged"),
        (claiming(60_000), "not a picture, or damaged"),
    ],
)
def test_a_picture_that_cannot_be_read_is_one_line_naming_it(
    tmp_path: Path, content: bytes | None, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Missing, empty and damaged pictures are told apart, by name, and OpenCV adds nothing of its own."""
    path = tmp_path / "broken.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=reason) as caught:
        image.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_fitting_keeps_the_aspect_and_gives_rgb() -> None:
    """A wide picture in a square input lies centred between black bars, its channels turned to RGB."""
    fitted = image.fit(np.full((50, 100, 3), (200, 100, 50), np.uint8), (64, 64))
    assert fitted.pixels.shape == (64, 64, 3)
    assert fitted.pixels.dtype == np.uint8
    assert fitted.pixels.flags.c_contiguous
    assert np.all(fitted.pixels[16:48] == (50, 100, 200))
    assert not fitted.pixels[:16].any()
    assert not fitted.pixels[48:].any()


@pytest.mark.parametrize("size", [(353, 481), (257, 353), (192, 192), (7, 300)])
@pytest.mark.parametrize("picture", [(480, 640), (1080, 1920), (1, 1), (500, 3)])
def test_fitting_gives_the_networks_size_whatever_the_picture(picture: tuple[int, int], size: tuple[int, int]) -> None:
    """No picture and no input size, however thin, gives an array of another size."""
    assert image.fit(np.zeros((*picture, 3), np.uint8), size).pixels.shape == (*size, 3)


def test_a_point_of_the_picture_is_found_where_the_letterbox_says() -> None:
    """A white square's centre in the input leads back, through the letterbox, to its place in the picture."""
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[100:121, 250:271] = 255
    fitted = image.fit(picture, (257, 353))
    rows, columns = np.nonzero(fitted.pixels[:, :, 0] > 127)
    centre = fitted.letterbox.to_picture(np.array([columns.mean(), rows.mean()]))
    assert centre == pytest.approx([260, 110], abs=0.6)
