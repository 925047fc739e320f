"""Tests of who is in view: people who come, blink out, leave and come back, each with an activity of their own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stick_figure import Stance

from haredge.activity.filter import ActivityFilter
from haredge.activity.thresholds import Threshold
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import (
    FOUND_LYING,
    HIDDEN_S,
    Activity,
    Fall,
    FallAlarm,
    Frame,
    Observation,
    Person,
    Pose,
    Prediction,
)
from haredge.pose.tracks import LOST_S
from haredge.scene.entrance import NEW_S
from haredge.scene.observer import SceneObserver

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


def people() -> SceneObserver:
    return SceneObserver(ByPlace, lambda: ActivityFilter(LABELS))


def watch(
    view: SceneObserver, start: float, end: float, *xs: tuple[int, float], hz: float = 15
) -> list[tuple[Sequence[Person], Activity]]:
    """Show people, each with a track and a place, from one time to another, without its end."""
    times = np.arange(round((end - start) * hz)) / hz + start
    seen = [show(view, float(t), xs) for t in times]
    return [(observation.people, observation.activity) for observation in seen]


def show(view: SceneObserver, t: float, xs: Iterable[tuple[int, float]]) -> Observation:
    return view.observe(Frame(0, t, IMAGE), [Pose(t, np.full((17, 3), x, np.float32), track) for track, x in xs])


@pytest.mark.parametrize(("xs", "known_after_s"), [([(1, 0.0)], 0.5), ([], 2.0)])
def test_who_is_in_view_is_known_after_a_moment(xs: list[tuple[int, float]], known_after_s: float) -> None:
    """As soon as someone is, or once no one has been for two seconds: the first frame says nothing of a room."""
    view = people()
    times = [7.0 + n / 10 for n in range(30)]
    known = {t: show(view, t, xs).known for t in times}
    assert [t for t in times if not known[t]] == [t for t in times if t - 7.0 < known_after_s - 0.01]


def test_no_person_is_there_at_first() -> None:
    """Before a person has been detected the answer is no_person, since the first frame."""
    seen = show(people(), 7.0, [])
    assert (seen.people, seen.activity) == ((), Activity(NO_PERSON, 1.0, 7.0))


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
    hidden = watch(view, 2, 3.9)
    assert {activity.label for _, activity in hidden} == {"wave"}
    assert [(person.id, person.pose) for person in hidden[-1][0]] == [(1, None)]
    found, activity = watch(view, 3.9, 4.6)[-1]
    assert (found, activity.label) == ((), NO_PERSON)
    assert activity.since == pytest.approx(2.5, abs=0.1)


@given(st.floats(0.01, HIDDEN_S), st.integers(4, 60))
def test_who_is_hidden_for_as_long_as_a_track_lasts_is_the_same_person(hidden_s: float, hz: int) -> None:
    """At any frame rate: a tracker that still knows them would otherwise give one track to two people."""
    view = people()
    watch(view, 0, 2, (5, 10.0), hz=hz)
    last = (round(2 * hz) - 1) / hz
    for number in itertools.count(1):
        if number / hz >= hidden_s:
            break
        show(view, last + number / hz, [])
    (person,) = show(view, last + hidden_s, [(5, 10.0)]).people
    assert (person.id, person.settled) == (1, True)


def test_a_person_whom_the_tracker_finds_again_has_their_id_and_nothing_else() -> None:
    """What they did before they left is not believed of them now; another track is another person."""
    view = people()
    watch(view, 0, 2, (4, 10.0))
    watch(view, 2, 5)
    assert watch(view, 5, 5.2, (4, 90.0))[-1][0][0].activity.label == UNKNOWN
    seen = watch(view, 5.2, 7, (4, 90.0))
    assert {person.id for found, _ in seen for person in found} == {1}
    assert seen[-1][1] == Activity("squat", 1.0, 5.0)
    watch(view, 7, 10)
    assert {person.id for found, _ in watch(view, 10, 11, (5, 90.0)) for person in found} == {2}


def test_tracker_and_scene_agree_for_how_long_a_person_is_hidden() -> None:
    """The tracker gives the place of a person who is lost to another when the scene counts them as gone."""
    assert LOST_S == HIDDEN_S


def test_each_person_has_an_activity_of_their_own() -> None:
    """In the order in which they came; the view's activity is the first one's, until that person has left."""
    view = people()
    watch(view, 0, 2, (7, 10.0))
    both = watch(view, 2, 4, (3, 90.0), (7, 10.0))[-1]
    assert [(person.id, person.activity.label) for person in both[0]] == [(1, "wave"), (2, "squat")]
    assert both[1].label == "wave"
    (left,), activity = watch(view, 4, 7, (3, 90.0))[-1]
    assert (left.id, activity.label) == (2, "squat")


def test_what_is_seen_for_a_moment_is_not_believed() -> None:
    """A chair that passes for a person in three frames is in view, for views that draw it, but settled it never is."""
    view = people()
    seen = watch(view, 0, 0.2, (0, 10.0)) + watch(view, 0.2, 3)
    assert any(found for found, _ in seen)
    assert not any(person.settled for found, _ in seen for person in found)
    assert {activity.label for _, activity in seen} == {NO_PERSON}


class SecondFalls:
    """A fall detector for which the second person has fallen, once there is one."""

    def update(self, frame: Frame, people: tuple[Person, ...]) -> tuple[tuple[Person, ...], FallAlarm]:
        fallen = [person.id for person in people if person.id == 2]
        states = [replace(person, fall=Fall("confirmed" if person.id == 2 else "normal", 2.0)) for person in people]
        return tuple(states), FallAlarm("confirmed" if fallen else "clear", 2.0, next(iter(fallen), None))


def test_a_fall_is_seen_among_all_people_and_is_the_scenes() -> None:
    """What the detector finds of everyone goes out: with the person, as the alarm, in the scene's activity."""
    view = SceneObserver(ByPlace, lambda: ActivityFilter(LABELS), falls=SecondFalls())
    watch(view, 0, 2, (7, 10.0))
    watch(view, 2, 4, (7, 10.0), (3, 90.0))
    seen = show(view, 4.0, [(7, 10.0), (3, 90.0)])
    assert [person.fall and person.fall.state for person in seen.people] == ["normal", "confirmed"]
    assert (seen.fall_alarm, seen.activity.label) == (FallAlarm("confirmed", 2.0, 2), "squat")


