"""Promises of haredge.falls.baseline: who stands, and how tall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stick_figure import SIZE, Stance

from haredge.falls.baseline import STANDING, UprightSelf
from haredge.falls.body import Body
from haredge.falls.perspective import Perspective


def body(stance: Stance, t: float = 0.0) -> Body:
    return Body.of(stance.pose(t), SIZE[0])


def someone() -> UprightSelf:
    return UprightSelf(Perspective(SIZE[0]))


def test_who_stands_teaches_how_tall_people_are() -> None:
    """Before, it is a guess by the torso; afterwards the height that was seen."""
    person = someone()
    assert person.height(body(Stance())) is None
    person.learn(body(Stance(sunk=0.6)))
    before = person.guessed
    person.learn(body(Stance()))
    assert (before, person.guessed) == (True, False)
    standing = body(Stance())
    assert person.height(standing) == pytest.approx(standing.height, rel=0.02)


@given(share=st.floats(0.3, STANDING - 0.05), guessed=st.booleans())
def test_who_is_much_shorter_than_they_stand_does_not_stand(share: float, guessed: bool) -> None:
    """Be their own height known or guessed: an upright torso may be one that lies towards the camera."""
    person = someone()
    person.learn(body(Stance(sunk=0.5) if guessed else Stance()))
    short = body(Stance(tall=200 * share))
    expected = person.height(short)
    assert expected
    if short.height < STANDING * expected:
        assert not person.stands(short)
        person.learn(short)
        assert person.guessed == guessed
        assert guessed or person.height(short) == expected


def test_a_child_who_comes_in_after_adults_stands() -> None:
    """Of who has not been seen standing yet, the room says little."""
    room = Perspective(SIZE[0])
    adult, child = UprightSelf(room), UprightSelf(room)
    for index in range(20):
        adult.learn(body(Stance(), index / 8))
    small = body(Stance(tall=110), 3.0)
    assert child.stands(small)
    for index in range(20):
        child.learn(body(Stance(tall=110), 3 + index / 8))
    assert child.height(small) == pytest.approx(small.height, rel=0.25)
