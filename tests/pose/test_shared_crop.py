"""Promises of haredge.pose.shared_crop: one crop for everyone who is followed, and the whole image for others."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from crowds import IMAGE, Figure, Room
from hypothesis import given
from hypothesis import strategies as st
from movement import SMALL, Motion

from haredge.core.types import Box, Frame, Pose
from haredge.pose.proposals import WHOLE_S, Proposal
from haredge.pose.region import Region
from haredge.pose.shared_crop import LEAST, MOST, MOVING_LEAST, MOVING_MOST, RESTLESS_S, FollowingView, SharedCrop
from haredge.pose.tracker import PeopleTracker
from haredge.pose.tracks import Track

HEIGHT, WIDTH = IMAGE.shape[:2]


class Hardly(Motion):
    """Shows an area that is together large enough, in parts too small to be a movement."""

    def area(self) -> Box | None:
        return SMALL


def at(t: float) -> Frame:
    return Frame(round(10 * t), t, IMAGE)


def person(t: float, x: float, y: float, height: float, number: int = 1) -> Track:
    """Stand a person with their feet at a place, last found at ``t``."""
    pose = Figure(lambda _t: (x, y), height).pose(t)
    assert pose is not None
    return Track(Pose(t, pose.keypoints, number, 0.9, pose.network_box), height, wanted=True)


def followed(view: FollowingView, people: Sequence[tuple[float, float, float]], seconds: float) -> list[Region | None]:
    """Show the same people at ten frames per second."""
    return [
        view.update([person(t, *place, number) for number, place in enumerate(people, 1)], at(t))
        for t in np.arange(0, seconds, 0.1).tolist()
    ]


def test_the_view_closes_in_on_a_distant_person_without_jerks() -> None:
    """From the whole image on: each crop differs little from the one before, and the last is the smallest."""
    regions = followed(FollowingView(), [(300, 300, 100)], 8)
    assert regions[0] is None
    crops = [region for region in regions if region is not None]
    sides = [crop.right - crop.left for crop in crops]
    assert sides[-1] == pytest.approx(LEAST * WIDTH, abs=2)
    assert max(before - after for before, after in itertools.pairwise(sides)) < 0.1 * WIDTH


def test_a_large_person_or_people_far_apart_need_the_whole_image() -> None:
    """A crop would show hardly more."""
    for people in ([(300.0, 470.0, 460.0)], [(30.0, 300.0, 100.0), (610.0, 300.0, 100.0)]):
        assert set(followed(FollowingView(), people, 5)) == {None}


@given(
    st.lists(
        st.tuples(st.floats(20, WIDTH - 20), st.floats(310, HEIGHT - 5), st.floats(30, 300)), min_size=1, max_size=4
    ),
    st.lists(st.floats(-60, 60), min_size=5, max_size=5),
)
def test_everyone_is_in_the_crop_wherever_they_go(people: list[tuple[float, float, float]], steps: list[float]) -> None:
    """It grows at once, never beyond the image, and is never larger than what is worth it."""
    view = FollowingView()
    for number, step in enumerate(steps):
        people = [(float(np.clip(x + step, 20, WIDTH - 20)), y, height) for x, y, height in people]
        tracks = [person(number / 10, *place, 1 + index) for index, place in enumerate(people)]
        crop = view.update(tracks, at(number / 10))
        if crop is None:
            continue
        assert crop.right <= WIDTH
        assert crop.bottom <= HEIGHT
        assert max(crop.right - crop.left, crop.bottom - crop.top) <= MOST * WIDTH + 2
        for track in tracks:
            left, top, right, bottom = track.pose.box
            assert crop.left <= max(left, 0)
            assert crop.top <= max(top, 0)
            assert crop.right >= min(right, WIDTH)
            assert crop.bottom >= min(bottom, HEIGHT)


def kinds(proposals: Sequence[Proposal]) -> list[str]:
    return ["crop" if one.region else "if missed" if one.if_missed else "whole" for one in proposals]


def proposed(proposer: SharedCrop, t: float, *, unseen_s: float = 0.1) -> list[str]:
    track = person(t - unseen_s, 300, 300, 100)
    return kinds(list(proposer.propose(at(t), [track])))


def shown(*, outside: bool = False, unseen_s: float = 0.1) -> list[float]:
    """Return the times at which the whole image is due, of six seconds of a person across the room."""
    proposer = SharedCrop(Motion(moving=True, outside=outside))
    times = np.arange(0, 6, 0.1).round(1).tolist()
    return [t for t in times if "whole" in proposed(proposer, t, unseen_s=unseen_s if t > 1 else 0.1)]


def test_the_crop_comes_first_and_the_whole_image_for_newcomers() -> None:
    """Every WHOLE_S, else only if the crop misses a person; every RESTLESS_S if something moves outside the crop."""
    proposer = SharedCrop(Motion(moving=True))
    first = [proposed(proposer, t / 10) for t in range(20)]
    assert first[0] == ["whole"]
    assert first[-1] == ["crop", "if missed"]
    calm, restless = shown(), shown(outside=True)
    assert np.diff([t for t in calm if t > 2]) == pytest.approx(WHOLE_S, abs=0.11)
    assert np.diff([t for t in restless if t > 2]) == pytest.approx(RESTLESS_S, abs=0.11)


def test_someone_who_is_hidden_is_not_sought_twice_in_each_frame() -> None:
    """Who is missed is sought in the whole image at once, for half a second; who stays away only now and then."""
    assert np.diff([t for t in shown(unseen_s=1.0) if t > 2]) == pytest.approx(RESTLESS_S, abs=0.11)
    proposer = SharedCrop(Motion(moving=True))
    for t in range(20):
        proposed(proposer, t / 10)
    assert proposed(proposer, 2.0, unseen_s=0.4) == ["crop", "if missed"]
    assert proposed(proposer, 2.1, unseen_s=1.0) == ["crop", "whole"]
    assert proposed(proposer, 2.2, unseen_s=1.0) == ["crop"]


def test_several_people_need_one_run_on_the_whole_image() -> None:
    """In every frame while people who fill it are followed, moving or not."""
    proposer = SharedCrop(Motion())
    for t in (0.0, 0.1, 0.2):
        tracks = [person(t, 200, 470, 450, 1), person(t, 420, 470, 450, 2)]
        assert list(proposer.propose(at(t), tracks)) == [Proposal(None)]


def test_what_moves_is_worth_a_closer_look_if_no_one_is_found() -> None:
    """By a network for several people: a square around it, neither a hand's alone nor the whole image."""
    for place, side in ((SMALL, MOVING_LEAST * 480), (Box(0, 40, 639, 479), MOVING_MOST * 480)):
        proposer = SharedCrop(Motion(moving=True, place=place))
        assert list(proposer.propose(at(0.0), [])) == [Proposal(None)]
        region = proposer.last_resort(at(0.0))
        assert region is not None
        assert region.right - region.left == pytest.approx(side, abs=2)


