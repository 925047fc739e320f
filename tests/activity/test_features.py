"""Tests of the encoding of windows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity import features
from haredge.activity.window import LENGTH
from haredge.core.keypoints import INDEX, MIRROR
from haredge.core.types import SEEN_SCORE


def random_window(seed: int) -> np.ndarray:
    """Scatter keypoints over an image, some of them unseen; hypothesis picks the seed, as arrays are slow to draw."""
    rng = np.random.default_rng(seed)
    window = rng.uniform(0, 1, (LENGTH, 17, 3)) * (640, 480, rng.choice([0.3, 1, 2]))
    return window.astype(np.float32)


windows = st.integers(0, 2**32 - 1).map(random_window)


def walker() -> np.ndarray:
    """Draw a standing body that moves to the right, 100 px of torso, all of it seen."""
    keypoints = np.ones((17, 3), np.float32)
    heights = {"shoulder": 0, "elbow": 60, "wrist": 110, "hip": 100, "knee": 185, "ankle": 265}
    for name, index in INDEX.items():
        side, _, part = name.partition("_")
        keypoints[index, 0] = 300 + {"left": 20, "right": -20}.get(side, 0)
        keypoints[index, 1] = 100 + heights.get(part, -40)
    window = np.repeat(keypoints[None], LENGTH, axis=0)
    window[:, :, 0] += 10 * np.arange(LENGTH)[:, None]
    return window


def places(encoded: np.ndarray) -> np.ndarray:
    return encoded[..., :26].reshape(*encoded.shape[:-1], 13, 2)


@given(st.lists(windows, min_size=1, max_size=4))
def test_a_window_and_a_batch_are_encoded_bit_for_bit_alike(batch: list[np.ndarray]) -> None:
    """Training encodes batches, the daemon single windows: not a bit may differ, whatever the leading axes."""
    stacked = np.stack(batch)
    single = np.stack([features.encode(window) for window in batch])
    np.testing.assert_array_equal(features.encode(stacked), single)
    np.testing.assert_array_equal(features.encode(stacked[None]), single[None])


def test_many_windows_are_encoded_as_each_alone() -> None:
    """A batch of a thousand, laid out in memory in another order, is encoded as its windows alone."""
    batch = np.random.default_rng(0).uniform(0, 1, (1000, LENGTH, 17, 3)).astype(np.float32)
    single = np.stack([features.encode(window) for window in batch])
    np.testing.assert_array_equal(features.encode(batch), single)
    np.testing.assert_array_equal(features.encode(np.asfortranarray(batch)), single)


@given(windows, st.floats(-500, 500), st.floats(-500, 500), st.floats(0.2, 5))
def test_moving_and_scaling_the_picture_changes_nothing(
    window: np.ndarray, right_px: float, down_px: float, zoom: float
) -> None:
    """Where a person stands in the image, and how large the image is, does not matter."""
    encoded = features.encode(window)
    moved = window.astype(np.float64)
    moved[..., :2] = moved[..., :2] * zoom + (right_px, down_px)
    if np.abs(encoded).max() < 3.9:
        np.testing.assert_allclose(features.encode(moved), encoded, atol=5e-3)


@given(windows)
def test_a_mirrored_picture_gives_mirrored_features(window: np.ndarray) -> None:
    """Mirroring swaps the two sides' joints and turns x round, and does nothing else."""
    mirrored = window[:, list(MIRROR)].copy()
    mirrored[..., 0] = -mirrored[..., 0]
    swap = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11]
    expected = places(features.encode(window))[:, swap] * (-1, 1)
    np.testing.assert_allclose(places(features.encode(mirrored)), expected, atol=1e-4)


@given(windows)
def test_features_are_finite_and_within_limits(window: np.ndarray) -> None:
    """Whatever the poses, the numbers are finite, and lie within the limits that the int8 input spans."""
    encoded = features.encode(window)
    assert encoded.shape == (LENGTH, features.SIZE)
    assert encoded.dtype == np.float32
    assert np.isfinite(encoded).all()
    assert np.abs(encoded).max() <= 4


@given(windows, st.floats(-1e6, 1e6))
def test_the_place_of_an_unseen_keypoint_means_nothing(window: np.ndarray, far: float) -> None:
    """A keypoint below the score has no influence, wherever the network put it, be it NaN."""
    unseen = window[..., 2] < SEEN_SCORE
    moved = window.copy()
    moved[unseen, :2] = far
    np.testing.assert_array_equal(features.encode(moved), features.encode(window))
    moved[unseen, :2] = np.nan
    np.testing.assert_array_equal(features.encode(moved), features.encode(window))


def test_the_scale_is_the_length_of_the_torso() -> None:
    """For a body of ordinary proportions one unit is the torso, and the origin is the torso's mean place."""
    encoded = places(features.encode(walker()))
    left_hip, left_shoulder = features.JOINTS.index("left_hip"), features.JOINTS.index("left_shoulder")
    np.testing.assert_allclose(encoded[:, left_hip, 1] - encoded[:, left_shoulder, 1], 1, atol=0.02)
    np.testing.assert_allclose(encoded[:, [1, 2, 7, 8]].mean(axis=(0, 1)), 0, atol=1e-6)


def test_the_motion_of_the_whole_body_is_kept() -> None:
    """One origin serves the whole window: a body that walks through the image walks in the features too."""
    across = places(features.encode(walker()))[:, :, 0].mean(axis=1)
    np.testing.assert_allclose(np.diff(across), 0.1, atol=0.005)


def test_a_missing_joint_stays_where_it_was_seen_and_is_marked() -> None:
    """A wrist lost for three poses waits at its last place, and the mask says when it was seen."""
    window = walker()
    window[3:6, INDEX["left_wrist"], 2] = SEEN_SCORE / 2
    encoded, wrist = features.encode(window), features.JOINTS.index("left_wrist")
    np.testing.assert_array_equal(encoded[:, 52 + wrist], [1, 1, 1, 0, 0, 0, 1, 1, 1])
    assert len(set(places(encoded)[2:6, wrist, 0].tolist())) == 1


def test_a_joint_that_is_never_seen_is_at_the_origin() -> None:
    """Legs behind a table are at the origin in every pose, and do not move."""
    window = walker()
    window[:, 13:, 2] = 0
    encoded = features.encode(window)
    assert not places(encoded)[:, 9:].any()
    assert not encoded[:, 26:52].reshape(LENGTH, 13, 2)[:, 9:].any()


def test_a_window_without_any_keypoint_is_encoded_as_nothing() -> None:
    """Nothing seen is all zeros, not a division by zero."""
    assert not features.encode(np.zeros((LENGTH, 17, 3), np.float32)).any()


@pytest.mark.parametrize("shape", [(17, 3), (LENGTH, 13, 3), (LENGTH, 17, 2)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    """Thirteen joints, or keypoints without scores, are refused and not guessed at."""
    with pytest.raises(ValueError, match="17, 3"):
        features.encode(np.zeros(shape, np.float32))
