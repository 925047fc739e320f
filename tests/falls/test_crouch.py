"""Promises of haredge.falls.crouch: who is low on their feet or knees is distinguished from who lies."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from stick_figure import SIZE, Stance

from haredge.core.types import Box
from haredge.falls.body import Body, Point
from haredge.falls.crouch import PATIENCE_S, Crouch, crouches

TALL: float = 100.0


def body(hips: float, torso: float, *, ankles_aside: float = 0.0, shins: float = 0.1, t: float = 0.0) -> Body:
    """Return a narrow body, in shares of its standing height: its hips so high, its torso so long, over its feet."""
    middle, floor = 160.0, 200.0
    high = floor - TALL * hips
    return Body(
        t,
        Box(middle - 15, floor - 45, middle + 15, floor),
        head=None,
        shoulders=Point(middle, high - TALL * torso),
        hips=Point(middle, high),
        knees=Point(middle, floor - TALL * shins),
        ankles=Point(middle + TALL * ankles_aside, floor),
        cut=False,
        clarity=0.5,
    )


@given(tall=st.floats(60, 300), sunk=st.floats(0.3, 0.6))
def test_who_squats_crouches_and_who_lies_across_the_view_does_not(tall: float, sunk: float) -> None:
    """Near and far; on the floor to either side, all of the body is wide."""
    squats, left, right = (
        Body.of(replace(stance, tall=tall).pose(0.0), SIZE[0])
        for stance in (Stance(sunk=sunk), Stance(tilt=90), Stance(tilt=-90))
    )
    assert crouches(squats, tall)
    assert not crouches(left, tall)
    assert not crouches(right, tall)


def test_who_lies_towards_the_camera_does_not_crouch() -> None:
    """They are narrow as well, but little is seen of their torso, and their feet point anywhere."""
    assert crouches(body(0.25, torso=0.25, ankles_aside=0.15), TALL)
    assert not crouches(body(0.25, torso=0.12, ankles_aside=0.15), TALL)
    assert not crouches(body(0.25, torso=0.12, shins=0.02), TALL)


def test_who_bends_towards_the_camera_crouches_if_the_feet_are_under_the_hips() -> None:
    """The torso is hidden then; so it is where the hips are as high as feet carry them."""
    assert crouches(body(0.25, torso=0.05), TALL)
    assert crouches(body(0.4, torso=0.05, ankles_aside=0.15), TALL)


def test_who_is_not_seen_well_enough_is_not_said_to_crouch() -> None:
    """Without hips or ankles it cannot be known, nor without shoulders and knees."""
    seen = body(0.25, torso=0.25)
    assert not crouches(replace(seen, hips=None), TALL)
    assert not crouches(replace(seen, ankles=None), TALL)
    assert not crouches(replace(seen, shoulders=None, knees=None), TALL)


def test_who_stays_down_is_not_excused_for_ever() -> None:
    """Who gets up and crouches again is; the time counts from the first frame of each."""
    crouch = Crouch()
    assert crouch.update(body(0.25, torso=0.05), TALL)
    assert crouch.update(body(0.25, torso=0.05, t=PATIENCE_S - 1), TALL)
    assert not crouch.update(body(0.25, torso=0.05, t=PATIENCE_S), TALL)
    assert not crouch.update(replace(body(0.25, torso=0.05, t=PATIENCE_S + 1), hips=None), TALL)
    assert crouch.update(body(0.25, torso=0.05, t=PATIENCE_S + 2), TALL)
