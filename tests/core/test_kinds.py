"""What a file is, by its first bytes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.kinds import HEAD_BYTES, kind_of

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg: apt install ffmpeg")


def made(path: Path, *options: str) -> bytes:
    """Return the start of a file that ffmpeg makes."""
    source = "sine=d=1" if path.suffix in {".mp3", ".flac", ".wav", ".m4a", ".aac"} else "testsrc=s=64x48:d=1"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, *options, str(path)], check=True)
    return path.read_bytes()[:HEAD_BYTES]


@needs_ffmpeg
@pytest.mark.parametrize(
    "suffix", ["mp4", "mov", "mkv", "webm", "avi", "ts", "m2ts", "mpg", "wmv", "flv", "3gp", "ogv"]
)
def test_videos(tmp_path: Path, suffix: str) -> None:
    """In every container that people have them in."""
    needed = {"3gp": ("-s", "176x144", "-c:v", "h263"), "m2ts": ("-f", "mpegts", "-mpegts_m2ts_mode", "1")}
    options = needed.get(suffix, ())
    assert kind_of(made(tmp_path / f"video.{suffix}", *options)) == "video"


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["mp3", "flac", "wav", "m4a", "aac"])
def test_sound_is_sound(tmp_path: Path, suffix: str) -> None:
    """Whatever it is called."""
    assert kind_of(made(tmp_path / f"sound.{suffix}")) == "sound"


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "gif", "tiff"])
def test_images(tmp_path: Path, suffix: str) -> None:
    """One image shows no movement."""
    assert kind_of(made(tmp_path / f"image.{suffix}", "-frames:v", "1", "-update", "1")) == "image"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"])
def test_images_of_phones(brand: bytes) -> None:
    """They are images, though their container is that of MP4, and whatever their encoder calls itself."""
    assert kind_of(b"\0\0\0\x18ftyp" + brand + bytes(12)) == "image"


def test_a_gif_whose_bytes_resemble_packets_of_mpeg_is_an_image() -> None:
    """A transport stream has a G every 188 bytes, and a GIF may."""
    assert kind_of(b"GIF89a".ljust(188, b"\0") + b"G") == "image"
    assert kind_of(b"G".ljust(188, b"\0") + b"G") == "video"


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"a shopping list\n",
        b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?><MPD></MPD>",
        b"PK\x03\x04zip",
        b"\x7fELF",
        b"%PDF-1.7",
    ],
)
def test_everything_else_is_not_a_video(start: bytes) -> None:
    """Above all not a playlist, which would have other files read."""
    assert kind_of(start) == "other"


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_have_a_kind(start: bytes) -> None:
    """No bytes are too strange."""
    assert kind_of(start) in {"video", "sound", "image", "other"}
