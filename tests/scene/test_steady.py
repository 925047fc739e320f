"""Promises of haredge.scene.steady: nothing changes that has not held for long enough."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from haredge.scene.steady import Steady


def test_a_value_changes_once_another_has_held() -> None:
    """And counts from when the other one began."""
    steady = Steady("a", 0.0, lambda _: 1.0)
    assert [steady.update("b", t) for t in (2.0, 2.5, 3.0)] == ["a", "a", "b"]
    assert steady.since == 2.0


def test_what_comes_and_goes_changes_nothing() -> None:
    """An interruption begins the wait again."""
    steady = Steady("a", 0.0, lambda _: 1.0)
    for t in range(20):
        assert steady.update("b" if t % 2 else "a", t * 0.6) == "a"


@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.sampled_from("abc")), max_size=80))
def test_between_two_changes_lies_the_time_that_the_second_must_hold(steps: list[tuple[float, str]]) -> None:
    """Whatever is wanted and when, and `since` never goes back."""
    holding = {"a": 0.5, "b": 2.0, "c": 0.0}
    steady, t, seen = Steady("a", 0.0, holding.__getitem__), 0.0, [(0.0, "a", 0.0)]
    for step_s, wanted in steps:
        t += step_s
        seen.append((t, steady.update(wanted, t), steady.since))
    changes = [after for before, after in itertools.pairwise(seen) if before[1] != after[1]]
    for changed_at, value, since in changes:
        assert changed_at - since >= holding[value] - 1e-9
    assert [since for _, _, since in changes] == sorted(since for _, _, since in changes)