class AllDown:
    """A fall detector for which all have fallen and are on the ground."""

    def update(self, frame: Frame, people: tuple[Person, ...]) -> tuple[tuple[Person, ...], FallAlarm]:
        fallen = tuple(replace(person, fall=Fall("possible", 0.0, down=0.97)) for person in people)
        return fallen, FallAlarm("possible" if people else "clear", 0.0)


class DownFrom(AllDown):
    """A fall detector for which all fall at a time, and are on the ground from then on."""

    def __init__(self, t: float, why: str) -> None:
        self._fall = Fall("possible", t, why, down=0.97)

    def update(self, frame: Frame, people: tuple[Person, ...]) -> tuple[tuple[Person, ...], FallAlarm]:
        if frame.t < self._fall.since:
            return people, FallAlarm("clear", 0.0)
        return tuple(replace(person, fall=self._fall) for person in people), FallAlarm("possible", self._fall.since)


def test_who_has_fallen_lies() -> None:
    """What the fall detector knows of a person's posture is an activity, if the network recognises none."""
    labels = (*LABELS, "lying")

    class Undecided(ByPlace):
        def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
            return None if pose is None else Prediction(frame.t, np.full(3, 1 / 3, np.float32))

    view = SceneObserver(Undecided, lambda: ActivityFilter(labels), falls=AllDown())
    seen = watch(view, 0, 2, (0, 10.0))[-1]
    assert (seen[0][0].activity.label, seen[1].label) == ("lying", "lying")


def test_who_falls_is_falling_and_then_lies() -> None:
    """Each is reported once, in order, whether the network recognises the fall later than the detector, or never."""
    labels, at_once = ("falling", "lying", "other"), Threshold(0.5, 0.0)

    def said(falling_s: tuple[float, float], why: str = "") -> list[str]:
        class Falling(ByPlace):
            def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
                falling = float(falling_s[0] <= frame.t < falling_s[1])
                return None if pose is None else Prediction(frame.t, np.array([falling, 0, 1 - falling], np.float32))

        view = SceneObserver(
            Falling,
            lambda: ActivityFilter(labels, {"falling": at_once, "lying": at_once}, ("other",)),
            falls=DownFrom(1.0, why),
        )
        grouped = itertools.groupby(activity.label for _, activity in watch(view, 0, 6, (0, 10.0)))
        return [label for label, _ in grouped if label in labels]

    assert said((0.0, 0.0)) == ["falling", "lying"]
    assert said((0.8, 1.3)) == ["falling", "lying"]
    assert said((1.4, 3.0)) == ["falling", "lying"]
    assert said((2.0, 4.0)) == ["falling", "lying"]
    assert said((0.0, 0.0), FOUND_LYING) == ["lying"]


