"""Tests of making a network as sure as it is right."""

from __future__ import annotations

import numpy as np
import pytest
from extras import needs_training
from hypothesis import given
from hypothesis import strategies as st

from haredge.training.calibration import TEMPERATURES, WIDE, apply_temperature, find_temperature
from haredge.training.fit import probabilities
from haredge.training.network import NETWORKS

pytestmark = needs_training


def shares_of(logits: np.ndarray) -> np.ndarray:
    """Make probabilities (n, labels) of logits."""
    powers = np.exp(logits)
    shares: np.ndarray = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


@pytest.mark.parametrize("wanted", [0.8, 1.0, 1.5])
def test_it_finds_how_overconfident_a_network_is(wanted: float) -> None:
    """Labels drawn by the probabilities of some logits are predicted best by these, however multiplied."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 5))
    true = (shares_of(logits).cumsum(axis=1) < rng.random((len(logits), 1))).sum(axis=1).clip(max=4)
    assert find_temperature(shares_of(logits * wanted), true) == pytest.approx(wanted, abs=0.06)


def test_of_much_that_is_held_out_lower_ones_are_found_if_they_are_tried() -> None:
    """A network of mixed images and smoothed labels is far less confident than it is accurate."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 4, (20_000, 5))
    true = (shares_of(logits).cumsum(axis=1) < rng.random((len(logits), 1))).sum(axis=1).clip(max=4)
    assert find_temperature(shares_of(logits * 0.5), true, WIDE) == pytest.approx(0.5, abs=0.06)


@given(st.integers(1, 5), st.floats(0.6, 1))
def test_few_clips_make_no_network_boundlessly_sure_or_unsure(count: int, sure: float) -> None:
    """If all are correct, or all incorrect, it is divided by the least or the most that is tried."""
    shares = np.tile(np.array([[sure, 1 - sure, 0]], np.float32), (count, 1))
    assert find_temperature(shares, np.zeros(count, np.int64)) == TEMPERATURES[0]
    assert find_temperature(shares, np.full(count, 2)) == TEMPERATURES[-1]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_cooled_network_gives_the_same_answers_surer(name: str) -> None:
    """Every form is cooled in its last layer: logarithms of its probabilities grow apart, none changes place."""
    model = NETWORKS[name].make(4, None)
    encoded = np.random.default_rng(0).normal(0, 1, (8, *model.input_shape[1:])).astype(np.float32)
    before = np.log(probabilities(model, encoded))
    apply_temperature(model, 0.5)
    after = np.log(probabilities(model, encoded))
    np.testing.assert_allclose(after - after[:, :1], 2 * (before - before[:, :1]), atol=1e-3)
