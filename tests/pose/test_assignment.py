"""Optimal assignment."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from haredge.pose.assignment import best_pairs

Worth = np.ndarray

worths = st.tuples(st.integers(0, 5), st.integers(0, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(-3, 9).map(float))
)


def total(worth: Worth, pairs: list[tuple[int, int]]) -> float:
    return float(sum(worth[pair] for pair in pairs))


@given(worths)
def test_no_other_assignment_is_worth_more(worth: Worth) -> None:
    """Each row and column is used once at most, no pair costs anything, and no choice of pairs is worth more."""
    pairs = best_pairs(worth)
    rows, columns = worth.shape
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(worth[pair] > 0 for pair in pairs)
    gains = np.maximum(worth if rows <= columns else worth.T, 0)
    best = max(
        gains[range(len(gains)), list(chosen)].sum() for chosen in permutations(range(gains.shape[1]), len(gains))
    )
    assert total(worth, pairs) == pytest.approx(best)


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 30))
def test_it_is_as_good_as_scipys(seed: int, rows: int, columns: int) -> None:
    """For a crowd, too, the assignment is worth as much as SciPy's."""
    scipy = pytest.importorskip("scipy.optimize")
    worth = np.random.default_rng(seed).normal(size=(rows, columns))
    gains = np.maximum(worth, 0)
    theirs = gains[scipy.linear_sum_assignment(gains, maximize=True)].sum()
    assert total(worth, best_pairs(worth)) == pytest.approx(theirs)