def test_who_has_fallen_no_longer_stands() -> None:
    """The fall goes before the posture in which a person was recognised: the torso may seem not to have moved."""

    class StandingAtFirst(ByPlace):
        def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
            standing = 1.0 if frame.t < 1 else 0.2
            return None if pose is None else Prediction(frame.t, np.array([standing, 0.1, 0.7], np.float32))

    class DownLater(AllDown):
        def update(self, frame: Frame, people: tuple[Person, ...]) -> tuple[tuple[Person, ...], FallAlarm]:
            return super().update(frame, people) if frame.t > 2 else (people, FallAlarm("clear", 0.0))

    filtered = ("standing", "lying", "other")
    view = SceneObserver(StandingAtFirst, lambda: ActivityFilter(filtered, {}, ("other",)), falls=DownLater())
    labels = [view.observe(Frame(0, t / 8, IMAGE), [Stance().pose(t / 8, 1)]).activity.label for t in range(40)]
    assert (labels[15], labels[-1]) == ("standing", "lying")


def test_who_does_not_move_keeps_their_posture() -> None:
    """The network need not be sure of a person who stands still in every second; once they move, it must."""

    class SureAtFirst(ByPlace):
        def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
            standing = 1.0 if frame.t < 2 else 0.3
            return None if pose is None else Prediction(frame.t, np.array([standing, 1 - standing], np.float32))

    def at(t: float, x: float) -> str:
        pose = Stance(x=x).pose(t, 1)
        return view.observe(Frame(0, t, IMAGE), [pose]).activity.label

    view = SceneObserver(SureAtFirst, lambda: ActivityFilter(("standing", "other"), {}, ("other",)))
    labels = [at(t / 8, 320 if t < 56 else 320 + 20 * (t - 56)) for t in range(80)]
    assert labels[16:56] == ["standing"] * 40
    assert labels[-1] == UNKNOWN


class Sure(ByPlace):
    """Is sure of the first label all the time."""

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        return None if pose is None else Prediction(frame.t, np.array([0.95, 0.05], np.float32))


def labels_of(label: str, feet: Callable[[float], float], seconds: float) -> list[str]:
    """Return what is reported, eight times a second, of a person whose feet are at a height that changes in time."""
    view = SceneObserver(Sure, lambda: ActivityFilter((label, "other"), {}, ("other",)))
    image = np.zeros((480, 640, 3), np.uint8)
    return [
        view.observe(Frame(n, n / 8, image), [Stance(feet=feet(n / 8)).pose(n / 8, 1)]).activity.label
        for n in range(round(8 * seconds))
    ]


@pytest.mark.parametrize("label", ["getting_up", "standing_up"])
def test_who_comes_in_from_beneath_the_camera_does_not_get_up(label: str) -> None:
    """They rise in the image as who gets up does; two seconds after the image's edge cut them off it is believed."""
    assert labels_of(label, lambda t: 400.0, 2.0)[-1] == label
    coming_in = labels_of(label, lambda t: 476.0 if t < 2 else 400.0, 6.0)
    assert set(coming_in[8:30]) == {UNKNOWN}
    assert coming_in[-1] == label


def test_who_sits_before_a_webcam_stands_up_though_the_image_ends_at_their_chest() -> None:
    """They have been in view for long: they do not come in. That they get up from the floor is not believed."""
    assert labels_of("standing_up", lambda t: 476.0, NEW_S + 1)[-1] == "standing_up"
    assert labels_of("getting_up", lambda t: 476.0, NEW_S + 1)[-1] == UNKNOWN


def test_a_clock_that_steps_back_starts_from_scratch() -> None:
    """A video that starts over does not carry its end into its beginning."""
    view = people()
    watch(view, 0, 2, (0, 10.0))
    again = show(view, 0.0, [])
    assert (again.people, again.activity) == ((), Activity(NO_PERSON, 1.0, 0.0))
    assert [person.id for person in show(view, 0.1, [(1, 10.0)]).people] == [2]


@given(st.lists(st.tuples(st.floats(0.01, 1.2), st.sampled_from([None, 10.0, 90.0])), min_size=1, max_size=60))
def test_the_view_never_flickers(steps: list[tuple[float, float | None]]) -> None:
    """However people come and go, half a second lies between two changes, and each began after the one before."""
    view, t, seen = people(), 0.0, []
    for step_s, x in steps:
        t += step_s
        seen.append((t, show(view, t, () if x is None else [(0, x)]).activity))
    changes = seen[:1] + [b for a, b in itertools.pairwise(seen) if a[1].label != b[1].label]
    for (before_t, before), (after_t, after) in itertools.pairwise(changes):
        assert after_t - before_t >= 0.5 - 1e-9
        assert before.since <= after.since
        assert before_t <= after.since <= after_t
    assert all(activity.label in {*LABELS, UNKNOWN, NO_PERSON} for _, activity in seen)
