"""Promises of haredge.sources.camera and haredge.sources.live, beside those of every source."""

from __future__ import annotations

import logging
from itertools import count, islice

import numpy as np
import pytest
from stand_ins import BLUE, FakeCapture

from haredge.core.errors import SourceError
from haredge.opencv import cv2
from haredge.sources.camera import PATIENCE, UsbCamera


def camera(capture: FakeCapture, rate_hz: float | None = None) -> UsbCamera:
    ticks = count()
    return UsbCamera(
        "/dev/video0",
        size=(240, 320),
        rate_hz=rate_hz,
        open_capture=lambda _: capture,
        clock=lambda: float(next(ticks)),
    )


def test_it_asks_for_small_mjpeg_without_a_queue() -> None:
    """What a USB camera is asked for: MJPEG first, as the sizes on offer depend on it, then the size, one buffer."""
    capture = FakeCapture([BLUE])
    next(iter(camera(capture)))
    assert list(capture.asked) == [
        cv2.CAP_PROP_FOURCC,
        cv2.CAP_PROP_FRAME_HEIGHT,
        cv2.CAP_PROP_FRAME_WIDTH,
        cv2.CAP_PROP_BUFFERSIZE,
    ]
    assert list(capture.asked.values()) == [int.from_bytes(b"MJPG", "little"), 240, 320, 1]


def test_it_asks_for_a_rate_only_where_one_is_given() -> None:
    """Left alone, a camera lowers its rate in the dark for a brighter image."""
    capture = FakeCapture([BLUE])
    next(iter(camera(capture, rate_hz=15)))
    assert capture.asked[cv2.CAP_PROP_FPS] == 15


def test_what_the_camera_gives_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A driver may choose another format, size or rate than it was asked for."""
    with caplog.at_level("INFO"):
        next(iter(camera(FakeCapture([BLUE]), rate_hz=15)))
    assert "camera /dev/video0 gives MJPG 320x240 at 30 fps" in caplog.text


GREY = np.arange(240 * 320, dtype=np.uint16).reshape(240, 320)
COLOURED = np.arange(240 * 320 * 3, dtype=np.uint32).astype(np.uint8).reshape(240, 320, 3)


@pytest.mark.parametrize("number", [0xA0363159, 0xA0363159 - 2**32], ids=["without a sign", "with a sign"])
def test_a_big_endian_format_is_logged_too(caplog: pytest.LogCaptureFixture, number: int) -> None:
    """A thermal camera's: the highest bit of its number is set, which makes it a negative one for some."""
    caplog.set_level(logging.INFO)
    capture = FakeCapture([BLUE])
    capture.given[cv2.CAP_PROP_FOURCC] = number
    next(iter(camera(capture)))
    assert "camera /dev/video0 gives Y16 -BE 320x240 at 30 fps" in caplog.text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GREY.astype(np.uint8), np.stack([GREY.astype(np.uint8)] * 3, axis=2)),
        (GREY, np.stack([(GREY // 256).astype(np.uint8)] * 3, axis=2)),
        (COLOURED.reshape(1, -1), COLOURED),
        (np.dstack([COLOURED, COLOURED[..., 0]]), COLOURED),
    ],
    ids=["grey", "grey of 16 bits", "BGR in one row", "BGR and transparency"],
)
def test_whatever_the_driver_gives_frames_are_in_colour(given: np.ndarray, expected: np.ndarray) -> None:
    """An infrared camera has no colours, and OpenCV passes some formats on as they are."""
    frame = next(iter(camera(FakeCapture([given]))))
    np.testing.assert_array_equal(frame.image, expected)


@pytest.mark.parametrize(
    "given", [COLOURED[..., :2], COLOURED[..., :2].reshape(1, -1)], ids=["pairs", "a row of pairs"]
)
def test_a_format_without_known_colours_is_one_line(given: np.ndarray) -> None:
    """Better than an error of whatever uses the image first."""
    form = "x".join(map(str, given.shape))
    with pytest.raises(SourceError, match=f"/dev/video0 gives images of an unknown format \\({form}"):
        next(iter(camera(FakeCapture([given]))))


def test_times_are_those_at_which_frames_came() -> None:
    """Each frame is timed once, when its read returned."""
    assert [frame.t for frame in islice(camera(FakeCapture([BLUE])), 3)] == [0, 1, 2]


def test_broken_frames_are_skipped_and_counted() -> None:
    """Torn frames now and then are a loose cable's, not the end: the index shows how many there were."""
    capture = FakeCapture([BLUE, None, BLUE, *[None] * (PATIENCE - 1), BLUE])
    assert [frame.index for frame in islice(camera(capture), 3)] == [0, 2, PATIENCE + 2]


def test_broken_frames_for_weeks_do_not_fill_the_disk_with_lines(caplog: pytest.LogCaptureFixture) -> None:
    """A poor cable breaks every second frame: some lines say so, and not half a million in a day."""
    caplog.set_level(logging.INFO, "haredge")
    capture = FakeCapture([BLUE, None] * 2000)
    assert len(list(islice(camera(capture), 2000))) == 2000
    assert 1 <= caplog.text.count("a broken one: skipped") <= 20


def test_an_empty_image_is_a_broken_frame() -> None:
    """OpenCV may say True and give nothing."""
    capture = FakeCapture([np.zeros((0, 0, 3), np.uint8), BLUE])
    assert next(iter(camera(capture))).index == 1


def test_broken_frames_without_end_are_an_error() -> None:
    """A camera that gives nothing but broken frames has stopped."""
    with pytest.raises(SourceError, match="/dev/video0 has stopped"):
        list(camera(FakeCapture([BLUE, *[None] * PATIENCE])))


def test_frames_may_change_their_size() -> None:
    """Each frame has its own size; a camera may change it in the middle."""
    capture = FakeCapture([BLUE, np.zeros((240, 320, 3), np.uint8)])
    assert [frame.image.shape for frame in islice(camera(capture), 2)] == [(48, 64, 3), (240, 320, 3)]


def test_the_device_is_released_when_it_fails() -> None:
    """An error leaves the camera free for the next attempt."""
    capture = FakeCapture([], then="unplugged")
    with pytest.raises(SourceError):
        list(camera(capture))
    assert capture.released
