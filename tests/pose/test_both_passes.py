"""Promises of haredge.pose.both_passes: two passes over a single image decide together, and make one pose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from passes import TwoPasses, frame, person

from haredge.core.types import Frame, Pose
from haredge.pose.both_passes import TOGETHER, UNSEEN, merged, together, with_second_pass
from haredge.pose.region import Region
from haredge.pose.tracker import second_pass

PRESENCES = st.floats(0.01, 0.99)


def test_a_pass_that_is_sure_outweighs_one_that_is_not() -> None:
    """Who is sure in one is a person, be they doubtful or not to be seen in the other; a doubt in both is none."""
    sure, likely, doubtful = (person(200, 240, 120, presence=presence) for presence in (0.9, 0.55, 0.3))
    for crop, there in ((likely, True), (doubtful, True), (None, True)):
        assert (with_second_pass(TwoPasses(sure, crop), frame(0), sure) is not None) == there
    for crop, there in ((sure, True), (likely, True), (doubtful, False), (None, False)):
        assert (with_second_pass(TwoPasses(likely, crop), frame(0), likely) is not None) == there


@given(PRESENCES, PRESENCES)
def test_two_presences_together_lie_between_them(one: float, two: float) -> None:
    """In whichever order; equal ones change nothing."""
    assert min(one, two) - 1e-9 <= together(one, two) <= max(one, two) + 1e-9
    assert together(one, two) == pytest.approx(together(two, one))
    assert together(one, one) == pytest.approx(one)


def test_what_only_one_pass_shows_needs_more_than_a_person_who_is_new() -> None:
    """Else the second pass would refuse nothing."""
    assert together(0.5, UNSEEN * 0.5) < TOGETHER * 0.5


def test_keypoints_lie_between_two_passes_that_agree_and_are_the_surer_ones_elsewhere() -> None:
    """Never in the middle of two places that are far apart."""
    first, second = person(200, 240, 120), person(204, 240, 120)
    first.keypoints[:, 2], second.keypoints[:, 2] = 0.3, 0.9
    second.keypoints[9, :2] += 100
    first.keypoints[10, 0], first.keypoints[10, 2], second.keypoints[10, 2] = 20, 0.9, 0.3
    pose = second_pass(TwoPasses(first, second), frame(0), first)
    assert pose is not None
    assert (pose.keypoints == merged(first, second)).all()
    assert pose.keypoints[:9] == pytest.approx(0.25 * first.keypoints[:9] + 0.75 * second.keypoints[:9])
    assert (pose.keypoints[9] == second.keypoints[9]).all()
    assert (pose.keypoints[10] == first.keypoints[10]).all()


def test_a_neighbour_on_the_crop_lends_no_keypoints() -> None:
    """The crop of a network for several people may show another person larger."""
    first = person(200, 240, 120, presence=0.95)
    pose = second_pass(TwoPasses(first, person(330, 240, 200)), frame(0), first)
    assert pose is not None
    assert np.array_equal(pose.keypoints, first.keypoints)


@dataclass
class Turned(TwoPasses):
    """A network that is sure of the person on the crop in one turn only, and then shows them elsewhere."""

    best: int = 2
    turns: list[int] = field(default_factory=list)

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        if region is None:
            return super().estimate(frame)
        self.turns.append(region.turns)
        assert self.crop is not None
        presence = 0.9 if region.turns == self.best else 0.4
        moved = self.crop.keypoints + np.array((0, region.turns, 0), np.float32)
        return (Pose(frame.t, moved, presence=presence),)


@pytest.mark.parametrize("best", range(4))
def test_the_crop_is_seen_in_four_turns_and_the_surest_counts(best: int) -> None:
    """Who hangs upside down stands in another turn."""
    first = person(200, 240, 120, presence=0.6)
    network = Turned(first, first, best=best)
    pose = with_second_pass(network, frame(0), first)
    assert pose is not None
    assert network.turns == [0, 1, 2, 3]
    assert pose.presence == pytest.approx(together(0.6, 0.9))
    assert pose.keypoints[:, 1] == pytest.approx(first.keypoints[:, 1] + best / 2)