def test_what_does_not_move_is_not_worth_a_closer_look() -> None:
    """Nor is a small movement that was not worth a run on the whole image."""
    still = SharedCrop(Motion())
    assert list(still.propose(at(0.0), []))
    assert still.last_resort(at(0.0)) is None
    hardly = SharedCrop(Hardly())
    assert list(hardly.propose(at(0.0), []))
    assert not list(hardly.propose(at(0.1), []))
    assert hardly.last_resort(at(0.1)) is None


@given(
    size=st.permutations((st.integers(1, 30), st.integers(1, 4000))).flatmap(lambda sides: st.tuples(*sides)),
    feet=st.tuples(st.floats(20, WIDTH - 20), st.floats(310, HEIGHT - 5)),
    moving=st.floats(0, 0.9),
)
def test_regions_are_in_the_image(size: tuple[int, int], feet: tuple[float, float], moving: float) -> None:
    """Of any size, a line as well: with a person followed, in the image or beside it, and without where it moves."""
    (height, width), proposer = size, SharedCrop()
    image = np.full((*size, 3), 90, np.uint8)
    regions: list[Region | None] = []
    for index in range(4):
        if index == 2:
            image[int(moving * height) :, int(moving * width) : int((moving + 0.2) * width) + 1] = 200
        frame = Frame(index, index / 10, image.copy())
        people = [person(frame.t, *feet, 100)] if index in {0, 3} else []
        regions += [proposal.region for proposal in proposer.propose(frame, people)]
        regions.append(proposer.last_resort(frame))
    for region in filter(None, regions):
        assert region.right <= width
        assert region.bottom <= height


def test_people_across_the_room_are_found_in_the_crop_and_keep_their_numbers() -> None:
    """Frame by frame; someone who comes in later has a number of their own within a second."""
    walkers = [
        Figure(lambda t: (200 + 20 * t, 300), 110),
        Figure(lambda t: (330 - 15 * t, 310), 110),
        Figure(lambda t: (600 - 20 * (t - 3), 320) if t >= 3 else None, 120),
    ]
    room = Room(walkers)
    tracker = PeopleTracker(room, 4, SharedCrop(Motion(moving=True, outside=True)))
    numbers = [[pose.track for pose in tracker.estimate(at(t))] for t in np.arange(0, 6, 0.1).round(1).tolist()]
    assert all(seen == [1, 2] for seen in numbers[:30])
    assert all(seen == [1, 2, 3] for seen in numbers[41:])


class TwoPlaces(Room):
    """In the whole image people are seen ten pixels farther right; ``in_crop`` is their presence in a crop."""

    in_crop: float = 0.8

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        found = super().estimate(frame, region)
        shift = np.array((0 if region else 10, 0, 0), np.float32)
        return tuple(
            Pose(pose.t, pose.keypoints + shift, presence=self.in_crop if region else pose.presence) for pose in found
        )


def seen_at(height: float, in_crop: float) -> tuple[list[float], int]:
    """Return x of someone who stands at 300, from the third second on, and how often the whole image was run on."""
    room = TwoPlaces([Figure(lambda _t: (300, 300), height)], noise=0.0)
    room.in_crop = in_crop
    tracker = PeopleTracker(room, 4, SharedCrop(Motion(moving=True)))
    shown = [tracker.estimate(at(t)) for t in np.arange(0, 6, 0.1).round(1).tolist()]
    assert all(len(poses) == 1 for poses in shown)
    wholes = sum(region is None for t, region in room.runs if t >= 3)
    return [float(poses[0].keypoints[:, 0].mean()) for poses in shown[30:]], wholes


def test_who_is_found_in_the_crop_is_not_taken_from_the_whole_image() -> None:
    """Where both are run on they would tremble."""
    places, wholes = seen_at(110, 0.8)
    assert places == pytest.approx([300] * 30, abs=1)
    assert 1 <= wholes <= 2


@pytest.mark.parametrize(("height", "in_crop", "taken"), [(110, 0.4, True), (110, 0.3, False), (50, 0.4, False)])
def test_a_crop_must_be_surer_of_who_is_small(height: float, in_crop: float, taken: bool) -> None:
    """Of a larger person two thirds of what a new one needs suffice; else the whole image shows them."""
    places, wholes = seen_at(height, in_crop)
    assert places == pytest.approx([300 if taken else 310] * 30, abs=1)
    assert wholes <= 2 if taken else wholes == 30
