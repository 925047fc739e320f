"""From a checkpoint to a model folder: the choices that are made on the way."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tensorflow")

from research.pose.release import anywhere, choose_threshold, least_presence


def test_the_threshold_parts_people_from_rooms() -> None:
    """It lies midway between the scores of people and those of rooms, and the fewest are on the wrong side."""
    people, rooms = np.full(100, 0.7), np.full(50, 0.3)
    assert choose_threshold(people, rooms) == pytest.approx(0.5, abs=0.02)
    people[0], rooms[:10] = 0.25, 0.4
    assert choose_threshold(people, rooms) == pytest.approx(0.55, abs=0.02)


def test_the_lower_of_two_passes_counts() -> None:
    """What a room shows at the first look only is no reason for a high threshold."""
    passes = np.zeros((3, 2, 17, 3), np.float32)
    passes[:, 0, :, 2], passes[:, 1, :, 2] = 0.9, 0.3
    assert least_presence(passes) == pytest.approx([0.3] * 3)


def test_a_crop_anywhere_is_inside_the_room() -> None:
    """Every region lies in the image, and is not empty."""
    rng, room = np.random.default_rng(0), np.zeros((120, 160, 3), np.uint8)
    for region in (anywhere(room, rng) for _ in range(200)):
        assert 0 <= region.left < region.right <= 160
        assert 0 <= region.top < region.bottom <= 120
