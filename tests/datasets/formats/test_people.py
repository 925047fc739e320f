"""Tests of following one person from frame to frame."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from written_poses import walker

from haredge.activity.window import MAX_GAP_S
from haredge.datasets.formats.people import NO_PEOPLE, follow, gathered

HZ = 30


def times(count: int) -> list[float]:
    return [index / HZ for index in range(count)]


@given(st.integers(0, 2**32 - 1))
def test_one_person_is_followed_whatever_the_order(seed: int) -> None:
    """In every frame the people are shuffled; the larger one, chosen at first, is kept to."""
    rng = np.random.default_rng(seed)
    tall, small = (walker(30, x, tall=h).astype(np.float32) for x, h in ((300, 220), (600, 150)))
    frames = [gathered([(tall, small)[i][t] for i in rng.permutation(2)]) for t in range(30)]
    ((at, poses),) = follow(times(30), frames)
    np.testing.assert_array_equal(poses, tall)
    np.testing.assert_allclose(at, times(30))


def test_somebody_larger_who_comes_in_later_is_not_taken() -> None:
    """The person most like the pose before is the same one, not the largest."""
    first, other = walker(30, 300, tall=150).astype(np.float32), walker(30, 800, tall=400).astype(np.float32)
    frames = [gathered([first[t]] if t < 10 else [other[t], first[t]]) for t in range(30)]
    ((_, poses),) = follow(times(30), frames)
    np.testing.assert_array_equal(poses, first)


@given(st.floats(0.5, 3), st.integers(0, 2**32 - 1))
def test_people_who_cross_are_kept_apart(scale: float, seed: int) -> None:
    """The one who walks to the right goes on to the right behind another, in pixels and in shares of the image."""
    rng = np.random.default_rng(seed)
    body = walker(1, 0, tall=200).astype(np.float32)[0]
    right, left = (
        np.stack([body + np.array((x, 0, 0)) for x in np.linspace(*ends, 60)]).astype(np.float32)
        * (scale / 1000, scale / 1000, 1)
        for ends in ((200, 900), (900, 200))
    )
    right[:, :, 2] = 1.0
    left[:, :, 2] = 0.8
    frames = [gathered([(right, left)[i][t] for i in rng.permutation(2)]) for t in range(60)]
    ((_, poses),) = follow(times(60), frames)
    np.testing.assert_array_equal(poses[[0, 20, -1]], right[[0, 20, -1]])


def test_a_short_absence_is_a_gap_and_not_another_person() -> None:
    """While the followed person is out of sight for a moment, a far one is not taken for them."""
    first, far = walker(30, 300).astype(np.float32), walker(30, 1000, tall=120).astype(np.float32)
    frames = [gathered([far[t]] if 10 <= t < 15 else [first[t], far[t]]) for t in range(30)]
    ((at, poses),) = follow(times(30), frames)
    assert len(poses) == 25
    np.testing.assert_array_equal(poses, np.delete(first, range(10, 15), axis=0))
    assert np.diff(at).max() > 5 / HZ


def test_a_long_absence_ends_the_stretch() -> None:
    """No stretch has a gap that a window may not bridge; a pose by itself is none."""
    poses = walker(60).astype(np.float32)
    frames = [NO_PEOPLE if 20 <= t < 40 or t > 55 else gathered([poses[t]]) for t in range(60)]
    frames[57] = gathered([poses[57]])
    stretches = follow(times(60), frames)
    assert [len(found) for _, found in stretches] == [20, 17]
    assert all(np.diff(at).max() <= MAX_GAP_S for at, _ in stretches)
    assert follow([0.0, 1.0, 2.0], [gathered([pose]) for pose in poses[:3]]) == []


def test_people_without_a_keypoint_are_left_out() -> None:
    """An entry whose keypoints are all missing is passed over, be it first or in between."""
    poses = walker(10).astype(np.float32)
    nobody = np.zeros((17, 3), np.float32)
    frames = [gathered([nobody, poses[t]]) if t % 2 else gathered([nobody]) for t in range(10)]
    ((_, found),) = follow(times(10), frames)
    np.testing.assert_array_equal(found, poses[1::2])
    assert follow(times(2), [gathered([nobody])] * 2) == []
