"""Promises of haredge.falls.perspective and haredge.falls.baseline: how tall a person would stand where."""

from __future__ import annotations

import pytest
from stick_figure import Stance

from haredge.falls.baseline import UprightSelf, stands
from haredge.falls.body import Body
from haredge.falls.perspective import Perspective


def body(stance: Stance) -> Body:
    return Body.of(stance.pose(0.0), 480)


def test_nothing_is_known_of_a_room_in_which_no_one_has_stood() -> None:
    """Rather than a guess."""
    assert Perspective(480).height(300) is None


def test_the_room_is_learned_from_those_who_walk_in_it() -> None:
    """After a walk from near to far the height is known in between, and beyond."""
    room = Perspective(480)
    for feet in range(250, 450, 4):
        room.learn(feet, 0.9 * (feet - 150))
    for feet in (240, 300, 460):
        assert room.height(feet) == pytest.approx(0.9 * (feet - 150), rel=0.05)


def test_before_anyone_has_walked_people_are_expected_smaller_farther_away() -> None:
    """By what cameras in rooms have in common."""
    room = Perspective(480)
    room.learn(400, 200)
    far, near = room.height(350), room.height(450)
    assert far is not None
    assert near is not None
    assert far < 200 < near


def test_only_a_body_that_is_upright_from_head_to_foot_counts() -> None:
    """Not one that lies, bends, sits, or is cut off by the image's edge."""
    assert stands(body(Stance()))
    for other in (Stance(tilt=90), Stance(bend=80), Stance(sunk=0.6), Stance(feet=478)):
        assert not stands(body(other))


def test_a_short_person_stays_short_at_any_distance() -> None:
    """A person's own size is beside what the room expects of anyone."""
    room = Perspective(480)
    for feet in range(250, 450, 4):
        room.learn(feet, 0.9 * (feet - 150))
    child = UprightSelf(room)
    for _ in range(20):
        child.learn(body(Stance(feet=390, tall=120)))
    expected = child.height(body(Stance(feet=290, tilt=90)))
    assert expected is not None
    assert expected < 0.85 * 0.9 * (300 - 150)
