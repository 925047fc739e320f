"""Promises of haredge.falls.descent: how far a torso has come down, in its own lengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stick_figure import SIZE, Course, Stance, falling_at

from haredge.falls.body import Body
from haredge.falls.descent import Descent
from haredge.falls.follower import LEAST_DESCENT
from haredge.falls.recent import BREAK_S, SPAN_S


def descents(course: Course, until: float, rate_hz: float = 10.0) -> list[float | None]:
    descent = Descent()
    times = np.arange(0, until, 1 / rate_hz).tolist()
    return [descent.update(Body.of(stance.pose(t), SIZE[0])) for t in times if (stance := course(t))]


def leaning(degrees: float) -> Course:
    return lambda t: Stance(bend=degrees * min(max((t - 1) / 0.4, 0), 1))


@given(st.floats(60, 400), st.sampled_from([5.0, 8.0, 30.0]))
def test_who_falls_comes_down_by_more_than_a_torso_near_and_far(tall: float, rate_hz: float) -> None:
    """The torso's own length is the unit, at any rate."""
    last = descents(falling_at(1.0, stance=Stance(tall=tall)), 2.2, rate_hz)[-1]
    assert last is not None
    assert last > 1


@pytest.mark.parametrize("degrees", [30, 50, 70])
def test_who_leans_forward_stays_up(degrees: float) -> None:
    """The shoulders come down, the hips do not."""
    assert all(value is not None and value < LEAST_DESCENT for value in descents(leaning(degrees), 4))


def test_what_is_long_past_is_no_descent() -> None:
    """Who lies for longer than SPAN_S comes down no more; time without the person does not count, up to BREAK_S."""
    assert descents(falling_at(0.5), 0.5 + 0.9 + SPAN_S + 0.3)[-1] == pytest.approx(0, abs=0.01)

    def lost(break_s: float) -> Course:
        return lambda t: Stance() if t < 1 else None if t < 1 + break_s else Stance(tilt=90)

    assert (descents(lost(BREAK_S - 0.5), BREAK_S + 1)[-1] or 0) > 1
    assert descents(lost(BREAK_S + 0.5), BREAK_S + 1.7)[-1] == pytest.approx(0, abs=0.01)


def test_without_shoulders_or_hips_it_is_not_known() -> None:
    """Who is seen by head and legs alone may have come down."""
    pose = Stance().pose(0.0)
    pose.keypoints[11:13, 2] = 0.0
    assert Descent().update(Body.of(pose, SIZE[0])) is None
