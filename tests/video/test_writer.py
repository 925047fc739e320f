"""Writing videos."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from haredge.core.errors import OutputError
from haredge.core.types import Image
from haredge.sources.video import VideoFile
from haredge.video.writer import open_writer

BLACK: Image = np.zeros((64, 96, 3), np.uint8)
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg: apt install ffmpeg")


@pytest.fixture
def no_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take ffmpeg out of the path."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def written(path: Path, frames: int = 20) -> Path:
    with open_writer(path, (64, 96), 10.0) as video:
        for n in range(frames):
            image = BLACK.copy()
            image[:, : 4 * n] = 255
            video.write(image, n / 10)
    return path


def codec(path: Path) -> str:
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)], check=True, stdout=subprocess.PIPE
    ).stdout
    (stream,) = json.loads(told)["streams"]
    assert stream["pix_fmt"] == "yuv420p"
    return str(stream["codec_name"])


@needs_ffmpeg
@pytest.mark.parametrize(("name", "expected"), [("a.webm", "vp9"), ("a.mp4", "h264")])
def test_browsers_can_play_it(tmp_path: Path, name: str, expected: str) -> None:
    """WebM holds VP9, MP4 holds H.264, both in the colours that browsers decode; nothing else is left behind."""
    assert codec(written(tmp_path / name)) == expected
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.usefixtures("no_ffmpeg")
def test_opencv_writes_vp9_where_there_is_no_ffmpeg(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """And without a word of its own on standard error."""
    path = written(tmp_path / "a.webm")
    assert b"V_VP9" in path.read_bytes()
    assert len(list(VideoFile(path))) == 20
    assert capfd.readouterr().err == ""


def test_every_frame_is_there_in_order(tmp_path: Path) -> None:
    """None is dropped, none is doubled, at the times at which they were written."""
    frames = list(VideoFile(written(tmp_path / "a.webm")))
    assert [frame.t for frame in frames] == pytest.approx([n / 10 for n in range(20)], abs=0.002)
    edges = [int((frame.image[32, :, 0] > 127).sum()) for frame in frames]
    assert np.abs(np.array(edges) - 4 * np.arange(20)).max() <= 2


def test_a_pause_in_the_film_is_a_pause_in_the_video(tmp_path: Path) -> None:
    """A film of varying rate keeps its times; one faster than said loses no frame."""
    with open_writer(tmp_path / "a.webm", (64, 96), 10.0) as video:
        for t in (0.0, 0.1, 2.0, 2.1, 2.11, 2.12):
            video.write(BLACK, t)
    frames = list(VideoFile(tmp_path / "a.webm"))
    assert len(frames) == 24


@pytest.mark.parametrize("name", ["a.webm", pytest.param("a.mp4", marks=needs_ffmpeg)])
def test_what_fails_leaves_nothing(tmp_path: Path, name: str) -> None:
    """An error or an interrupt half-way leaves no half video, and what was there stays."""
    (tmp_path / name).write_text("before")

    def interrupted() -> None:
        with open_writer(tmp_path / name, (64, 96), 10.0) as video:
            video.write(BLACK, 0.0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


@pytest.mark.usefixtures("no_ffmpeg")
def test_an_mp4_needs_ffmpeg(tmp_path: Path) -> None:
    """And says so."""
    with pytest.raises(OutputError, match="ffmpeg is not installed"), open_writer(tmp_path / "a.mp4", (64, 96), 10.0):
        pass


@needs_ffmpeg
def test_what_ffmpeg_refuses_is_told(tmp_path: Path) -> None:
    """In one line, and not as a broken pipe: H.264 in these colours cannot have an odd width."""

    def odd() -> None:
        with open_writer(tmp_path / "a.mp4", (63, 95), 10.0) as video:
            for n in range(200):
                video.write(np.zeros((63, 95, 3), np.uint8), n / 10)

    with pytest.raises(OutputError, match="ffmpeg cannot write"):
        odd()


@pytest.mark.parametrize(("name", "said"), [("a.avi", "ends in .webm or .mp4"), ("no/a.webm", "No such file")])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str, said: str) -> None:
    """Before anything is recognised for nothing."""
    with pytest.raises(OutputError, match=said), open_writer(tmp_path / name, (64, 96), 10.0):
        pass


def test_the_video_is_as_readable_as_any_file(tmp_path: Path) -> None:
    """Its rights follow the umask, though it grew in a private file."""
    mask = os.umask(0o022)
    try:
        assert written(tmp_path / "a.webm").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(mask)
