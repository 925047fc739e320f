"""Promises of haredge.scene.activity: whose activity is the scene's."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.timeline import Timeline
from haredge.core.labels import FALLING, NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Fall, FallState, Person
from haredge.scene.activity import SceneActivity


def person(
    number: int, label: str = "sitting", since: float = 0.0, *, fall: FallState | None = None, settled: bool = True
) -> Person:
    state = None if fall is None else Fall(fall, since)
    return Person(number, None, None, Activity(label, 0.9, since), fall=state, settled=settled)


def follow(scene: SceneActivity, t: float, *people: Person, left: dict[int, float] | None = None) -> tuple[str, float]:
    activity = scene.update(t, people, left or {})
    return activity.label, activity.since


def test_who_came_first_is_the_scene() -> None:
    """A second person changes nothing, whatever they do, and however little the first one does."""
    scene = SceneActivity(0.0)
    assert follow(scene, 0.0) == (NO_PERSON, 0.0)
    assert follow(scene, 3.0, person(1, UNKNOWN, 2.0)) == (UNKNOWN, 2.0)
    assert scene.person == 1
    assert follow(scene, 5.0, person(1, UNKNOWN, 2.0), person(2, "waving", 4.0)) == (UNKNOWN, 2.0)
    assert follow(scene, 6.0, person(1, "sitting", 5.5), person(2, "waving", 4.0)) == ("sitting", 5.5)


def test_the_next_one_takes_over_where_the_first_has_left() -> None:
    """From then on and no sooner: what they did before was not the scene's activity."""
    scene = SceneActivity(0.0)
    follow(scene, 8.0, person(1), person(2, "waving", 4.0))
    assert follow(scene, 10.0, person(2, "waving", 4.0), left={1: 8.5}) == ("waving", 8.5)
    assert follow(scene, 11.0, person(2, "squat", 10.5)) == ("squat", 10.5)
    assert scene.person == 2
    assert follow(scene, 14.0, left={2: 12.5}) == (NO_PERSON, 12.5)
    assert scene.person is None


@pytest.mark.parametrize("fall", ["possible", "confirmed"])
def test_no_bystander_hides_who_fell(fall: FallState) -> None:
    """From when the fall's activity began; once the fall is over the first person has the scene again."""
    scene = SceneActivity(0.0)
    follow(scene, 8.0, person(1), person(2, "walking", 4.0))
    assert follow(scene, 10.0, person(1), person(2, "lying", 9.5, fall=fall)) == ("lying", 9.5)
    assert follow(scene, 15.0, person(1), person(2, "lying", 9.5, fall=fall)) == ("lying", 9.5)
    assert follow(scene, 20.0, person(1), person(2, "walking", 19.0, fall="cleared")) == ("sitting", 20.0)


def test_who_falls_does_not_begin_before_what_others_did_until_then() -> None:
    """A fall is seen before its label: what they did for long is the scene's from now on, and so is `falling` then."""
    scene = SceneActivity(0.0)
    follow(scene, 8.0, person(1, "waving", 7.0), person(2, "walking", 4.0))
    assert follow(scene, 9.0, person(1, "waving", 7.0), person(2, "walking", 4.0, fall="possible")) == ("walking", 9.0)
    assert follow(scene, 9.1, person(1), person(2, FALLING, 9.1, fall="possible")) == (FALLING, 9.1)


def test_the_label_falling_goes_before_others_too() -> None:
    """A model that knows the label, without a fall detector."""
    scene = SceneActivity(0.0)
    follow(scene, 8.0, person(1), person(2, "walking", 4.0))
    assert follow(scene, 10.0, person(1), person(2, FALLING, 9.5)) == (FALLING, 9.5)


def test_a_confirmed_fall_goes_before_a_possible_one_and_that_before_a_label() -> None:
    """Of three who may have fallen, it is the one whose fall is certain."""
    three = [
        person(1, FALLING, 7.0),
        person(2, "lying", 7.5, fall="possible"),
        person(3, "lying", 6.0, fall="confirmed"),
    ]
    for count, since in ((3, 6.0), (2, 7.5), (1, 7.0)):
        assert follow(SceneActivity(0.0), 9.0, *three[:count])[1] == since


@pytest.mark.parametrize("fall", ["normal", "descending", "cleared", None])
def test_other_states_of_a_fall_claim_nothing(fall: FallState | None) -> None:
    """Who bends down quickly is no reason to leave the one who came first."""
    scene = SceneActivity(0.0)
    assert follow(scene, 9.0, person(1), person(2, "walking", 4.0, fall=fall)) == ("sitting", 0.0)


def test_who_is_not_settled_is_not_the_scene() -> None:
    """Not even if they are the only one."""
    scene = SceneActivity(0.0)
    assert follow(scene, 1.0, person(1, "squat", settled=False)) == (NO_PERSON, 0.0)
    assert follow(scene, 2.0, person(1, UNKNOWN, settled=False), person(2, "wave", 1.0)) == ("wave", 1.0)


LABELS = st.sampled_from(["sitting", FALLING, UNKNOWN, "waving"])
FALLS: st.SearchStrategy[FallState | None] = st.sampled_from([None, None, "normal", "possible", "confirmed"])


@given(st.lists(st.lists(st.tuples(st.integers(1, 5), LABELS, FALLS), max_size=4), max_size=40))
def test_the_scenes_time_never_runs_backwards(frames: Sequence[Sequence[tuple[int, str, FallState | None]]]) -> None:
    """However people come, go and fall: no activity begins before the one that it follows, and swallows its span."""
    scene, spans, before, present = SceneActivity(0.0), Timeline(), 0.0, set[int]()
    for t, people in enumerate(frames):
        shown = {number: person(number, label, max(0.0, t - 0.5), fall=fall) for number, label, fall in people}
        left = dict.fromkeys(present - set(shown), t - 0.5)
        activity = scene.update(float(t), list(shown.values()), left)
        assert before <= activity.since <= t
        assert activity.label in {each.activity.label for each in shown.values()} | (
            {NO_PERSON} if not shown else set()
        )
        spans.add(activity, float(t))
        before, present = activity.since, set(shown)
    times = [(span.start_s, span.end_s) for span in spans.spans()]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(times))
