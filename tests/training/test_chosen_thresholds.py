"""Tests of choosing thresholds."""

from __future__ import annotations

import numpy as np

from haredge.training import thresholds


def test_each_label_gets_the_least_threshold_that_is_right_often_enough() -> None:
    """A label that is right whenever given gets the least; one that is right only when very sure a high one."""
    sure = np.linspace(0.5, 0.9, 200)
    safe = np.stack([sure, 1 - sure, 0 * sure], axis=1)
    risky = np.stack([1 - sure, sure, 0 * sure], axis=1)
    true = np.concatenate([np.zeros(200, int), np.where(sure > 0.69, 1, 2)])
    chosen = thresholds.choose(("safe", "risky", "never"), np.concatenate([safe, risky]).astype(np.float32), true)
    assert chosen["safe"] == thresholds.GRID[0]
    assert 0.6 < chosen["risky"] <= 0.7
    assert chosen["never"] == thresholds.GRID[-1]


def test_a_label_may_have_a_threshold_of_its_own() -> None:
    """What examples misjudge is believed from there on, and the others as before."""
    sure = np.linspace(0.5, 0.9, 50)
    shares = np.concatenate([np.stack([sure, 1 - sure], axis=1), np.stack([1 - sure, sure], axis=1)]).astype(np.float32)
    true = np.repeat([0, 1], 50)
    assert thresholds.choose(("kind", "plain"), shares, true, 0.6, {"kind": 0.85}) == {"kind": 0.85, "plain": 0.6}


def test_sensitivities_keep_their_order() -> None:
    """What is reported at a low sensitivity is reported at a normal one, and that at a high one: for every label."""
    rng = np.random.default_rng(3)
    true = rng.integers(0, 3, 3000)
    shares = rng.dirichlet((0.4, 0.4, 0.4), 3000) * 0.5
    shares[np.arange(3000), true] += 0.5
    shares[:300] = shares[rng.permutation(300)]
    labels = ("a", "b", "c")
    normal = thresholds.choose(labels, shares.astype(np.float32), true, own={"c": 0.7})
    others = thresholds.choose_others(labels, shares.astype(np.float32), true, thresholds.GRID[0], normal)
    assert set(others) == {"low", "high"}
    for label in labels:
        assert others["high"][label] <= normal[label] <= others["low"][label]
