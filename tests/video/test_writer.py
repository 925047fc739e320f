"""Writing videos."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from small_disk import fill

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


STEPS = {
    "ten per second": [0.1] * 30,
    "faster than said": [1 / 120] * 120,
    "slow, then fast": [0.2] * 20 + [0.008] * 40,
    "a pause": [0.1, 1.9, 0.1, 0.01, 0.01],
    "many pauses": [9.0, 0.05] * 4,
}
"""Seconds from each frame to the next."""


@needs_ffmpeg
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("name", ["a.webm", "a.mp4"])
def test_frames_keep_their_own_times(name: str, steps: list[float], tmp_path: Path) -> None:
    """A video of a varying rate, or a faster one than said, is as long as it was, and no frame is lost or doubled."""
    times = np.cumsum([0.0, *steps])
    with open_writer(tmp_path / name, (64, 96), 10.0) as video:
        for t in times:
            video.write(BLACK, 7.0 + t)
    assert [frame.t for frame in VideoFile(tmp_path / name)] == pytest.approx(times, abs=0.0021)


@pytest.mark.usefixtures("no_ffmpeg")
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_without_ffmpeg_the_video_is_as_long_as_it_was(steps: list[float], tmp_path: Path) -> None:
    """At a constant rate, frames are repeated or left out, and the times are kept."""
    times = np.cumsum([0.0, *steps])
    with open_writer(tmp_path / "a.webm", (64, 96), 10.0) as video:
        for t in times:
            video.write(BLACK, t)
    assert max(frame.t for frame in VideoFile(tmp_path / "a.webm")) == pytest.approx(times[-1], abs=0.051)


@pytest.mark.usefixtures("no_ffmpeg")
def test_without_ffmpeg_an_image_stays_until_the_next_one(tmp_path: Path) -> None:
    """What a pause is filled with is what was seen before it."""
    white = np.full_like(BLACK, 255)
    with open_writer(tmp_path / "a.webm", (64, 96), 10.0) as video:
        for t, image in ((0.0, BLACK), (0.02, BLACK), (5.0, white), (5.1, BLACK)):
            video.write(image, t)
    light = [(frame.t, frame.image.mean() > 128) for frame in VideoFile(tmp_path / "a.webm")]
    assert [t for t, is_light in light if is_light] == pytest.approx([5.0], abs=0.011)
    assert len(light) == 52


@pytest.mark.parametrize("ffmpeg", [pytest.param(True, marks=needs_ffmpeg), False])
def test_time_stamps_that_jump_by_hours_do_not_make_hours_of_video(
    ffmpeg: bool, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """A gap is cut to ten seconds, and that is said."""
    if not ffmpeg:
        request.getfixturevalue("no_ffmpeg")
    with open_writer(tmp_path / "a.webm", (64, 96), 10.0) as video:
        for t in (0.0, 0.1, 7200.0, 7200.1):
            video.write(BLACK, t)
    frames = list(VideoFile(tmp_path / "a.webm"))
    assert frames[-1].t == pytest.approx(10.2, abs=0.01)
    assert len(frames) == (4 if ffmpeg else 103)
    assert "a pause of 7200 s is cut to 10 s" in caplog.text


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


WAYS = [
    pytest.param(("a.webm", True), marks=needs_ffmpeg, id="webm"),
    pytest.param(("a.mp4", True), marks=needs_ffmpeg, id="mp4"),
    pytest.param(("a.webm", False), id="webm by OpenCV"),
]
"""Names of a video, and whether there is ffmpeg."""


@pytest.mark.parametrize("free", [0, 0.1, 0.5, 0.9, 0.99, 1.5], ids="{:.0%} free".format)
@pytest.mark.parametrize("way", WAYS)
def test_a_full_disk_is_an_error_and_leaves_no_video(
    way: tuple[str, bool], free: float, tmp_path: Path, disk: Path, request: pytest.FixtureRequest
) -> None:
    """Wherever in the video the room ends; with half as much again it is there, with all its frames."""
    name, ffmpeg = way
    if not ffmpeg:
        request.getfixturevalue("no_ffmpeg")
    noise = np.random.default_rng(0).integers(0, 255, (12, *BLACK.shape), np.uint8)

    def write(path: Path) -> int:
        with open_writer(path, BLACK.shape[:2], 10.0) as video:
            for n, image in enumerate(noise):
                video.write(image, n / 10)
        return path.stat().st_size

    filler, needed = fill(disk), write(tmp_path / name)
    room = round(free * needed)
    os.truncate(filler, filler.stat().st_size - room)
    if room > needed:
        write(disk / name)
        assert len(list(VideoFile(disk / name))) == len(noise)
        return
    with pytest.raises(OutputError) as error:
        write(disk / name)
    assert str(error.value) == f"cannot write {disk / name}: No space left on device"
    assert list(disk.iterdir()) == [filler]


def test_a_video_that_is_not_whole_is_an_error_whatever_ffmpeg_says(tmp_path: Path, no_ffmpeg: None) -> None:
    """What counts is the frames in the file, not that ffmpeg has ended well; what was there before stays."""
    program = tmp_path / "bin" / "ffmpeg"
    program.write_text("#!/bin/sh\nwhile read -r _; do :; done\n")
    program.chmod(0o755)
    (tmp_path / "a.webm").write_text("before")
    with pytest.raises(OutputError, match=r"cannot write .*a\.webm: only 0 of its 20 frames could be written$"):
        written(tmp_path / "a.webm")
    assert (tmp_path / "a.webm").read_text() == "before"


@pytest.mark.usefixtures("no_ffmpeg")
def test_an_mp4_needs_ffmpeg(tmp_path: Path) -> None:
    """And says so."""
    with pytest.raises(OutputError, match="ffmpeg is not installed"), open_writer(tmp_path / "a.mp4", (64, 96), 10.0):
        pass


def test_an_ffmpeg_that_is_killed_is_told(tmp_path: Path, no_ffmpeg: None) -> None:
    """By the number of the signal: the kernel kills what takes too much memory, and it says nothing itself."""
    program = tmp_path / "bin" / "ffmpeg"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    with pytest.raises(OutputError, match=r"cannot write .*a\.mp4: ffmpeg: signal 9 ended it \(too little memory\?\)$"):
        written(tmp_path / "a.mp4")


def test_what_ffmpeg_refuses_is_told(tmp_path: Path, no_ffmpeg: None) -> None:
    """In one line, the first and nearest to the cause, and not as a broken pipe."""
    program = tmp_path / "bin" / "ffmpeg"
    program.write_text("#!/bin/sh\necho Unknown encoder >&2\necho Conversion failed >&2\nexit 1\n")
    program.chmod(0o755)

    def refused() -> None:
        with open_writer(tmp_path / "a.mp4", (64, 96), 10.0) as video:
            for n in range(200):
                video.write(BLACK, n / 10)

    with pytest.raises(OutputError, match=r"cannot write .*a\.mp4: ffmpeg: Unknown encoder$"):
        refused()


@pytest.mark.parametrize("ffmpeg", [pytest.param(True, marks=needs_ffmpeg), False])
def test_a_folder_of_any_name_is_written_to(ffmpeg: bool, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Not UTF-8, or like an address: ffmpeg would open it as one, and OpenCV crashes."""
    if not ffmpeg:
        request.getfixturevalue("no_ffmpeg")
    for name in (b"caf\xe9", b"concat:a", b"http:"):
        folder = tmp_path / os.fsdecode(name)
        folder.mkdir()
        assert len(list(VideoFile(written(folder / os.fsdecode(b"\xe9 12:30.webm"))))) == 20


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


def test_a_link_stays_one(tmp_path: Path) -> None:
    """The video is where it leads to, as of every result; but a device or a pipe is not replaced."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "a.webm").symlink_to(tmp_path / "disk" / "b")
    assert written(tmp_path / "a.webm").is_symlink()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["b"]
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "c.webm").symlink_to(tmp_path / "pipe")
    with pytest.raises(OutputError, match=r"cannot write .*c\.webm: it is not a regular file"):
        written(tmp_path / "c.webm")
    assert (tmp_path / "pipe").is_fifo()
