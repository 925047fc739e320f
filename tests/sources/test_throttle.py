"""Tests of thinning frames out to a rate."""

from __future__ import annotations

from itertools import count, islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import BLUE, FakeCapture

from haredge.core.types import Frame
from haredge.sources.camera import UsbCamera
from haredge.sources.throttle import FrameThrottle, ThrottledSource, at_rate


def frames(*times: float) -> list[Frame]:
    return [Frame(index, t, BLUE) for index, t in enumerate(times)]


def video(rate_hz: float, seconds: float) -> list[Frame]:
    return frames(*(index / rate_hz for index in range(int(rate_hz * seconds) + 1)))


def thirty_hz(capture: FakeCapture) -> UsbCamera:
    """Give a camera of 30 fps."""
    ticks = count()
    return UsbCamera("/dev/video0", size=(240, 320), open_capture=lambda _: capture, clock=lambda: next(ticks) / 30)


def test_a_frame_that_is_not_wanted_is_not_decoded() -> None:
    """Decoding MJPEG is half of a fast board's work; the index still counts every frame."""
    capture = FakeCapture([BLUE])
    frames = list(islice(ThrottledSource(thirty_hz(capture), 3.0), 4))
    assert [frame.index for frame in frames] == [0, 8, 18, 28]
    assert capture.decoded == 4


def test_an_interrupted_source_gives_its_next_frame_at_once() -> None:
    """Or a camera of which two frames per second are taken would be closed half a second late."""
    thinned = ThrottledSource(thirty_hz(FakeCapture([BLUE])), 0.1)
    frames = iter(thinned)
    assert next(frames).index == 0
    thinned.interrupt()
    assert next(frames).index == 1


def test_it_can_be_read_again_after_an_interruption() -> None:
    """At its own rate."""
    thinned = ThrottledSource(thirty_hz(FakeCapture([BLUE])), 15.0)
    next(iter(thinned))
    thinned.interrupt()
    assert [frame.index for frame in islice(thinned, 3)] == [0, 2, 4]


@given(
    st.lists(st.floats(0.001, 0.5), min_size=1, max_size=200),
    st.floats(1, 60),
)
def test_thinning_keeps_to_the_rate(steps: list[float], rate_hz: float) -> None:
    """Over any stretch no more frames pass than the rate allows, except for one frame of jitter."""
    times = np.cumsum(steps)
    kept = [frame.t for frame in at_rate(frames(*map(float, times)), rate_hz)]
    assert kept[0] == times[0]
    assert len(kept) <= (kept[-1] - kept[0]) * rate_hz + 2
    assert kept == sorted(set(kept))


@pytest.mark.parametrize(
    ("camera_hz", "rate_hz", "expected"), [(30, 15, 150), (30, 10, 100), (15, 15, 150), (10, 15, 100), (29.97, 15, 150)]
)
def test_thinning_gives_the_rate_that_was_asked_for(camera_hz: float, rate_hz: float, expected: int) -> None:
    """A camera that is faster is thinned out to the rate; one that is slower passes whole."""
    kept = list(at_rate(video(camera_hz, 10), rate_hz))
    assert len(kept) == pytest.approx(expected, abs=2)


def test_thinning_survives_jitter() -> None:
    """A 30 Hz camera whose times jitter by 5 ms still gives every second frame."""
    rng = np.random.default_rng(3)
    jittered = frames(*(index / 30 + float(rng.uniform(-0.005, 0.005)) for index in range(300)))
    assert [frame.index for frame in at_rate(jittered, 15)] == list(range(0, 300, 2))


def test_a_higher_rate_holds_at_once() -> None:
    """A person who enters an empty room is followed from the next frame on, not after the long step that was due."""
    rate_hz = 1.0
    throttle = FrameThrottle()
    before = [index for index in range(60) if throttle.accepts(index / 30, rate_hz)]
    rate_hz = 15.0
    after = [index for index in range(60, 70) if throttle.accepts(index / 30, rate_hz)]
    assert len(before) == 3
    assert after[0] == 60
    assert max(np.diff(after)) <= 2
