"""From a checkpoint to a model folder: the choices that are made on the way."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tensorflow")

from haredge.training.pose.release import choose_threshold


def looks(first: float, second: float, count: int) -> np.ndarray:
    """Give (count, 2, 17, 3) keypoints of two looks whose scores are all the same."""
    found = np.zeros((count, 2, 17, 3), np.float32)
    found[:, 0, :, 2], found[:, 1, :, 2] = first, second
    return found


def test_the_threshold_parts_people_from_rooms() -> None:
    """It lies midway between the scores of people and those of rooms."""
    assert choose_threshold(looks(0.8, 0.7, 10), looks(0.4, 0.3, 10)) == pytest.approx(0.5, abs=0.02)


def test_both_looks_count() -> None:
    """What a room shows at the first look only is no reason for a high threshold."""
    assert choose_threshold(looks(0.8, 0.5, 10), looks(0.9, 0.3, 10)) == pytest.approx(0.4, abs=0.02)
