"""Promises of haredge.synthetic.floor and of the further ways of falling: bodies that can be, where they should be."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.synthetic.falls import OTHER_FALLS, falling_lying_rising
from haredge.synthetic.floor import PASSAGES
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.motion import Motion
from haredge.synthetic.skeleton import CLEAR_M, HEAD, HIPS, Bones, Floats

BONES, RATE_HZ = Bones.of(1.75), 20.0


def played(motion: Motion, seconds: float) -> Floats:
    return np.stack([joints_of(motion(index / RATE_HZ), BONES) for index in range(int(seconds * RATE_HZ) + 1)])


def plausible(joints: Floats) -> bool:
    """Whether no joint is faster than a body's can be, or below the floor, where it lies when the body rests on it."""
    speed = np.linalg.norm(np.diff(joints, axis=0), axis=2) * RATE_HZ
    return bool(speed.max() < 12 and joints[..., 1].min() >= 0 and (joints[..., 1] - CLEAR_M).min() > -0.06)


@pytest.mark.parametrize("way", OTHER_FALLS)
@pytest.mark.parametrize("seed", [0, 3])
def test_each_fall_ends_on_the_floor_and_is_got_up_from(way: str, seed: int) -> None:
    """Head and hips lie low and still, and at the end the person stands."""
    down, still, up = falling_lying_rising(np.random.default_rng(seed), way)
    falling, lying, rising = played(down, down.end_s), played(still, 1.0), played(up, 3.5)
    assert plausible(falling)
    assert plausible(rising)
    assert falling[-1, [HEAD, *HIPS], 1].max() < 0.45
    np.testing.assert_allclose(falling[-1, HEAD], lying[0, HEAD], atol=0.1)
    assert rising[-1, HEAD, 1] > 1.5


@pytest.mark.parametrize("word", PASSAGES)
@pytest.mark.parametrize("seed", [0, 1])
def test_each_passage_leads_from_standing_to_standing(word: str, seed: int) -> None:
    """By way of a head that is lower than a person's who sits, and without a jump from one motion to the next."""
    parts = [
        (played(motion, seconds), label) for label, motion, seconds in PASSAGES[word](np.random.default_rng(seed), 3.0)
    ]
    assert all(plausible(joints) for joints, _ in parts)
    assert parts[0][0][0, HEAD, 1] > 1.5
    assert parts[-1][0][-1, HEAD, 1] > 1.5
    assert min(joints[:, HEAD, 1].min() for joints, _ in parts) < 1.2
    assert parts[-1][1] == "getting_up"
