"""Promises of haredge.sources.pace: a camera that is too slow for a window to fill is reported when that changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import BLUE

from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.types import Frame
from haredge.sources.pace import MEASURED_S, SLOW_HZ, CameraPace
from haredge.sources.throttle import ThrottledSource


@dataclass
class Paced:
    """A source whose frames come at given rates, each for so many seconds of its own clock."""

    stretches: list[tuple[float, float]]
    live: bool = True

    def __str__(self) -> str:
        return "the camera"

    def __iter__(self) -> Iterator[Frame]:
        steps = (1 / rate_hz for rate_hz, seconds in self.stretches for _ in range(round(rate_hz * seconds)))
        return (Frame(index, t, BLUE) for index, t in zip(count(), accumulate(steps), strict=False))


def test_too_slow_and_fast_enough_are_each_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """However long it lasts: a log that repeats itself hides what is new."""
    caplog.set_level(logging.INFO, "haredge")
    source = ThrottledSource(Paced([(1, 60), (15, 60)]), 15.0)
    list(source)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "the camera: 1.0 frames per second are too few: below 4 no window" in caplog.messages[0]
    assert "the camera: fast enough again" in caplog.messages[1]
    assert not source.pace.too_slow


def test_a_rate_that_haredge_lowers_itself_is_none_of_the_cameras() -> None:
    """In an empty room two and a half frames per second are taken of a camera that gives thirty."""
    source = ThrottledSource(Paced([(30, 60)]), 2.5)
    assert len(list(source)) < 160
    assert source.pace.rate_hz == pytest.approx(30, rel=0.05)
    assert not source.pace.too_slow


def test_a_file_is_no_camera(caplog: pytest.LogCaptureFixture) -> None:
    """It cannot be set to another rate."""
    list(ThrottledSource(Paced([(1, 60)], live=False), 15.0))
    assert not caplog.records


def test_the_time_while_it_was_closed_does_not_count() -> None:
    """Detection is switched off for an hour: the camera is as fast as it was before."""
    pace = CameraPace()
    for index in range(100):
        pace.watch(index / 15)
    pace.restart()
    assert not any(pace.watch(3600 + index / 15) for index in range(400))
    assert not pace.too_slow


@given(st.lists(st.floats(0.01, 0.6), min_size=30, max_size=400))
def test_what_is_said_is_true_of_the_last_stretch(steps: list[float]) -> None:
    """Too slow is never said of a stretch with enough frames, nor fast enough of one with too few."""
    pace = CameraPace()
    for t in accumulate(steps):
        if pace.watch(t):
            assert pace.rate_hz is not None
            assert pace.rate_hz < SLOW_HZ if pace.too_slow else pace.rate_hz >= LOWEST_USABLE_HZ


def test_a_hiccup_is_no_slow_camera() -> None:
    """A connection that stands still for four seconds of ten leaves enough frames."""
    pace = CameraPace()
    times = [t for t in (index / 15 for index in range(15 * 30)) if not 12 < t < 16]
    assert not any(pace.watch(t) for t in times)
    assert times[-1] > 2 * MEASURED_S
