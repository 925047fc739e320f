"""Promises of haredge.falls.crouch: who is low on their feet or knees is distinguished from who lies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stick_figure import SIZE, Course, Stance, falling_at, frames, states, watched

from haredge.falls.baseline import UprightSelf
from haredge.falls.body import Body
from haredge.falls.crouch import crouches
from haredge.falls.cues import CueHistory, Cues
from haredge.falls.evidence import Evidence
from haredge.falls.fitted import RULE
from haredge.falls.perspective import Perspective
from haredge.falls.watch import FallWatch

CROUCHING = Cues(0.45, 0.35, 0.4, 0.35, 0.1, 0.25, 0.5, 0.25, 0.5, 0.2, 0.3, 1.0, 0.4)


def cues(tall: float, stance: Stance) -> Cues:
    """Return the cues of a stance, of a figure that stood before."""
    upright, history = UprightSelf(Perspective(SIZE[0])), CueHistory()
    found = None
    for t, each in ((0.0, Stance()), (1.0, stance)):
        body = Body.of(replace(each, tall=tall).pose(t), SIZE[0])
        upright.learn(body)
        found = history.update(body, upright)
    assert found is not None
    return found


@given(tall=st.floats(60, 300), sunk=st.floats(0.3, 0.6))
def test_who_squats_crouches_and_who_lies_across_the_view_does_not(tall: float, sunk: float) -> None:
    """Near and far; on the floor to either side, all of the body is wide."""
    assert crouches(cues(tall, Stance(sunk=sunk)))
    assert not crouches(cues(tall, Stance(tilt=90)))
    assert not crouches(cues(tall, Stance(tilt=-90)))


def test_who_lies_towards_the_camera_does_not_crouch() -> None:
    """They are narrow as well, but little is seen of their torso; unless the hips are as high as feet carry them."""
    assert crouches(CROUCHING)
    assert not crouches(CROUCHING._replace(torso=0.12))
    assert crouches(CROUCHING._replace(torso=0.12, legs_rise=0.4))


def test_who_is_not_seen_well_enough_is_not_said_to_crouch() -> None:
    """Without hips and ankles, or shoulders, it cannot be known."""
    assert not crouches(CROUCHING._replace(torso=None))
    assert not crouches(CROUCHING._replace(legs_rise=None))


def _ties_a_shoe(t: float) -> Stance:
    down = min(max((t - 3) / 0.6, 0), 1)
    return Stance(sunk=0.55 * down, bend=25 * down)


@pytest.mark.parametrize(("course", "said"), [(_ties_a_shoe, []), (falling_at(3), ["possible"])])
def test_who_ties_a_shoe_has_not_fallen_whatever_else_speaks_for_it(course: Course, said: list[str]) -> None:
    """Here all the weighed cues speak for a fall all the time."""
    certain = replace(RULE, fallen=Evidence(10.0, {}), low=Evidence(-10.0, {}))
    assert states(watched(FallWatch(rule=certain), frames(course, 4.5))) == said
