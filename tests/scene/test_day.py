"""Promises of the day: minutes add up to the time there was, midnight begins again, last times outlive it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from observed import observed, scene, somebody

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Observation, Person
from haredge.scene.day import LONGEST_STEP_S, Day, DayLog

MORNING = 1_796_000_000.0
DAY_S = 86_400.0


def utc_date(now_s: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(now_s))


def log_of(steps: list[tuple[float, str]], day: Day | None = None) -> DayLog:
    """Return a log of what was done from each time on: (seconds, label)."""
    log = DayLog(utc_date, day)
    for t, label in steps:
        log.update(observed(t, label), MORNING + t)
    return log


def test_minutes_are_those_of_each_label() -> None:
    """Time without a person, and time in which nothing is known, is no activity."""
    log = log_of([(0.0, NO_PERSON), (1.0, "squat"), (2.0, "squat"), (3.0, "wave"), (4.0, UNKNOWN), (5.0, NO_PERSON)])
    assert log.day.activity_s == {"squat": 2.0, "wave": 1.0}
    assert log.day.in_view_s == 4.0
    assert log.day.last_seen_s == MORNING + 4.0


def test_two_who_do_the_same_count_once() -> None:
    """It is the time in which that was done, not the sum over people."""
    log, one = DayLog(utc_date), observed(0.0).people[0]
    for t in (0.0, 1.0):
        people = (one, replace(one, id=2))
        log.update(Observation(observed(t).frame, people, one.activity), MORNING + t)
    assert log.day.activity_s == {"squat": 1.0}


def test_who_has_left_is_not_counted_until_that_is_known() -> None:
    """They count as being in view for two seconds more; in a corridor that would be as long as they are seen."""
    log, hidden = DayLog(utc_date), somebody(1, hidden=True)
    for t in range(8):
        people = [at(somebody(1), t) if t < 4 else hidden] if t < 6 else []
        log.update(scene(t, *people), MORNING + t)
    assert (log.day.in_view_s, log.day.activity_s) == (3.0, {"squat": 3.0})


def test_who_was_hidden_for_a_moment_is_counted_as_if_they_were_not() -> None:
    """Another who does the same meanwhile changes nothing."""
    log, hidden = DayLog(utc_date), somebody(1, hidden=True)
    for t in range(8):
        there = hidden if t in {3, 4} else at(somebody(1), t)
        log.update(scene(t, there, at(somebody(2, "wave" if t < 6 else "squat"), t)), MORNING + t)
    assert (log.day.in_view_s, log.day.activity_s) == (7.0, {"squat": 7.0, "wave": 5.0})


def test_a_glimpse_is_nobody() -> None:
    """A person who is not settled may be a coat on a chair."""
    log, one = DayLog(utc_date), replace(observed(0.0).people[0], settled=False)
    log.update(Observation(observed(0.0).frame, (one,), one.activity), MORNING)
    assert log.day == Day(utc_date(MORNING))


def test_midnight_begins_again_and_keeps_last_times() -> None:
    """When a person was last seen is known across midnight."""
    log = log_of([(0.0, "squat"), (1.0, "squat")])
    log.roll(MORNING + DAY_S)
    assert log.day == Day(utc_date(MORNING + DAY_S), MORNING + 1.0, MORNING)


def test_a_pause_is_not_counted_whole() -> None:
    """A camera that was away for an hour says nothing of that hour; a video that starts over takes nothing back."""
    log = log_of([(0.0, "squat"), (3600.0, "squat"), (0.0, "squat")])
    assert log.day.activity_s == {"squat": LONGEST_STEP_S}


def test_a_day_is_gone_on_with() -> None:
    """After a restart, on the same day."""
    before = log_of([(0.0, "squat"), (1.0, "squat")]).day
    assert log_of([(10.0, "squat"), (11.0, "squat")], before).day.activity_s == {"squat": 2.0}


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from(["squat", "wave", UNKNOWN, NO_PERSON])), max_size=30))
def test_no_label_takes_longer_than_there_was_time(steps: list[tuple[float, str]]) -> None:
    """And no activity is longer than the time in view."""
    times = np.cumsum([step for step, _ in steps]).tolist()
    day = log_of([(t, label) for t, (_, label) in zip(times, steps, strict=True)]).day
    assert sum(day.activity_s.values()) <= day.in_view_s + 1e-9
    assert day.in_view_s <= (times[-1] - times[0] if times else 0.0) + 1e-9


def test_movement_is_noted() -> None:
    """The person who comes in has moved; one who then stays as they are has not."""
    log = log_of([(0.0, NO_PERSON), (1.0, "squat"), (2.0, "squat"), (3.0, "squat")])
    assert log.day.last_movement_s == pytest.approx(MORNING + 1.0)


def test_who_is_there_after_a_restart_has_not_moved_by_that() -> None:
    """They may have lain there all the time; who comes in later has moved, and so has anyone if nothing is known."""
    before = Day(utc_date(MORNING), MORNING - 60, MORNING - 600)
    there = [(0.0, NO_PERSON), (1.0, "squat"), (10.0, "squat")]
    assert log_of(there, before).day.last_movement_s == MORNING - 600
    assert log_of([*there[:1], (1.0, NO_PERSON), (10.0, "squat")], before).day.last_movement_s == MORNING + 10
    assert log_of(there).day.last_movement_s == MORNING + 1


def test_who_lies_still_as_the_loop_begins_again_has_not_moved() -> None:
    """A reload, a setting over MQTT, detection that is on again: numbers begin from 1 again, and another had theirs."""
    log = DayLog(utc_date)
    left, asleep = somebody(1, x=40.0), somebody(3)
    for t, people in ((0.0, [left]), (1.0, [left, asleep]), (2.0, [asleep]), (3.0, [asleep])):
        log.update(scene(t, *(at(person, t) for person in people)), MORNING + t)
    moved_s = log.day.last_movement_s
    log.update(replace(scene(100.0), known=False), MORNING + 100)
    for t in (101.0, 102.0, 103.0):
        log.update(scene(t, at(replace(asleep, id=1), t)), MORNING + t)
    assert log.day.last_movement_s == moved_s
    for t in (104.0, 105.0):
        log.update(scene(t, at(somebody(1, x=30.0), t)), MORNING + t)
    assert log.day.last_movement_s == MORNING + 105


def test_who_is_there_as_detection_is_on_again_has_not_moved_by_that() -> None:
    """As after a restart: they may have gone to bed meanwhile, and lain there for hours."""
    log = log_of([(0.0, "squat"), (1.0, NO_PERSON)])
    log.update(replace(observed(7200.0, NO_PERSON), known=False), MORNING + 7200)
    for t in (7201.0, 7210.0):
        log.update(scene(t, at(somebody(1), t)), MORNING + t)
    assert log.day.last_movement_s == MORNING


def at(person: Person, t: float) -> Person:
    """Return someone with their pose at a time."""
    return replace(person, pose=person.pose and replace(person.pose, t=t))


def test_a_clock_that_is_set_back_and_forth_costs_no_minutes() -> None:
    """A board without a battery begins with an old date: the day of before goes on when it comes again."""
    log = log_of([(0.0, "squat"), (1.0, "squat")])
    for t, wrong_s in ((2.0, -DAY_S), (3.0, -DAY_S), (4.0, 0.0), (5.0, 0.0)):
        log.update(observed(t, "squat"), MORNING + t + wrong_s)
    assert log.day.date == utc_date(MORNING)
    assert log.day.activity_s == {"squat": 3.0}


def test_last_times_follow_a_clock_that_is_set() -> None:
    """What happened while the clock was wrong is reported in the corrected time, as all else."""
    log = DayLog(utc_date)
    for t in (0.0, 1.0):
        log.update(observed(t, "squat"), MORNING + t + 30 * DAY_S)
    for t in (2.0, 3.0):
        log.update(observed(t, NO_PERSON), MORNING + t)
    assert log.day.last_seen_s == pytest.approx(MORNING + 1.0)


def test_a_clock_that_trembles_changes_nothing() -> None:
    """The last time stays to the microsecond, so that nothing is published again."""
    log = DayLog(utc_date)
    log.update(observed(0.0, "squat"), MORNING)
    for t in (1.0, 2.0, 3.0):
        log.update(observed(t, NO_PERSON), MORNING + t + 0.01 * t)
    assert log.day.last_seen_s == MORNING
