"""Promises of haredge.sources.throttle, beside those of haredge.pipeline's thinning."""

from __future__ import annotations

from itertools import count, islice

from stand_ins import BLUE, FakeCapture

from haredge.sources.camera import UsbCamera
from haredge.sources.throttle import Thinned


def thirty_hz(capture: FakeCapture) -> UsbCamera:
    """Give a camera of thirty frames a second."""
    ticks = count()
    return UsbCamera("/dev/video0", size=(240, 320), open_capture=lambda _: capture, clock=lambda: next(ticks) / 30)


def test_a_frame_that_nobody_wants_is_not_decoded() -> None:
    """Decoding MJPEG is half of a fast board's work; the index still counts every frame."""
    capture = FakeCapture([BLUE])
    frames = list(islice(Thinned(thirty_hz(capture), lambda: 3.0), 4))
    assert [frame.index for frame in frames] == [0, 8, 18, 28]
    assert capture.decoded == 4


def test_an_interrupted_source_gives_its_next_frame_at_once() -> None:
    """Or a camera that is looked at twice a second would be closed half a second late."""
    thinned = Thinned(thirty_hz(FakeCapture([BLUE])), lambda: 0.1)
    frames = iter(thinned)
    assert next(frames).index == 0
    thinned.interrupt()
    assert next(frames).index == 1


def test_it_can_be_read_again_after_an_interruption() -> None:
    """At its own rate."""
    thinned = Thinned(thirty_hz(FakeCapture([BLUE])), lambda: 15.0)
    next(iter(thinned))
    thinned.interrupt()
    assert [frame.index for frame in islice(thinned, 3)] == [0, 2, 4]
