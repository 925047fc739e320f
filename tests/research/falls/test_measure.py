"""Promises of research.falls.measure: likely ranges as the tables of statistics have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.falls.measure import poisson, wilson


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (3, 0.619, 8.767), (10, 4.795, 18.390)]
)
def test_the_range_of_a_count(count: int, low: float, high: float) -> None:
    """Garwood's exact intervals."""
    assert poisson(count) == pytest.approx((low, high), rel=1e-3, abs=1e-6)


@given(st.integers(1, 500), st.data())
def test_the_range_of_a_share_holds_it(trials: int, data: st.DataObject) -> None:
    """Between 0 and 1, and the less is known the wider."""
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials + 1e-9
    assert successes / trials - 1e-9 <= high <= 1
    more_low, more_high = wilson(10 * successes, 10 * trials)
    assert more_high - more_low < high - low
