"""Promises of haredge.core.interval."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from haredge.core.interval import Interval


def test_the_first_time_is_due_at_once() -> None:
    """The first news does not wait for a whole period."""
    assert Interval(30.0).due(1000.0)


@given(st.floats(0.01, 100), st.lists(st.floats(0, 1000), min_size=2).map(sorted))
def test_never_twice_within_a_period(period_s: float, times: list[float]) -> None:
    """Whatever the times, two that are due lie at least a period apart."""
    interval = Interval(period_s)
    due = [now for now in times if interval.due(now)]
    assert all(later - earlier >= period_s for earlier, later in itertools.pairwise(due))


def test_a_clock_that_runs_backwards_does_not_silence_it() -> None:
    """A file that starts again from 0 is due at once, not after it has caught up with itself."""
    interval = Interval(30.0)
    assert interval.due(1000.0)
    assert interval.due(0.0)
    assert not interval.due(1.0)
