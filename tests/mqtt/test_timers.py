"""Promises of haredge.mqtt.timers."""

from __future__ import annotations

import pytest

from haredge.mqtt.timers import Timers


def test_timers_ring_in_the_order_in_which_they_are_due() -> None:
    """Not in that in which they were set; one that is not due does not ring."""
    now, rung = [0.0], list[str]()
    timers = Timers(lambda: now[0])
    timers.set("late", 3.0, lambda: rung.append("late"))
    timers.set("soon", 1.0, lambda: rung.append("soon"))
    assert timers.left_s() == 1.0
    timers.run_due()
    assert rung == []
    now[0] = 5.0
    assert timers.left_s() == 0.0
    for _ in range(3):
        timers.run_due()
    assert rung == ["soon", "late"]
    assert timers.left_s() is None


def test_a_timer_that_is_set_again_rings_once() -> None:
    """The newer time and action count."""
    now, rung = [0.0], list[str]()
    timers = Timers(lambda: now[0])
    timers.set("x", 1.0, lambda: rung.append("old"))
    timers.set("x", 2.0, lambda: rung.append("new"))
    now[0] = 10.0
    timers.run_due()
    timers.run_due()
    assert rung == ["new"]


def test_a_timer_that_is_cancelled_does_not_ring() -> None:
    """Nor is one missed that was never set."""
    timers = Timers(lambda: 0.0)
    timers.cancel("never set")
    timers.set("x", 0.0, lambda: pytest.fail("rang"))
    assert "x" in timers
    timers.cancel("x")
    assert "x" not in timers
    timers.run_due()


def test_an_action_may_set_its_own_timer_again() -> None:
    """As a retry does."""
    timers, rung = Timers(lambda: 0.0), list[int]()

    def again() -> None:
        rung.append(len(rung))
        timers.set("x", 0.0, again)

    timers.set("x", 0.0, again)
    timers.run_due()
    timers.run_due()
    assert rung == [0, 1]
