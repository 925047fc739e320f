"""No person's window ever holds another's poses: what is known of each of two people is what is known of them alone.

Synthetic people, seen without an image by a tracker that knows them apart, through the deployed everyday model.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import radians, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("ai_edge_litert")

from haredge.activity.classifier import WindowClassifier
from haredge.activity.filter import ActivityFilter
from haredge.activity.recogniser import WindowedRecogniser
from haredge.core.types import Frame, Keypoints, Observation, Person, Pose
from haredge.scene.observer import SceneObserver
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.kinematics import Spot, joints_of, place
from haredge.synthetic.motions import MOTIONS
from haredge.synthetic.skeleton import Bones, coco_points

HZ = 10
IMAGE = np.zeros((480, 640, 3), np.uint8)
CAMERA = SyntheticCamera((0.0, 1.4, 5.0), (0.0, 0.9, 0.0), 500.0, (640, 480))
MODEL = WindowClassifier.open(Path(__file__).parents[2] / "models" / "everyday")

Path2d = Callable[[float], Spot]
"""Where a person is, by seconds."""


@dataclass(frozen=True)
class Someone:
    """A synthetic person: what they do, where, and when they are in view."""

    track: int
    label: str
    where: Path2d
    comes: float = 0.0
    goes: float = 99.0
    blinks: frozenset[int] = frozenset()
    """Frames in which the network does not find them."""

    def poses(self, seconds: float) -> Mapping[int, Pose]:
        """Return the person's poses by frame."""
        rng = np.random.default_rng(self.track)
        move, bones = MOTIONS[self.label](rng), Bones.of(1.6 + 0.05 * self.track, np.ones(11))
        frames = range(round(self.comes * HZ), round(min(self.goes, seconds) * HZ))
        return {
            frame: Pose(
                frame / HZ, self._seen(place(move(frame / HZ), self.where(frame / HZ), bones.leg), bones), self.track
            )
            for frame in frames
            if frame not in self.blinks
        }

    @staticmethod
    def _seen(posture: np.ndarray, bones: Bones) -> Keypoints:
        xy, _ = CAMERA.project(coco_points(joints_of(posture, bones), bones))
        return np.column_stack([xy, np.full(17, 0.8)]).astype(np.float32)


def still(x: float) -> Path2d:
    return lambda _: Spot(x, 0.0, 0.0)


def walking(start: float, end: float, seconds: float) -> Path2d:
    heading = 90.0 if end > start else -90.0
    return lambda t: Spot(start + (end - start) * min(t / seconds, 1.0), 0.0, heading)


def meeting(side: float, nearest: float) -> Path2d:
    """Come up to one another, and part again."""
    return lambda t: Spot(side * (nearest + 1.5 * abs(1 - min(t / 4, 2))), 0.0, -90.0 * side)


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
    """Run people through a scene, in each frame in another order."""
    rng = np.random.default_rng(seed)
    poses = [someone.poses(seconds) for someone in people]
    scene = SceneObserver(lambda: WindowedRecogniser(MODEL), lambda: ActivityFilter(MODEL.labels))
    seen = []
    for frame in range(round(seconds * HZ)):
        found = [each[frame] for each in poses if frame in each]
        seen.append(scene.observe(Frame(frame, frame / HZ, IMAGE), [found[i] for i in rng.permutation(len(found))]))
    return seen


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
    frames = sorted(someone.poses(8.0))
    return all(after - before <= 2 * HZ for before, after in itertools.pairwise(frames))
