"""Promises of haredge.core.rate_limit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from haredge.core.rate_limit import RateLimit


def test_a_few_times_are_allowed_at_once_and_the_next_when_it_says() -> None:
    """Who waits as long as it says need not wait again."""
    limit = RateLimit(3, 10.0)
    assert [limit.wait_s(100.0) for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]
    assert limit.wait_s(106.0) == 4.0
    assert limit.wait_s(110.0) == 0.0


@given(st.integers(1, 5), st.lists(st.integers(0, 1000), max_size=60).map(sorted))
def test_it_is_never_more_often_in_the_long_run(burst: int, times: list[int]) -> None:
    """Whatever the times: in any stretch there are the burst, and one for each period that it has lasted."""
    limit = RateLimit(burst, 10.0)
    allowed = [now for now in times if limit.wait_s(now) == 0.0]
    for number, first in enumerate(allowed):
        for further, last in enumerate(allowed[number:], 1):
            assert further <= burst + (last - first) / 10.0
