"""Promises of haredge.falls.machine: the table, and how long a sign must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.falls.machine import TABLE, FallMachine, Signs, Times

TIMES = Times(confirm_s=5.0)
FLAGS = ("falling", "fallen", "still", "up", "found_lying", "resting", "acknowledged")


def run(machine: FallMachine, start: float, end: float, signs: Signs, step: float = 0.1) -> str:
    fall = machine.update(start, signs)
    while (start := start + step) <= end:
        fall = machine.update(start, signs)
    return fall.state


def test_every_state_has_a_way_on() -> None:
    """No state is a dead end, and what is reported can be acknowledged."""
    states = {"normal", "descending", "possible", "confirmed", "cleared"}
    assert {row.state for row in TABLE} == states
    assert {row.to for row in TABLE} == states
    for reported in ("possible", "confirmed"):
        machine = FallMachine(TIMES)
        run(machine, 0, 1, Signs(falling=True, fallen=True))
        if reported == "confirmed":
            run(machine, 1, 7, Signs(still=True))
        assert machine.fall is not None
        assert machine.fall.state == reported
        assert machine.update(8, Signs(still=True, acknowledged=True)).state == "cleared"


def test_a_sign_must_hold() -> None:
    """A person who stirs every second does not lie still for five, and one upright pose clears nothing."""
    machine = FallMachine(TIMES)
    machine.update(0.0, Signs(fallen=True))
    lying, stirring, upright = Signs(still=True), Signs(), Signs(up=True)
    signs = [lying if t % 10 else stirring if t % 20 else upright for t in range(1, 200)]
    assert {machine.update(t / 10, each).state for t, each in enumerate(signs, 1)} == {"possible"}


def test_time_without_the_person_counts_little() -> None:
    """A frame without the person neither confirms nor releases: there is no update, and the gap counts for little."""
    machine = FallMachine(TIMES)
    run(machine, 0, 1, Signs(fallen=True))
    assert machine.update(100.0, Signs(still=True)).state == "possible"
    assert machine.update(200.0, Signs(still=True)).state == "possible"
    assert machine.update(300.0, Signs(up=True)).state == "possible"


def test_a_descent_that_comes_to_nothing_is_over() -> None:
    """And was never more than descending."""
    machine = FallMachine(TIMES)
    assert run(machine, 0, 1, Signs(falling=True)) == "descending"
    assert run(machine, 1.1, 2.5, Signs()) == "normal"


def test_who_is_found_lying_is_reported_though_they_seem_to_be_on_the_way_down() -> None:
    """A descent that does not end keeps no one from being found."""
    machine = FallMachine(TIMES)
    assert run(machine, 0, 4, Signs(falling=True, found_lying=True)) == "descending"
    assert run(machine, 4.1, 6, Signs(falling=True, found_lying=True)) == "possible"


def test_who_is_up_again_may_fall_at_once() -> None:
    """The next fall is reported as soon as the one before is over; after an acknowledged one they must be up first."""
    machine = FallMachine(TIMES)
    machine.update(0.0, Signs(fallen=True))
    assert run(machine, 0.1, 1.3, Signs(up=True)) == "normal"
    assert machine.update(1.4, Signs(fallen=True)).state == "possible"
    machine.update(1.5, Signs(acknowledged=True))
    assert machine.update(1.6, Signs(fallen=True)).state == "cleared"


def test_the_reason_is_given() -> None:
    """By the table, or by the cues where it has none."""
    machine = FallMachine(TIMES)
    machine.update(0.0, Signs())
    fall = machine.update(0.3, Signs(fallen=True), lambda: "low, fast")
    assert (fall.state, fall.since, fall.why) == ("possible", 0.3, "low, fast")
    assert machine.update(0.4, Signs(acknowledged=True)).why == "acknowledged"


@given(
    st.lists(st.tuples(st.floats(0, 2), st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS})), max_size=60)
)
def test_whatever_comes_the_states_follow_the_table(steps: list[tuple[float, dict[str, bool]]]) -> None:
    """Each change is a row of the table; ``since`` is when it happened."""
    machine, t, before = FallMachine(TIMES), 0.0, "normal"
    rows = {(row.state, row.to) for row in TABLE}
    for step, signs in steps:
        t += step
        fall = machine.update(t, Signs(**signs))
        if fall.state != before:
            assert (before, fall.state) in rows
            assert fall.since == t
        before = fall.state


@pytest.mark.parametrize("confirm_s", [1.0, 30.0])
def test_a_fall_is_confirmed_after_the_time_that_is_asked_for(confirm_s: float) -> None:
    """Not before, and soon after."""
    machine = FallMachine(Times(confirm_s))
    run(machine, 0, 1, Signs(fallen=True))
    assert run(machine, 1.1, 1 + confirm_s - 0.3, Signs(still=True)) == "possible"
    assert run(machine, 1 + confirm_s, 1.6 + confirm_s, Signs(still=True)) == "confirmed"
