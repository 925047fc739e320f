"""Promises of haredge.sources.playing: frames come at their own pace, however the stream does."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from stand_ins import BLUE, FakeCapture

from haredge.opencv import cv2
from haredge.sources.playing import AHEAD_S, PlayedCapture
from haredge.sources.stream import NetworkStream


@dataclass
class Pieces:
    """Frames of the stream's times, each there from an arrival time on; the clock goes on by waits alone."""

    frames: list[tuple[float, float]]
    """Arrival and the stream's own time."""
    now_s: float = 100.0
    played: list[float] = field(default_factory=list)

    def play(self) -> list[float]:
        """Return when each frame was given."""
        capture = FakeCapture([BLUE])
        playing = PlayedCapture(capture, threading.Event(), clock=lambda: self.now_s, wait=self._wait)
        for arrival_s, stamp_s in self.frames:
            self.now_s = max(self.now_s, arrival_s)
            capture.given[cv2.CAP_PROP_POS_MSEC] = 1000 * stamp_s
            assert playing.grab()
            self.played.append(self.now_s)
        return self.played

    def _wait(self, seconds: float) -> None:
        self.now_s += seconds


def test_seconds_that_come_at_once_are_played_one_after_the_other() -> None:
    """As by HLS: six seconds of frames in one moment, then nothing for six."""
    frames = [(100.0 + 6 * (second // 6), 7.0 + second) for second in range(24)]
    steps = [(arrival_s, stamp_s + third / 3) for arrival_s, stamp_s in frames for third in range(3)]
    played = Pieces(steps).play()
    assert played == pytest.approx([100.0 + number / 3 for number in range(72)])


@pytest.mark.parametrize("jump_s", [-50.0, AHEAD_S + 1, 10_000.0])
def test_a_jump_of_the_streams_time_is_not_waited_for(jump_s: float) -> None:
    """A camera whose clock is set, or another programme: it goes on at once, and evenly."""
    frames = [(100.0, float(number)) for number in range(3)] + [(100.0, jump_s + number) for number in range(3, 6)]
    assert Pieces(frames).play() == [100.0, 101.0, 102.0, 102.0, 103.0, 104.0]


def test_a_piece_that_is_late_delays_what_follows() -> None:
    """Rather than that its frames come all at once, to catch up."""
    frames = [(100.0, 0.0), (100.0, 1.0), (110.0, 2.0), (110.0, 3.0), (110.0, 4.0)]
    assert Pieces(frames).play() == [100.0, 101.0, 110.0, 111.0, 112.0]


def test_a_wait_can_be_ended() -> None:
    """Detection that is switched off does not wait for the next frame of a playlist."""
    capture = FakeCapture([BLUE])
    stream = NetworkStream("http://camera/live.m3u8", open_capture=lambda _: capture, in_pieces=True)
    frames = iter(stream)
    next(frames)
    capture.given[cv2.CAP_PROP_POS_MSEC] = 1000 * AHEAD_S - 100
    ended = threading.Event()

    def read() -> None:
        next(frames)
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    stream.interrupt()
    assert ended.wait(AHEAD_S / 2)
