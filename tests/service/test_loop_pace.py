"""Promises of haredge.service.loop_pace: a board that is too slow for its networks is reported, once."""

from __future__ import annotations

import logging

import pytest

from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.service.loop_pace import LoopPace
from haredge.sources.pace import MEASURED_S


def run(pace: LoopPace, rate_hz: float, begin_s: float, *, wanted_hz: float = 15.0, camera: bool = False) -> float:
    """Take frames at a rate for three times the time of a measurement; return when that ends."""
    count = round(3 * MEASURED_S * rate_hz)
    for number in range(count):
        pace.update(begin_s + number / rate_hz, wanted_hz, camera_too_slow=camera)
    return begin_s + count / rate_hz


def test_a_slow_board_is_reported_once_and_when_it_is_fast_again(caplog: pytest.LogCaptureFixture) -> None:
    """A network that takes half a second: the log says what to do, not every ten seconds."""
    caplog.set_level(logging.INFO, "haredge")
    pace = LoopPace()
    end_s = run(pace, 2.0, 0.0)
    slow = [pace.too_slow]
    end_s = run(pace, 2.0, end_s)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "recognises only 2.0 frames per second" in caplog.messages[0]
    assert "pose.model" in caplog.messages[0]
    run(pace, LOWEST_USABLE_HZ + 1, end_s)
    assert [*slow, pace.too_slow] == [True, False]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


@pytest.mark.parametrize(("wanted_hz", "camera"), [(2.5, False), (15.0, True)])
def test_what_is_not_the_boards_fault_is_not_reported(
    wanted_hz: float, *, camera: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """In an empty room few frames are wanted; a slow camera has a report of its own."""
    pace = LoopPace()
    end_s = run(pace, 2.5, 0.0, wanted_hz=wanted_hz, camera=camera)
    assert not pace.too_slow
    for _ in range(20):  # people come and go: no stretch is long enough to be measured
        end_s = run(pace, 15.0, end_s) + 3
        pace.update(end_s, 2.5, camera_too_slow=False)
    assert not pace.too_slow
    assert not caplog.records
