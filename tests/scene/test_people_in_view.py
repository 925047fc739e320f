"""Tests of who is in view: people who come, blink out, leave and come back, each with an activity of their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.filter import ActivityFilter
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Frame, Person, Pose, Prediction
from haredge.scene.people import People

LABELS = ("wave", "squat")
IMAGE = np.zeros((4, 4, 3), np.uint8)


class ByPlace:
    """A recogniser that predicts a wave of people at the left, and a squat of people at the right."""

    labels = LABELS

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        if pose is None:
            return None
        right = float(pose.keypoints[0, 0] > 50)
        return Prediction(frame.t, np.array([1 - right, right], np.float32))


def people() -> People:
    return People(ByPlace, lambda: ActivityFilter(LABELS))


def watch(
    view: People, start: float, end: float, *xs: tuple[int, float], hz: float = 15
) -> list[tuple[tuple[Person, ...], Activity]]:
    """Show people, each with a track and a place, from one time to another, without its end."""
    times = np.arange(round((end - start) * hz)) / hz + start
    return [show(view, float(t), xs) for t in times]


def show(view: People, t: float, xs: Iterable[tuple[int, float]]) -> tuple[tuple[Person, ...], Activity]:
    poses = tuple(Pose(t, np.full((17, 3), x, np.float32), track) for track, x in xs)
    return view.update(Frame(0, t, IMAGE), poses)


def test_no_person_is_there_at_first() -> None:
    """Before a person has been detected the answer is no_person, since the first frame."""
    assert people().update(Frame(0, 7.0, IMAGE), ()) == ((), Activity(NO_PERSON, 1.0, 7.0))


def test_a_person_is_in_view_at_once_and_believed_after_a_while() -> None:
    """The activity of the view waits for half a second, and the person is marked as settled from then on."""
    seen = watch(people(), 0, 2, (0, 10.0))
    assert [len(found) for found, _ in seen] == [1] * len(seen)
    assert [found[0].settled for found, _ in seen] == [False] * 8 + [True] * 22
    labels = [activity.label for _, activity in seen]
    assert labels == [NO_PERSON] * 8 + ["wave"] * 22
    assert seen[-1][1] == seen[-1][0][0].activity == Activity("wave", 1.0, 0.0)


def test_a_person_outlives_a_pose_that_is_missing() -> None:
    """Lost for a moment, the person keeps id and activity, without a pose; a person who has left is gone."""
    view = people()
    watch(view, 0, 2, (0, 10.0))
    lost = watch(view, 2, 3.8)
    assert {activity.label for _, activity in lost[:14]} == {"wave"}
    assert [(person.id, person.pose) for person in lost[13][0]] == [(1, None)]
    assert lost[-1][0] == ()
    assert lost[-1][1].label == NO_PERSON
    assert lost[-1][1].since == pytest.approx(2.5, abs=0.1)


def test_a_person_who_comes_back_is_a_new_one() -> None:
    """Nothing that was known of one person is believed of the next, though the tracker counts from 0 again."""
    view = people()
    watch(view, 0, 2, (0, 10.0))
    watch(view, 2, 5)
    seen = watch(view, 5, 7, (0, 90.0))
    assert {person.id for found, _ in seen for person in found} == {2}
    assert seen[-1][1] == Activity("squat", 1.0, 5.0)


def test_each_person_has_an_activity_of_their_own() -> None:
    """In the order in which they came; the view's activity is the first one's, until that person has left."""
    view = people()
    watch(view, 0, 2, (7, 10.0))
    both = watch(view, 2, 4, (3, 90.0), (7, 10.0))[-1]
    assert [(person.id, person.activity.label) for person in both[0]] == [(1, "wave"), (2, "squat")]
    assert both[1].label == "wave"
    (left,), activity = watch(view, 4, 6, (3, 90.0))[-1]
    assert (left.id, activity.label) == (2, "squat")


def test_a_clock_that_steps_back_starts_from_scratch() -> None:
    """A video that starts over does not carry its end into its beginning."""
    view = people()
    watch(view, 0, 2, (0, 10.0))
    assert view.update(Frame(0, 0.0, IMAGE), ()) == ((), Activity(NO_PERSON, 1.0, 0.0))


@given(st.lists(st.tuples(st.floats(0.01, 1.2), st.sampled_from([None, 10.0, 90.0])), min_size=1, max_size=60))
def test_the_view_never_flickers(steps: list[tuple[float, float | None]]) -> None:
    """However people come and go, half a second lies between two changes, and each began after the one before."""
    view, t, seen = people(), 0.0, []
    for step_s, x in steps:
        t += step_s
        seen.append((t, show(view, t, () if x is None else [(0, x)])[1]))
    changes = seen[:1] + [b for a, b in itertools.pairwise(seen) if a[1].label != b[1].label]
    for (before_t, before), (after_t, after) in itertools.pairwise(changes):
        assert after_t - before_t >= 0.5 - 1e-9
        assert before.since <= after.since
        assert before_t <= after.since <= after_t
    assert all(activity.label in {*LABELS, UNKNOWN, NO_PERSON} for _, activity in seen)
