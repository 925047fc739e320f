"""No person's window ever holds another's poses: what is known of each of two people is what is known of them alone.

Synthetic people, seen without an image by a tracker that knows them apart, through the deployed everyday model.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import radians, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_people import HZ, KnownApart, Path2d, Someone, frames, meeting, still, walking

pytest.importorskip("ai_edge_litert")

from haredge.activity.classifier import WindowClassifier
from haredge.activity.filter import ActivityFilter
from haredge.activity.recogniser import WindowedRecogniser
from haredge.core.types import Observation, Person
from haredge.pipeline import observe
from haredge.synthetic.kinematics import Spot

MODEL = WindowClassifier.open(Path(__file__).parents[2] / "models" / "everyday")

SCENES: Mapping[str, Sequence[Someone]] = {
    "cross": (Someone(1, "walking", walking(-1.5, 1.5, 5)), Someone(2, "walking", walking(1.5, -1.5, 5))),
    "meet": (Someone(1, "walking", meeting(-1, 0.4)), Someone(2, "waving", meeting(1, 0.4))),
    "hug": (Someone(1, "walking", meeting(-1, 0.12)), Someone(2, "walking", meeting(1, 0.12))),
    "sit side by side": (Someone(1, "sitting", still(-0.3)), Someone(2, "sitting", still(0.3))),
    "one falls beside another": (Someone(1, "sitting", still(-0.5)), Someone(2, "falling", still(0.5))),
    "one leaves as another comes in": (
        Someone(1, "walking", walking(0.0, 2.0, 4), goes=4.0),
        Someone(2, "waving", still(1.0), comes=4.0),
    ),
    "another comes in where one has just left": (
        Someone(1, "squat", still(0.0), goes=4.0),
        Someone(2, "clapping", still(0.0), comes=4.1),
    ),
}


def observed(people: Sequence[Someone], seconds: float = 8.0, seed: int = 0) -> list[Observation]:
    """Run people through the loop."""
    return list(
        observe(
            frames(seconds),
            KnownApart(people, seconds, seed),
            lambda: WindowedRecogniser(MODEL),
            lambda: ActivityFilter(MODEL.labels),
        )
    )


def story(observations: Sequence[Observation], track: int) -> list[tuple[Person, int]]:
    """Return what is known of a person, frame by frame, with the frames; by the id that their first pose was given."""
    own = {
        person.id
        for observation in observations
        for person in observation.people
        if person.pose is not None and person.pose.track == track
    }
    (person_id,) = own
    return [
        (person, observation.frame.index)
        for observation in observations
        for person in observation.people
        if person.id == person_id
    ]


def assert_as_alone(people: Sequence[Someone], seed: int = 0) -> None:
    together = observed(people, seed=seed)
    for someone in people:
        alone, accompanied = story(observed([someone]), someone.track), story(together, someone.track)
        assert [frame for _, frame in alone] == [frame for _, frame in accompanied]
        for (one, _), (other, _) in zip(alone, accompanied, strict=True):
            assert (one.activity, one.settled) == (other.activity, other.settled)
            assert (one.pose is None) is (other.pose is None)
            assert (one.prediction is None) is (other.prediction is None)
            if one.prediction is not None and other.prediction is not None:
                assert one.prediction.t == other.prediction.t
                assert np.array_equal(one.prediction.probabilities, other.prediction.probabilities)


@pytest.mark.parametrize("name", SCENES)
def test_each_person_is_known_as_if_they_were_alone(name: str) -> None:
    """Bit by bit, in each frame: predictions, activity, and whether they are believed."""
    assert_as_alone(SCENES[name])


def test_the_two_are_not_one_and_the_same() -> None:
    """The scenes would show a mixture: each person's predictions are their own, and there are many."""
    together = observed(SCENES["one falls beside another"])
    first, second = (
        [person.prediction.probabilities for person, _ in story(together, track) if person.prediction]
        for track in (1, 2)
    )
    assert len(first) == len(second) > 50
    assert all(np.abs(one - other).max() > 0.3 for one, other in zip(first, second, strict=True))


LABELS = st.sampled_from(sorted({"walking", "waving", "squat", "sitting", "falling", "clapping", "standing"}))
BLINKS = st.frozensets(st.integers(0, 79), max_size=25)


@settings(max_examples=6)
@given(
    st.lists(
        st.tuples(LABELS, st.floats(-1.5, 1.5), st.floats(-1, 1), st.floats(0, 5), BLINKS), min_size=2, max_size=3
    ),
    st.integers(0, 99),
)
def test_whoever_they_are_and_wherever_they_go(
    drawn: list[tuple[str, float, float, float, frozenset[int]]], seed: int
) -> None:
    """Two or three people who sway about through each other, come at any time and are hidden now and then."""

    def swaying(x: float, speed: float) -> Path2d:
        return lambda t: Spot(x + sin(radians(90 * speed * t)), 0.0, 0.0)

    people = [
        Someone(number, label, swaying(x, speed), comes=comes, blinks=blinks - {round(comes * HZ)})
        for number, (label, x, speed, comes, blinks) in enumerate(drawn, 1)
    ]
    assert_as_alone([someone for someone in people if _is_one(someone)], seed)


def _is_one(someone: Someone) -> bool:
    """Return whether a person is never hidden for so long that they count as another one afterwards."""
    seen = sorted(someone.poses(8.0))
    return all(after - before <= 2 * HZ for before, after in itertools.pairwise(seen))
