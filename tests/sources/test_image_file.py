"""Promises of haredge.sources.image_file."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
        (b"GIF89a" + bytes(40), "a GIF, which OpenCV cannot decode; convert it to PNG"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "it is a video, not an image: `haredge annotate`"),
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


STRIPES = np.repeat(np.array([[[250, 30, 30]], [[20, 200, 40]], [[30, 40, 240]]], np.uint8), 40, axis=1).repeat(16, 0)
"""Red over green over blue, (48, 40, 3) RGB."""


def pillow(image: np.ndarray[Any, Any], form: str, mode: str = "RGB", **options: Any) -> bytes:
    """Return an image of a mode that OpenCV does not write, as a file."""
    images = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    images.fromarray(image).convert(mode).save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "CMYK"), ("TIFF", "CMYK"), ("PNG", "RGBA"), ("PNG", "P")])
def test_every_mode_comes_as_bgr(tmp_path: Path, form: str, mode: str) -> None:
    """CMYK as printers want it, transparency, palettes."""
    (tmp_path / "image").write_bytes(pillow(STRIPES, form, mode))
    image = image_file.read(tmp_path / "image")
    assert np.abs(image[4:-4:8, 20, ::-1].astype(int) - STRIPES[4:-4:8, 20]).max() < 40


def test_sixteen_bits_come_as_eight(tmp_path: Path) -> None:
    """The upper eight of them."""
    grey = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000
    cv2.imwrite(str(tmp_path / "deep.png"), grey)
    assert image_file.read(tmp_path / "deep.png")[:, :, 1].tolist() == (grey >> 8).tolist()


def as_webp(turned: int) -> bytes:
    """Return the stripes as a WebP with an EXIF orientation."""
    plain = bytes(cv2.imencode(".webp", STRIPES[:, :, ::-1], [cv2.IMWRITE_WEBP_QUALITY, 101])[1])
    size = b"".join((side - 1).to_bytes(3, "little") for side in STRIPES.shape[1::-1])
    exif = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x0112, 3, 1, turned, 0)
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\x08\0\0\0" + size + plain[12:]
    chunks += b"EXIF" + struct.pack("<I", len(exif)) + exif
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


@pytest.mark.parametrize(
    ("turned", "upright"),
    [
        (1, STRIPES),
        (2, STRIPES[:, ::-1]),
        (3, STRIPES[::-1, ::-1]),
        (4, STRIPES[::-1]),
        (5, STRIPES.swapaxes(0, 1)),
        (6, np.rot90(STRIPES, -1)),
        (7, STRIPES[::-1, ::-1].swapaxes(0, 1)),
        (8, np.rot90(STRIPES)),
    ],
)
def test_an_image_is_turned_upright(tmp_path: Path, turned: int, upright: np.ndarray[Any, Any]) -> None:
    """As telephones store them: OpenCV turns what it can, and haredge what it cannot."""
    (tmp_path / "turned.webp").write_bytes(as_webp(turned))
    assert (image_file.read(tmp_path / "turned.webp")[:, :, ::-1] == upright).all()


def test_opencv_turns_what_telephones_send_most(tmp_path: Path) -> None:
    """A JPEG with the same tag, which haredge leaves to OpenCV."""
    images = pytest.importorskip("PIL.Image")
    tags = images.Exif()
    tags[0x0112] = 6
    (tmp_path / "turned.jpg").write_bytes(pillow(STRIPES, "JPEG", exif=tags))
    assert image_file.read(tmp_path / "turned.jpg").shape == (40, 48, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tiff", ".ppm"])
def test_a_truncated_image_is_refused(tmp_path: Path, suffix: str) -> None:
    """Half an image would be taken for a whole one."""
    words = "it is cut off: its end is missing" if suffix == ".jpg" else "not an image, or damaged"
    for part in (0.3, 0.7, 0.95):
        (tmp_path / "cut").write_bytes(encoded(suffix)[: int(len(encoded(suffix)) * part)])
        with pytest.raises(SourceError, match=words):
            image_file.read(tmp_path / "cut")


def test_a_folder_is_no_image(tmp_path: Path) -> None:
    """It is refused by its name."""
    with pytest.raises(SourceError, match=f"{tmp_path}: it is a folder; name the images in it"):
        image_file.read(tmp_path)


ORIGINALS = [*(encoded(suffix) for suffix in (".jpg", ".png", ".webp", ".bmp", ".tiff", ".ppm")), as_webp(6)]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ORIGINALS), st.integers(0, 4000), st.binary(max_size=12), st.integers(0, 20_000))
def test_no_bytes_crash_it(tmp_path: Path, original: bytes, at: int, other: bytes, length: int) -> None:
    """Whatever is overwritten or cut off, the answer is an image or one line."""
    at %= len(original)
    (tmp_path / "odd").write_bytes((original[:at] + other + original[at + len(other) :])[: max(length, at)])
    refused = ""
    try:
        image = image_file.read(tmp_path / "odd")
    except SourceError as error:
        refused = str(error)
        image = STRIPES
    assert "\n" not in refused
    assert image.ndim == 3
    assert image.shape[2] == 3
