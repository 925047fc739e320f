"""Promises of haredge.falls.pace: it is said, once, when frames come too seldom to see a fall."""

from __future__ import annotations

import logging

import pytest

from haredge.falls.pace import Pace


def run(pace: Pace, start: float, rate_hz: float, count: int, *, people: bool = True) -> float:
    for index in range(count):
        pace.update(start + index / rate_hz, people)
    return start + count / rate_hz


@pytest.mark.parametrize(("rate_hz", "slow"), [(30.0, False), (8.0, False), (5.0, False), (4.0, True), (2.0, True)])
def test_it_is_said_once(rate_hz: float, slow: bool, caplog: pytest.LogCaptureFixture) -> None:
    """With the rate that there is, and the one that is needed."""
    pace = Pace()
    run(pace, 0.0, rate_hz, 400)
    assert pace.too_slow is slow
    assert len(caplog.records) == slow
    assert not slow or f"{rate_hz:.1f} frames per second" in caplog.text


def test_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    """A board that has cooled down reports falls again."""
    pace = Pace()
    with caplog.at_level(logging.INFO):
        run(pace, run(pace, 0.0, 3.0, 100), 10.0, 300)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_an_empty_room_is_not_slow(caplog: pytest.LogCaptureFixture) -> None:
    """While no one is in view haredge saves work, and that misses no fall."""
    pace, t = Pace(), 0.0
    for _ in range(20):
        t = run(pace, run(pace, t, 2.5, 20, people=False), 8.0, 20)
    assert not caplog.records
