"""Promises of haredge.core.step: what passes between two times counts, up to a bound."""

from hypothesis import given
from hypothesis import strategies as st

from haredge.core.step import Step


@given(st.floats(0.1, 10), st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_no_step_is_negative_or_longer_than_the_bound(longest_s: float, times: list[float]) -> None:
    """Whatever the clock does; the first time is no step."""
    step = Step(longest_s)
    steps = [step.to(t) for t in times]
    assert steps[0] == 0
    assert all(0 <= each <= longest_s for each in steps)


@given(st.lists(st.integers(0, 9), min_size=1))
def test_steps_add_up(steps: list[int]) -> None:
    """As long as none is longer than the bound."""
    step, t, total = Step(9.0), 100.0, 0.0
    step.to(t)
    for each in steps:
        t += each
        total += step.to(t)
    assert total == sum(steps)
