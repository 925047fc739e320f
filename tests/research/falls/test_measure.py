"""Promises of research.falls.measure: likely ranges as the tables of statistics have them."""

from __future__ import annotations

import pytest

pytest.importorskip("scipy")

from research.falls.measure import poisson


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (3, 0.619, 8.767), (10, 4.795, 18.390)]
)
def test_the_range_of_a_count(count: int, low: float, high: float) -> None:
    """Garwood's exact intervals."""
    assert poisson(count) == pytest.approx((low, high), rel=1e-3, abs=1e-6)
