"""Promises of haredge.sources.ffmpeg: one function opens every video, whatever its name and its content."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import clips
import numpy as np
import pytest
from stand_ins import BLUE

from haredge.core.errors import SourceError
from haredge.opencv import cv2
from haredge.sources.ffmpeg import FfmpegCapture, open_video, reads_interlaced
from haredge.sources.uri import open_source
from haredge.sources.video_info import probe

NAMES = [
    b"caf\xe9.mp4",
    b"\xff\xfe.mp4",
    b"12:30.mp4",
    b"concat:clip.mp4",
    b"test:clip.mp4",
    b"gst:clip.mp4",
    b"http:clip.mp4",
    b"subfile,,start,0,end,0,,:x.mp4",
    b"pipe:0",
    b"-i.mp4",
    b"%03d.mp4",
    b"a\nb.mp4",
    b"clip.mp4?x=1",
    b"[1-3]*.mp4",
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_path_that_exists_is_a_video(name: bytes, here: Path) -> None:
    """A name that is not UTF-8, or has the form of an address or a pattern, is read as it is."""
    clips.clip(here / "clip.mp4").rename(os.fsdecode(name))
    assert len(list(open_source(os.fsdecode(name)))) == 8
    assert probe(Path(os.fsdecode(name))).size == BLUE.shape[:2]


def test_a_name_that_is_not_utf8_is_read_where_the_locale_knows_ascii_only(here: Path) -> None:
    """As under LC_ALL=C, in a service or a cron job."""
    clips.clip(here / "clip.mp4").rename(os.fsdecode(b"caf\xe9.mp4"))
    script = "import sys; from haredge.sources.uri import open_source; print(len(list(open_source(sys.argv[1]))))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", script, b"caf\xe9.mp4"],
        env={**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"8\n"), done.stderr


TURNED = {
    90: (0, 1 << 16, 0, -1 << 16, 0, 0),
    180: (-1 << 16, 0, 0, 0, -1 << 16, 0),
    270: (0, -1 << 16, 0, 1 << 16, 0, 0),
}
"""The beginning of the matrix in a track's header that turns its images, by degrees clockwise (ISO/IEC 14496-12)."""


@pytest.mark.parametrize("degrees", TURNED)
def test_a_video_that_is_stored_lying_is_seen_upright(degrees: int, tmp_path: Path) -> None:
    """A phone that is held upright stores its images lying, and by how much they are to be turned."""
    image = np.zeros((48, 64, 3), np.uint8)
    image[:, :32], image[:24] = 255, image[:24] // 2 + 64
    stored = bytearray(clips.clip(tmp_path / "clip.mp4", image=image).read_bytes())
    struct.pack_into(">6i", stored, stored.index(b"tkhd") + 44, *TURNED[degrees])
    (tmp_path / "clip.mp4").write_bytes(stored)
    upright = np.rot90(image, -degrees // 90)
    assert probe(tmp_path / "clip.mp4").size == upright.shape[:2]
    for frame in open_source(str(tmp_path / "clip.mp4")):
        np.testing.assert_allclose(frame.image[4:-4, 4:-4], upright[4:-4, 4:-4], atol=40)


def test_interlaced_video_is_read() -> None:
    """OpenCV 4.13 and 5.0 give unwritten memory; setup.cfg allows the versions that do not."""
    assert reads_interlaced() is True


def test_an_opencv_that_cannot_read_interlaced_video_is_found_out(tmp_path: Path) -> None:
    """It gives an image without an error, of another brightness than the clip's; an unreadable one says nothing."""
    assert reads_interlaced(clips.clip(tmp_path / "blue.avi")) is False
    (tmp_path / "text.avi").write_text("no video")
    assert reads_interlaced(tmp_path / "text.avi") is None


class Wide:
    """Stands in for an opened video of 64x48 pixels of a given shape, turned by some degrees."""

    def __init__(self, width: float, height: float, turned: float = 0) -> None:
        self.said = {
            cv2.CAP_PROP_SAR_NUM: width,
            cv2.CAP_PROP_SAR_DEN: height,
            cv2.CAP_PROP_ORIENTATION_META: turned,
            cv2.CAP_PROP_FRAME_WIDTH: 64,
            cv2.CAP_PROP_FRAME_HEIGHT: 48,
        }

    def get(self, prop: int) -> float:
        return self.said[prop]

    def retrieve(self) -> tuple[bool, object]:
        return True, BLUE


@pytest.mark.parametrize(
    ("width", "height", "turned", "size"),
    [
        (1, 1, 0, (48, 64)),
        (0, 1, 0, (48, 64)),
        (0, 0, 0, (48, 64)),
        (2, 1, 0, (48, 128)),
        (1, 2, 0, (96, 64)),
        (16, 15, 0, (48, 68)),
        (2, 1, 90, (96, 64)),
        (2, 1, 180, (48, 128)),
        (1000, 1, 0, (48, 64)),
    ],
)
def test_images_have_square_pixels(width: float, height: float, turned: float, size: tuple[int, int]) -> None:
    """A person of a DVD's video or a cheap recorder's keeps its shape; absurd ratios are ignored."""
    capture = FfmpegCapture(Wide(width, height, turned))  # type: ignore[arg-type]
    assert capture.size == size
    assert capture.retrieve()[1].shape == (*size, 3)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_regular_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    """Neither is waited for."""
    path = tmp_path / "clip.mp4"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    for read in (open_video, probe, lambda path: list(open_source(str(path)))):
        with pytest.raises(SourceError, match="not a regular file"):
            read(path)


def test_a_video_of_too_large_images_is_refused(tmp_path: Path) -> None:
    """By the size that FFmpeg has found, before an image is held."""
    writer = cv2.VideoWriter(str(tmp_path / "a.avi"), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 10, (4608, 4096))
    writer.write(np.zeros((4096, 4608, 3), np.uint8))
    writer.release()
    with pytest.raises(SourceError, match="4608 x 4096 pixels are too large: at most 16"):
        open_video(tmp_path / "a.avi")
