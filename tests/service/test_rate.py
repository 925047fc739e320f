"""Tests of the rate: lower on a hot board and in an empty room, and never too low to notice a person."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Frame, Observation, Person, Pose
from haredge.service.rate import CHECK_S, COOL_C, COOL_FOR_S, HOT_C, IDLE_AFTER_S, LEAST_IDLE_HZ, STEPS, RateGovernor

PICTURE = np.zeros((4, 4, 3), np.uint8)


@dataclass
class Stove:
    """A board whose heat a test sets."""

    celsius: float | None = 50.0
    slowed: tuple[str, ...] | None = ()

    def temperature_c(self) -> float | None:
        return self.celsius

    def throttled(self) -> tuple[str, ...] | None:
        return self.slowed


class Day:
    """A pace that is followed second by second."""

    def __init__(self, stove: Stove, full_hz: float = 15.0) -> None:
        self.now_s = 0.0
        self.governor = RateGovernor(full_hz, stove, monotonic=lambda: self.now_s)

    def go_on(self, seconds: float, *, person: bool = True) -> None:
        """Let some seconds pass, with a frame in each."""
        for _ in range(round(seconds)):
            self.now_s += 1
            pose = Pose(self.now_s, np.ones((17, 3), np.float32))
            people = (Person(1, pose, None, Activity(UNKNOWN, 0.0, 0.0)),) if person else ()
            frame = Frame(0, self.now_s, PICTURE)
            self.governor.update(Observation(frame, people, Activity(NO_PERSON, 1.0, 0.0)))


def test_a_cool_board_with_a_person_in_view_runs_at_the_configured_rate() -> None:
    """And so does a board that reports nothing of its heat."""
    for stove in (Stove(), Stove(None, None)):
        day = Day(stove)
        day.go_on(300)
        assert day.governor.figures() == {"rate_hz": 15.0, "slowed_by": []}


@pytest.mark.parametrize("stove", [Stove(HOT_C), Stove(60.0, ("throttled",)), Stove(None, ("frequency_capped",))])
def test_heat_takes_the_rate_down_step_by_step(stove: Stove, caplog: pytest.LogCaptureFixture) -> None:
    """One step at each reading of the sensor, down to the last; each is one line in the log, and health says why."""
    day, rates = Day(stove), []
    for _ in range(6):
        day.go_on(CHECK_S)
        rates.append(day.governor.limit_hz)
    assert rates == [15 * share for share in (*STEPS[1:], *[STEPS[-1]] * 3)]
    assert day.governor.figures()["slowed_by"] == ["heat"]
    assert len(caplog.records) == len(STEPS) - 1
    assert "the board is hot" in caplog.text


def test_a_board_that_has_cooled_down_gets_its_rate_back_step_by_step(caplog: pytest.LogCaptureFixture) -> None:
    """Each step after a minute of coolness; lukewarm is not cool."""
    caplog.set_level(logging.WARNING)
    stove = Stove(HOT_C)
    day = Day(stove)
    day.go_on(4 * CHECK_S)
    stove.celsius = COOL_C
    day.go_on(3 * COOL_FOR_S)
    assert day.governor.limit_hz == 5
    stove.celsius = COOL_C - 1
    rates = []
    for _ in STEPS:
        day.go_on(COOL_FOR_S + CHECK_S)
        rates.append(day.governor.limit_hz)
    assert rates == [7.5, 10, 15, 15]
    assert caplog.text.count("cooler") == 3


@pytest.mark.parametrize("slowed", [("soft_temperature_limit",), ("under_voltage",)])
def test_what_is_no_overload_changes_nothing(slowed: tuple[str, ...]) -> None:
    """A Pi 3B+ is at its soft limit all day, and a weak power supply needs a person."""
    day = Day(Stove(61.0, slowed))
    day.go_on(100)
    assert day.governor.limit_hz == 15


def test_an_empty_room_takes_fewer_frames_and_a_person_all_of_them_at_once() -> None:
    """The frame that shows a person is the last one at the low rate."""
    day = Day(Stove())
    day.go_on(IDLE_AFTER_S, person=False)
    assert day.governor.limit_hz == 15
    day.go_on(1, person=False)
    assert day.governor.figures() == {"rate_hz": 2.5, "slowed_by": ["nobody_in_view"]}
    day.go_on(1)
    assert day.governor.figures() == {"rate_hz": 15.0, "slowed_by": []}


def test_a_hot_board_keeps_to_a_rate_at_which_windows_fill() -> None:
    """A third of 9 frames per second would fill no window: every activity would be unknown until it has cooled."""
    day = Day(Stove(HOT_C), full_hz=9)
    day.go_on(10 * CHECK_S)
    assert day.governor.figures() == {"rate_hz": LOWEST_USABLE_HZ, "slowed_by": ["heat"]}
    slow = Day(Stove(HOT_C), full_hz=2)
    slow.go_on(10 * CHECK_S)
    assert slow.governor.figures() == {"rate_hz": 2.0, "slowed_by": []}


def test_another_configured_rate_holds_with_the_next_frame() -> None:
    """And heat lowers it as it lowered the former one."""
    day = Day(Stove(HOT_C))
    day.go_on(CHECK_S)
    day.governor.set_full_hz(30)
    assert day.governor.limit_hz == 20


@given(st.floats(0.5, 120), st.lists(st.tuples(st.booleans(), st.floats(20, 100)), max_size=40))
def test_the_rate_is_never_above_the_configured_one_nor_too_low_to_notice_a_person(
    full_hz: float, history: list[tuple[bool, float]]
) -> None:
    """Whatever happens: at most what was asked for, and of a fast camera enough to see who comes within 0.4 s."""
    stove = Stove()
    day = Day(stove, full_hz)
    for person, celsius in history:
        stove.celsius = celsius
        day.go_on(CHECK_S, person=person)
        least_hz = min(full_hz, LEAST_IDLE_HZ)
        assert least_hz * (1 - 1e-9) <= day.governor.limit_hz <= full_hz
