"""Promises of haredge.sources.video, beside those of every source."""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path

import clips
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.opencv import cv2
from haredge.sources.video import VideoFile, next_time
from haredge.sources.video_info import probe


@pytest.mark.parametrize("name", ["clip.avi", "clip.mp4"])
@pytest.mark.parametrize("rate_hz", [10.0, 25.0, 30.0])
def test_times_are_those_of_the_file(name: str, rate_hz: float, tmp_path: Path) -> None:
    """A clip's frames are as far apart in time as they were recorded, in any container."""
    times = [frame.t for frame in VideoFile(clips.clip(tmp_path / name, rate_hz=rate_hz))]
    assert times == pytest.approx(np.arange(8) / rate_hz, abs=0.002)


def test_times_of_frames_unevenly_filmed_are_uneven(tmp_path: Path) -> None:
    """Where the container has each frame's own time, that is taken, not the mean rate."""
    video = clips.clip(tmp_path / "clip.mp4", frames=12, rate_hz=10)
    thinned = clips.filtered(video, tmp_path / "uneven.mkv", "select='not(between(n,3,7))'")
    times = np.array([frame.t for frame in VideoFile(thinned)])
    assert times == pytest.approx([0, 0.1, 0.2, 0.8, 0.9, 1.0, 1.1], abs=0.002)


def test_a_raw_stream_without_times_gets_those_of_its_rate(tmp_path: Path) -> None:
    """A bare H.264 or MJPEG stream has no times; its frames follow each other evenly all the same."""
    bare = tmp_path / "bare.mjpeg"
    bare.write_bytes(clips.image(tmp_path / "blue.jpg").read_bytes() * 6)
    times = [frame.t for frame in VideoFile(bare)]
    assert len(times) == 6
    assert np.ptp(np.diff(times)) == pytest.approx(0, abs=0.002)
    assert times[1] > times[0] == 0


stamps = st.one_of(st.sampled_from([math.nan, math.inf, -math.inf, 0.0]), st.floats(-1, 100), st.floats(-1e9, 1e9))


@given(stamps=st.lists(stamps), rate_hz=st.floats(1, 1000))
def test_time_grows_whatever_the_file_says(stamps: list[float], rate_hz: float) -> None:
    """Stamps that are missing, repeat, go back or are not numbers never make time stand still."""
    t = -math.inf
    for stamp in stamps:
        later = next_time(t, stamp, 1 / rate_hz)
        assert later > t
        assert math.isfinite(later)
        t = later


@pytest.mark.shared
def test_real_clips_are_read_whole(shared: Path) -> None:
    """The number of frames and the length are those that ffprobe gives for the file."""
    frames = list(VideoFile(shared / "videos" / "walking.avi"))
    assert len(frames) == 233
    assert frames[-1].t == pytest.approx(7.842, abs=0.01)
    assert {frame.image.shape for frame in frames} == {(480, 640, 3)}


START = b"\xff\xd8\xff"
"""The first bytes of each JPEG of a video."""


def damaged(path: Path, *, frames: int = 120, bad: tuple[int, ...] = ()) -> Path:
    """Write a video whose frames of these numbers cannot be decoded."""
    head, *images = clips.clip(path, frames=frames).read_bytes().split(START)
    assert len(images) == frames
    images = [bytes(200) + image[200:] if number in bad else image for number, image in enumerate(images)]
    path.write_bytes(START.join([head, *images]))
    return path


@pytest.mark.parametrize("bad", [(22,), (0,), tuple(range(30, 90))])
def test_damaged_frames_are_passed_over_and_said(
    bad: tuple[int, ...], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A packet that cannot be decoded is not the end: what comes after it is read, at its own time; said once."""
    source = VideoFile(damaged(tmp_path / "clip.avi", bad=bad))
    times = [frame.t for frame in source]
    assert times == pytest.approx([n / 10 for n in range(120) if n not in bad], abs=0.002)
    assert [record.getMessage() for record in caplog.records] == [f"{source}: {source.damage}"]
    assert source.damage
    assert source.damage.startswith(f"{len(bad)} damaged frame")


@pytest.mark.parametrize("name", ["clip.avi", "clip.mkv"])
def test_a_file_that_was_cut_short_says_so(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What came is compared with the length that the container promised."""
    whole = clips.clip(tmp_path / name, frames=120)
    source = VideoFile(clips.cut(whole, whole.stat().st_size // 2))
    assert 40 < len(list(source)) < 80
    assert "of 12.0 s: the file is cut short or damaged" in caplog.text
    assert len(caplog.records) == 1


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov"])
def test_what_an_edit_list_leaves_out_is_not_missing(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A video cut without encoding it again is whole, and as long as what is shown of it; cut short, it says so."""
    stored = clips.clip(tmp_path / "stored.mp4", frames=120)
    source = VideoFile(path := clips.copied(stored, tmp_path / name, start_s=4.5))
    assert len(list(source)) == 75
    assert source.damage is None
    assert not caplog.records
    assert probe(path).length_s == pytest.approx(7.5, abs=0.11)
    clips.cut(path, (path.read_bytes().index(b"mdat") + path.stat().st_size) // 2)
    assert 0 < len(list(source)) < 60
    assert caplog.messages[0].endswith("s of 7.5 s: the file is cut short or damaged")


@pytest.mark.skipif(not hasattr(cv2, "CAP_PROP_PTS"), reason="this OpenCV does not say when a frame was")
@pytest.mark.parametrize("name", ["piece.mkv", "piece.webm", "piece.mp4"])
def test_a_piece_of_a_recording_is_whole_and_as_long_as_it_is(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Matroska's length counts from the recording's begin: the piece is neither cut short nor too long for a limit."""
    whole = clips.clip(tmp_path / "whole.avi", frames=30)
    if name.endswith("webm"):
        whole = clips.filtered(whole, tmp_path / "whole.webm", "null")
    path = clips.piece(whole, tmp_path / name, at_s=7200)
    source = VideoFile(path)
    assert len(list(source)) == 30
    assert (source.damage, caplog.text) == (None, "")
    assert probe(path).length_s == pytest.approx(3, abs=0.2)


@pytest.mark.parametrize("name", ["clip.avi", "clip.mp4", "clip.mkv"])
def test_a_whole_file_says_nothing(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither does one of which the reader has had enough."""
    source = VideoFile(clips.clip(tmp_path / name, frames=120))
    assert len(list(source)) == 120
    with closing(source.frames_where(lambda _: True)) as frames:
        next(frames)
    assert source.damage is None
    assert not caplog.records
