"""Tests of what differs between people and rooms."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.features import JOINTS
from haredge.training.variety import mirrored, paces, rebuilt, warped

SEEDS = st.integers(0, 2**32 - 1)
BONES = [
    (JOINTS.index(f"{side}_{start}"), JOINTS.index(f"{side}_{end}"))
    for start, end in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
    for side in ("left", "right")
]


def windows(count: int = 64) -> np.ndarray:
    """Scatter joints in windows of nine poses; the same in every pose."""
    places = np.random.default_rng(3).normal(0, 1, (count, 1, 13, 2)).astype(np.float32)
    return np.repeat(places, 9, axis=1)


def lengths(places: np.ndarray) -> np.ndarray:
    """Measure the limbs' bones, left and right in turn: (m, poses, 8)."""
    return np.stack([np.linalg.norm(places[:, :, b] - places[:, :, a], axis=-1) for a, b in BONES], axis=-1)


def test_half_of_the_windows_are_mirrored_with_their_sides_swapped() -> None:
    """A mirrored left wrist is a right wrist at minus x; the other windows stay as they are."""
    places, scores = windows(400), np.ones((400, 9, 13), np.float32)
    scores[:, :, JOINTS.index("left_wrist")] = 0
    turned, left = mirrored(places, scores, np.random.default_rng(0))
    flipped = left[:, 0, JOINTS.index("right_wrist")] == 0
    assert 150 < flipped.sum() < 250
    np.testing.assert_array_equal(turned[~flipped], places[~flipped])
    np.testing.assert_array_equal(
        turned[flipped][:, :, JOINTS.index("right_wrist"), 0], -places[flipped][:, :, JOINTS.index("left_wrist"), 0]
    )


def test_warping_moves_no_pose_against_another() -> None:
    """A camera that is a little askew is askew in the same way for the whole window."""
    places = windows()
    askew = warped(places, np.random.default_rng(0))
    assert not np.allclose(askew, places)
    np.testing.assert_allclose(askew, askew[:, :1].repeat(9, axis=1), atol=1e-6)


@given(SEEDS)
def test_a_rebuilt_body_has_other_bones_that_stay_alike_left_and_right(seed: int) -> None:
    """Each kind of bone is longer or shorter by one factor: in every pose, on both sides."""
    places = np.random.default_rng(seed).normal(0, 1, (8, 9, 13, 2)).astype(np.float32)
    factors = lengths(rebuilt(places, np.random.default_rng(seed), bearing=0)) / lengths(places)
    assert not np.allclose(factors, 1, atol=1e-3)
    for kind in range(0, len(BONES), 2):
        both = factors[..., kind : kind + 2]
        np.testing.assert_allclose(both, both[:, :1, :1].repeat(9, axis=1).repeat(2, axis=2), rtol=1e-2)


@given(SEEDS)
def test_another_bearing_turns_limbs_and_lengthens_none(seed: int) -> None:
    """A limb that hangs otherwise is as long as before, and what it hangs from has not moved."""
    places = np.random.default_rng(seed).normal(0, 1, (8, 9, 13, 2)).astype(np.float32)
    turned = rebuilt(places, np.random.default_rng(seed), length=0)
    np.testing.assert_allclose(lengths(turned), lengths(places), rtol=1e-2, atol=1e-4)
    trunk = [JOINTS.index(name) for name in ("head", "left_shoulder", "right_shoulder", "left_hip", "right_hip")]
    np.testing.assert_allclose(turned[:, :, trunk], places[:, :, trunk], atol=1e-5)
    assert not np.allclose(turned, places, atol=1e-3)


def test_a_body_rebuilt_by_nothing_is_the_same_and_its_hips_never_move() -> None:
    """Both amounts can be nought; the middle of the hips stays where it was, whatever they are."""
    places, hips = windows(), [JOINTS.index("left_hip"), JOINTS.index("right_hip")]
    np.testing.assert_allclose(rebuilt(places, np.random.default_rng(0), 0, 0), places, atol=1e-6)
    other = rebuilt(places, np.random.default_rng(0))
    np.testing.assert_allclose(other[:, :, hips].mean(axis=2), places[:, :, hips].mean(axis=2), atol=1e-5)


@given(SEEDS, st.floats(0, 0.99))
def test_a_window_of_any_pace_runs_from_its_beginning_to_its_end(seed: int, hurry: float) -> None:
    """Time goes forwards, from 0 to 1, and no moment is faster than was allowed."""
    at = paces(32, 9, np.random.default_rng(seed), hurry)
    np.testing.assert_allclose(at[:, [0, -1]], np.tile([0.0, 1.0], (32, 1)), atol=1e-12)
    steps = np.diff(at, axis=1) * 8
    assert steps.min() >= 1 - hurry - 1e-9
    assert steps.max() <= 1 + hurry + 1e-9


def test_the_same_seed_gives_the_same() -> None:
    """Training can be repeated."""
    one, two = (np.random.default_rng(5) for _ in range(2))
    np.testing.assert_array_equal(rebuilt(windows(), one), rebuilt(windows(), two))
    np.testing.assert_array_equal(paces(9, 9, one), paces(9, 9, two))
