"""Promises of haredge.pose.closer: a second pass decides whether a new person is one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from crowds import IMAGE, Figure

from haredge.core.types import Frame, Pose
from haredge.pose.closer import AGAIN_S, Doubts, closer
from haredge.pose.region import Region
from haredge.pose.tracker import PeopleTracker, second_pass


def person(x: float, y: float, height: float, presence: float = 0.8) -> Pose:
    """Stand a person with their feet at a place."""
    pose = Figure(lambda _t: (x, y), height, presence=lambda _t: presence).pose(0.0)
    assert pose is not None
    return pose


@dataclass
class TwoPasses:
    """A network that shows a pose in the whole image, and another, or none, on a crop; counts its runs."""

    whole: Pose
    crop: Pose | None
    min_pose_score: float = 0.5
    most_people: int = 6
    confirms_new: bool = True
    crops: list[float] = field(default_factory=list)

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        if region is None:
            return (self._at(self.whole, frame),)
        self.crops.append(frame.t)
        return () if self.crop is None else (self._at(self.crop, frame),)

    @staticmethod
    def _at(pose: Pose, frame: Frame) -> Pose:
        return Pose(frame.t, pose.keypoints, presence=pose.presence)


def frame(t: float) -> Frame:
    return Frame(round(30 * t), t, IMAGE)


def test_the_same_person_in_the_crop_confirms_them() -> None:
    """Who is elsewhere in the crop, or too unsure in it, does not."""
    first = person(200, 240, 120)
    assert closer(TwoPasses(first, person(202, 241, 118)), frame(0), first) is not None
    assert closer(TwoPasses(first, person(330, 240, 120)), frame(0), first) is None
    assert closer(TwoPasses(first, person(200, 240, 120, presence=0.3)), frame(0), first) is None
    assert closer(TwoPasses(first, None), frame(0), first) is None


def test_of_two_passes_the_pose_with_the_higher_score_counts_and_never_another_persons() -> None:
    """The crop of a network for several people may show a neighbour larger."""
    first = person(200, 240, 120)
    better, worse = person(202, 241, 120), person(202, 241, 120)
    better.keypoints[:, 2], worse.keypoints[:, 2] = 0.95, 0.1
    for crop, best in ((better, better), (worse, first)):
        found = second_pass(TwoPasses(first, crop), frame(0), first)
        assert found is not None
        assert (found.keypoints == best.keypoints).all()
    assert second_pass(TwoPasses(first, person(330, 240, 200)), frame(0), first) is None


def test_what_was_refused_is_asked_about_again_only_after_a_while() -> None:
    """A vase costs a run in a few frames, not in each; another place is asked about at once."""
    vase, doubts = person(200, 240, 60), Doubts()
    network = TwoPasses(vase, None)
    for t in np.arange(0, 1, 0.05).tolist():
        assert not doubts.is_person(network, frame(t), vase)
    assert 2 <= len(network.crops) <= 2 + 1 / AGAIN_S
    before = len(network.crops)
    assert not doubts.is_person(network, frame(1.0), person(500, 240, 60))
    assert len(network.crops) == before + 1


def test_the_tracker_follows_only_who_is_confirmed() -> None:
    """And runs once a frame for a person that it knows."""
    real = person(200, 240, 120)
    vases = PeopleTracker(TwoPasses(real, None), 4)
    assert not any(vases.estimate(frame(t / 10)) for t in range(20))
    network = TwoPasses(real, real)
    people = PeopleTracker(network, 4)
    assert all(people.estimate(frame(t / 10)) for t in range(20))
    assert len(network.crops) == 1


def test_a_network_that_does_not_confirm_needs_one_pass() -> None:
    """As MoveNet MultiPose, which a second pass does not make surer."""
    network = TwoPasses(person(200, 240, 120), None, confirms_new=False)
    assert PeopleTracker(network, 4).estimate(frame(0))
    assert not network.crops
