"""Promises of likely ranges: they hold the share, and are Wilson's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.evaluation.ranges import likely_range, with_range


@given(st.integers(1, 5000), st.data())
def test_the_likely_range_holds_the_share(count: int, data: st.DataObject) -> None:
    """It lies from 0 to 1, holds the share given, and ten times the clips make it narrower."""
    share = data.draw(st.integers(0, count)) / count
    low, high = likely_range(share, count)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    assert high - low > 0
    closer = likely_range(share, 10 * count)
    assert closer[1] - closer[0] < high - low


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(8, 10, 0.490, 0.943), (10, 10, 0.722, 1.0), (81, 263, 0.255, 0.366)]
)
def test_the_likely_range_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    """As worked out manually, and for 81 of 263 as Newcombe (Statistics in Medicine 17, 1998) gives it."""
    assert likely_range(right / of, of) == pytest.approx((low, high), abs=6e-4)


def test_a_share_is_said_with_its_range() -> None:
    """So that ten clips are not mistaken for a proof."""
    assert with_range(0.8, 10) == "80.0% of 10 clips right (likely 49% to 94%)"
