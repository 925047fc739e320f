"""People who keep still."""

from __future__ import annotations

import numpy as np

from haredge.training.stills import swaying


def test_bodies_sway_each_by_its_own_amount() -> None:
    """Of a hundred bodies some hardly sway and some do."""
    bodies = np.zeros((100, 9, 13, 3), np.float32)
    moved = np.abs(swaying(bodies, np.random.default_rng(0))).mean(axis=(1, 2, 3))
    assert moved.min() < 0.1 * moved.max()
