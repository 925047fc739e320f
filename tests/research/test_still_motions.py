"""People who keep still, out of motion capture."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.datasets.motions import Motion
from haredge.datasets.stances import stances
from haredge.training import synthetic_motions as drawn
from haredge.training.stills import IN_ACTION, SWAY_M
from research.still_motions import still_motions


@pytest.fixture(scope="module")
def motions() -> list[Motion]:
    return drawn.draw_motions(2, seed=5)


def test_they_stand_sit_and_lie(motions: list[Motion]) -> None:
    """As many of each as was asked for, in the stance that their label names, by the people who moved."""
    still = still_motions(motions, 4)
    assert sorted(motion.label for motion in still) == sorted(["standing", "sitting", "lying"] * 4)
    assert {motion.subject for motion in still} <= {motion.subject for motion in motions}
    assert all(stances(motion.joints[:1])[0].value == motion.label for motion in still)


def test_they_hardly_move(motions: list[Motion]) -> None:
    """No person goes anywhere in three seconds."""
    for motion in still_motions(motions, 4):
        assert np.linalg.norm(motion.joints[-1] - motion.joints[0], axis=-1).mean() < 6 * SWAY_M
        assert np.abs(motion.joints[-1] - motion.joints[0]).max() > 0


def test_nobody_keeps_still_in_a_push_up(motions: list[Motion]) -> None:
    """Postures of what is done in such a stance are left out; of nothing else there is nothing."""
    assert still_motions([motion for motion in motions if motion.label in IN_ACTION], 4) == []
