"""Tests of the noise that stands for a pose network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.training import noise
from haredge.training.noise import Noise, seen_by_a_network

NONE = Noise((1e-9, 2e-9), bias=0, stray=0, lost=0, limb_hidden=0, guessed=0, swapped=0, cut_off=0, held=0)


def windows(count: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Scatter joints in windows of nine poses; the same in every pose."""
    places = np.random.default_rng(3).normal(0, 1, (count, 1, 13, 2)).astype(np.float32)
    return np.repeat(places, 9, axis=1), np.ones((count, 9, 13), np.float32)


@given(st.integers(0, 2**32 - 1))
def test_noise_keeps_shapes_and_invents_no_joint(seed: int) -> None:
    """Whatever is drawn, places stay finite, and a joint that was not seen does not become seen."""
    places, scores = windows(8)
    scores[:, :, 4] = 0
    noisy, left = seen_by_a_network(places, scores, np.random.default_rng(seed))
    assert noisy.shape == places.shape
    assert np.isfinite(noisy).all()
    assert noisy.dtype == np.float32
    assert set(np.unique(left)) <= {0.0, 1.0}
    assert not left[:, :, 4].any()


def test_the_same_seed_gives_the_same_noise() -> None:
    """Training can be repeated."""
    one, two = (seen_by_a_network(*windows(), np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_no_noise_changes_nothing() -> None:
    """With every amount at nought the joints stay where they are."""
    places, scores = windows()
    clean, left = seen_by_a_network(places, scores, np.random.default_rng(0), NONE)
    np.testing.assert_allclose(clean, places, atol=1e-6)
    np.testing.assert_array_equal(left, scores)


@pytest.mark.parametrize(
    ("kind", "changes_places", "changes_scores"),
    [
        ({"jitter": (0.05, 0.06)}, True, False),
        ({"bias": 0.1}, True, False),
        ({"stray": 0.5}, True, False),
        ({"swapped": 1.0}, True, False),
        ({"guessed": 1.0}, True, False),
        ({"lost": 0.5}, False, True),
        ({"limb_hidden": 1.0}, False, True),
        ({"cut_off": 1.0}, True, True),
    ],
)
def test_each_kind_of_error_does_what_it_says(kind: dict[str, Any], changes_places: bool, changes_scores: bool) -> None:
    """Displacements leave the scores alone, and losses the places."""
    places, scores = windows()
    noisy, left = seen_by_a_network(places, scores, np.random.default_rng(0), replace(NONE, **kind))
    assert (not np.allclose(noisy, places, atol=1e-6)) == changes_places
    assert (not np.array_equal(left, scores)) == changes_scores


def test_lengths_of_noise_follow_the_size_of_the_body() -> None:
    """A body twice as large in the image gets twice the displacement, and so the same features."""
    places, scores = windows()
    small, _ = seen_by_a_network(places, scores, np.random.default_rng(1))
    large, _ = seen_by_a_network(places * 2, scores, np.random.default_rng(1))
    np.testing.assert_allclose(large, small * 2, atol=1e-5)


def test_the_size_of_a_body_is_its_height_or_width() -> None:
    """A person who lies is as large as a person who stands."""
    standing = np.zeros((1, 9, 13, 2), np.float32)
    standing[..., 12, 1] = 170
    np.testing.assert_array_equal(noise.body_size(standing), [170])
    np.testing.assert_array_equal(noise.body_size(standing[..., ::-1]), [170])
