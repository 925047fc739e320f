"""Promises of haredge.sources.stream, beside those of every source."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import clips
import pytest
import servers
from stand_ins import BLUE, FakeCapture

from haredge.core.errors import SourceError
from haredge.sources.stream import Stream

ADDRESS = "rtsp://me:secret@camera.local/live?token=secret"


def test_a_read_that_fails_once_is_passed_over() -> None:
    """One lost packet is not the end of the stream."""
    source = Stream(ADDRESS, open_capture=lambda _: FakeCapture([BLUE, None, BLUE]))
    assert [frame.index for frame in islice(source, 3)] == [0, 2, 3]


def test_a_stream_that_ends_says_so_without_its_password() -> None:
    """A server that is switched off after two late frames: FFmpeg's reads fail from then on."""
    capture = FakeCapture([BLUE, BLUE], then="unplugged")
    with pytest.raises(SourceError, match=r"stream rtsp://\*\*\*@camera.local/live\?\*\*\* has stopped") as caught:
        list(Stream(ADDRESS, open_capture=lambda _: capture))
    assert "secret" not in str(caught.value)
    assert capture.released


def test_the_whole_address_reaches_ffmpeg() -> None:
    """What messages leave out is still sent to the camera."""
    opened = []

    def open_capture(uri: str) -> FakeCapture:
        opened.append(uri)
        return FakeCapture([BLUE])

    next(iter(Stream(ADDRESS, open_capture=open_capture)))
    assert opened == [ADDRESS]


def test_a_damaged_picture_in_the_middle_does_not_end_the_stream(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """ImageFolder after a torn one still come, and FFmpeg says nothing of its own about it."""
    blue = clips.picture(tmp_path / "blue.jpg")
    torn = clips.cut(clips.picture(tmp_path / "torn.jpg"), 300)
    with servers.mjpeg(blue, blue, torn, then="repeat") as server:
        assert len(list(islice(Stream(server.address), 90))) == 90
    assert capfd.readouterr() == ("", "")
