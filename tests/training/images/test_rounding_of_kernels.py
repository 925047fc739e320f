"""Corrected biases keep the mean of every channel where rounding the kernels would have moved it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from haredge.training.images.rounding import MOST, offset, rounded

seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("depthwise", [False, True])
@given(seeds)
def test_means_stay_where_they_were(depthwise: bool, seed: int) -> None:
    """Of kernels of one pixel, for which no border counts."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(1, 2, (50, 6)).astype(np.float32)
    kernel = rng.normal(0, 1, (1, 1, 6, 1 if depthwise else 4)).astype(np.float32)

    def means(of: NDArray[np.float32]) -> NDArray[np.float32]:
        outputs = inputs * of[0, 0, :, 0] if depthwise else inputs @ of[0, 0]
        return np.asarray(outputs.mean(axis=0))

    back = offset(kernel, inputs.mean(axis=0), depthwise=depthwise)
    np.testing.assert_allclose(means(rounded(kernel, depthwise=depthwise)) + back, means(kernel), atol=1e-4)


@given(seeds, st.booleans())
def test_no_weight_moves_by_more_than_half_a_step(seed: int, depthwise: bool) -> None:
    """A step is the 127th part of the largest weight of the channel; rounding again changes nothing."""
    kernel = np.random.default_rng(seed).normal(0, 1, (3, 3, 5, 1 if depthwise else 4)).astype(np.float32)
    steps = np.abs(kernel).max(axis=(0, 1, 3) if depthwise else (0, 1, 2), keepdims=True) / MOST
    once = rounded(kernel, depthwise=depthwise)
    assert (np.abs(once - kernel) <= steps * 0.501).all()
    np.testing.assert_allclose(rounded(once, depthwise=depthwise), once, atol=1e-6)


def test_a_channel_without_weights_stays_so() -> None:
    """Published weights have some; nothing is divided by zero."""
    kernel = np.zeros((1, 1, 3, 2), np.float32)
    assert not rounded(kernel, depthwise=False).any()
    assert not offset(kernel, np.ones(3, np.float32), depthwise=False).any()
