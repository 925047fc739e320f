"""Promises of haredge.doctor.camera."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from haredge.config.schema import Config
from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.doctor.camera import camera, watch


@dataclass
class Film:
    """Frames at a steady rate, as fast as they are read."""

    rate_hz: float
    frames: int = 1000
    live: ClassVar[bool] = False
    closed: bool = False

    def __iter__(self) -> Iterator[Frame]:
        try:
            for index in range(self.frames):
                yield Frame(index, index / self.rate_hz, np.zeros((48, 64, 3), np.uint8))
        finally:
            self.closed = True


def nothing(_command: Sequence[str]) -> str:
    return ""


def test_two_seconds_of_frames_give_size_and_rate() -> None:
    """The rate is measured by the frames' own times, and the source is let go of."""
    video = Film(30)
    check = watch(video, Config(source="film.mp4"))
    assert (check.status, check.words) == ("ok", "film.mp4: 64x48, 30.0 fps")
    assert video.closed


def test_a_slow_camera_is_a_warning() -> None:
    """Below half of the wanted rate activities are recognised late."""
    check = watch(Film(5), Config(source="0"))
    assert check.status == "warn"
    assert "5.0 fps (wanted: 15)" in check.words


def test_a_camera_that_is_too_slow_for_any_activity_is_a_warning_of_its_own() -> None:
    """Whatever rate is wanted: nothing would be recognised, and light is not the only remedy."""
    check = watch(Film(1), Config(source="0"))
    assert check.status == "warn"
    assert "1.0 fps: too slow" in check.words
    assert "higher rate" in check.remedy


@pytest.mark.parametrize("frames", [0, 1])
def test_a_source_of_no_frames_is_a_failure(frames: int) -> None:
    """One frame is an image, and not a camera."""
    assert watch(Film(30, frames), Config(source="film.mp4")).status == "fail"


def test_a_drawn_figure_is_watched() -> None:
    """The real source for trying out gives its size and rate."""
    check = camera(Config(source="test:"), nothing)
    assert check.status == "ok", check
    assert "640x480" in check.words


def test_an_absent_camera_is_an_error_that_says_what_there_is() -> None:
    """The source's own words pass through."""
    with pytest.raises(SourceError, match="no such device"):
        camera(Config(source="/dev/video99"), nothing)


def test_a_camera_that_the_service_uses_is_left_alone() -> None:
    """Two programs cannot read one camera; a service that is ready has seen frames."""

    def active(command: Sequence[str]) -> str:
        assert command[:3] == ["systemctl", "show", "haredge.service"]
        return "StatusText=walking, 14.8 fps, 0 dropped\nActiveState=active"

    check = camera(Config(source="/dev/video99"), active)
    assert check.status == "ok"
    assert "walking, 14.8 fps, 0 dropped" in check.words


def test_a_stopped_service_is_no_excuse() -> None:
    """An inactive one has the camera no longer."""
    with pytest.raises(SourceError):
        camera(Config(source="/dev/video99"), lambda _: "StatusText=\nActiveState=failed")


def test_a_password_in_the_address_is_not_shown() -> None:
    """A doctor's words end up in bug reports."""
    check = watch(Film(30), Config(source="rtsp://me:secret@camera/stream"))
    assert "secret" not in check.words
    used = camera(Config(source="gst:rtspsrc user-pw = secret ! x"), lambda _: "StatusText=\nActiveState=active")
    assert "secret" not in used.words
    assert "***" in used.words
