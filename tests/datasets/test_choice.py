"""Promises of who is recorded, of several people."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from crowd import skeleton
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.window import MAX_GAP_S
from haredge.core.types import Pose
from haredge.datasets.choice import RULES, PersonRule, Tracks, chosen

HZ = 15


def stay(x: float, tall: float, start: int, end: int, track: int) -> list[Pose]:
    """Return the poses of a person who stands somewhere from one frame to another."""
    return [Pose(index / HZ, skeleton(x, 200, tall), track) for index in range(start, end)]


def who(tracks: Tracks, rule: PersonRule, frames: int = 60) -> list[set[int]]:
    return [{pose.track for pose in poses} for poses in chosen(tracks, rule, frames)]


SCENE: Tracks = {
    1: stay(400, 100, 0, 60, 1),
    2: stay(100, 220, 0, 40, 2),
    3: stay(600, 150, 10, 55, 3),
    4: stay(10, 900, 20, 22, 4),
}
"""One who is there longest, one who is largest, one at the right, and a glimpse of something at the left."""


@pytest.mark.parametrize(
    ("rule", "people"),
    [
        ("largest", [{2}]),
        ("longest", [{1}]),
        ("left", [{2}]),
        ("right", [{3}]),
        ("all", [{2}, {1}, {3}]),
    ],
)
def test_each_rule_chooses_its_person(rule: PersonRule, people: list[set[int]]) -> None:
    """All are in order from left to right; a glimpse is neither the one at the left nor a person of their own."""
    assert who(SCENE, rule) == people


def test_while_the_person_is_away_it_is_the_next() -> None:
    """As haredge has always recorded; but never so soon that a window would hold poses of both."""
    first, soon, later = stay(100, 200, 0, 20, 1), stay(300, 150, 22, 60, 2), stay(300, 150, 30, 60, 3)
    assert who({1: first, 3: later}, "left") == [{1, 3}]
    assert who({1: first, 2: soon}, "left") == [{1}]


def test_no_person_no_choice() -> None:
    """Whatever the rule."""
    assert all(chosen({}, rule, 10) == [] for rule in RULES)


stays = st.lists(st.tuples(st.floats(0, 640), st.floats(1, 480), st.integers(0, 90), st.integers(1, 40)), max_size=8)


@given(stays, st.sampled_from(sorted(RULES)))
def test_poses_of_two_people_never_meet(people: list[tuple[float, float, int, int]], rule: PersonRule) -> None:
    """Times grow, and between poses of different people lies more than a window bridges; someone is always recorded."""
    tracks = {
        number: stay(x, tall, start, start + count, number) for number, (x, tall, start, count) in enumerate(people, 1)
    }
    found = chosen(tracks, rule, 1)
    assert bool(found) == bool(people)
    for poses in found:
        assert (np.diff([pose.t for pose in poses]) > 0).all()
        assert all(b.t - a.t > MAX_GAP_S for a, b in pairwise(poses) if a.track != b.track)
    assert rule == "all" or len(found) <= 1
