"""Several people and their numbers, as a network that finds all of them at once shows them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import crowds
import numpy as np
import pytest
from crowds import Figure, Restless, Room, frames, nearest

from haredge.core.types import Box, Frame, Pose
from haredge.pose.proposals import CropsThenWhole, Motion, RegionProposer
from haredge.pose.region import Region
from haredge.pose.shared_crop import RESTLESS_S, SharedCrop
from haredge.pose.tracker import CLOSER, NO_ONE_S, PeopleTracker
from haredge.pose.tracks import BYSTANDERS, LOST_S, REMEMBERED_S


def follower(room: Room, most: int) -> PeopleTracker:
    return PeopleTracker(room, most, SharedCrop(Restless()))


def follow(room: Room, most: int, video: Iterable[Frame]) -> list[tuple[Pose, ...]]:
    tracker = follower(room, most)
    return [tracker.estimate(frame) for frame in video]


def whose(found: Sequence[tuple[Pose, ...]], people: Sequence[Figure]) -> dict[int, set[int]]:
    """Return the people by each number that was given."""
    owners: dict[int, set[int]] = defaultdict(set)
    for poses in found:
        for pose in poses:
            owners[pose.track].add(nearest(pose, people))
    return owners


def walking(start: float, speed: float, feet: float = 400.0) -> crowds.Path:
    """Walk across the room at so many pixels a second."""
    return lambda t: (start + speed * t, feet)


@pytest.mark.parametrize("rate_hz", [5, 8, 15])
@pytest.mark.parametrize("speed", [60, 140, 250])
def test_people_who_cross_keep_their_numbers(speed: float, rate_hz: float) -> None:
    """One passes behind the other, hidden for a while; neither gets the other's number, nor a new one."""
    people = [Figure(walking(80, speed), 220), Figure(walking(560, -speed), 200)]
    found = follow(Room(people), 4, frames(480 / speed, rate_hz))
    assert whose(found, people) == {1: {0}, 2: {1}}


class Distant(Room):
    """People are too small to be found in the whole image at first."""

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        found = super().estimate(frame, region)
        return found if region or frame.t >= 2 else ()


def distant(presence: float) -> tuple[Distant, list[tuple[Pose, ...]]]:
    """Show a small person, at first in nothing except a crop, for four seconds."""
    room = Distant([Figure(walking(200, 20), 60, presence=lambda _t: presence)], min_pose_score=0.4)
    tracker = PeopleTracker(room, 4, SharedCrop(Restless(Box(200, 340, 220, 400))))
    return room, [tracker.estimate(frame) for frame in frames(4.0)]


def test_a_person_too_small_for_the_whole_image_is_found_where_something_moves() -> None:
    """With one number; from the second second on by one run a frame, and the whole image now and then."""
    room, found = distant(0.8)
    assert all(found)
    assert whose(found, room.people) == {1: {0}}
    assert len({t for t, region in room.runs if region}) == 32
    assert len([t for t, region in room.runs if region is None and t >= 1]) <= 1 + 3 / RESTLESS_S
    assert len([t for t, region in room.runs if region and t >= 1]) == 24


def test_what_moves_and_only_may_be_a_person_is_none() -> None:
    """A curtain: on a crop a person who is new needs twice the score that suffices in the whole image."""
    _, found = distant(CLOSER * 0.4 - 0.05)
    assert [bool(poses) for poses in found] == [False] * 16 + [True] * 16


def test_what_moves_and_is_no_person_costs_a_crop_now_and_then() -> None:
    """Not two runs in each frame at 30 fps; a person shown by crops alone has one in every frame."""
    curtain, person = Distant([]), Distant([Figure(walking(200, 20), 60, presence=lambda _t: 1.0)])
    for room in (curtain, person):
        tracker = PeopleTracker(room, 4, SharedCrop(Restless(Box(200, 340, 220, 400))))
        for frame in frames(2.0, rate_hz=30):
            tracker.estimate(frame)
    crops = [t for t, region in curtain.runs if region]
    assert all(after - before >= NO_ONE_S for before, after in itertools.pairwise(crops))
    assert len(crops) >= 2.0 / (NO_ONE_S + 1 / 30)
    assert len([t for t, region in person.runs if region]) == 60


@pytest.mark.parametrize("hidden_s", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("goes_on", [True, False])
def test_a_person_who_is_hidden_keeps_their_number(hidden_s: float, goes_on: bool) -> None:
    """Behind a door or a pillar, for up to two seconds, walking on or waiting there."""

    def path(t: float) -> tuple[float, float]:
        walked = t if goes_on else min(t, 2.0) + max(0.0, t - 2.0 - hidden_s)
        return 120 + 80 * walked, 400

    person = Figure(path, presence=lambda t: 0.0 if 2.0 < t < 2.0 + hidden_s else 0.8)
    found = follow(Room([person]), 4, frames(5))
    assert {pose.track for poses in found for pose in poses} == {1}
    assert [bool(poses) for poses in found] == [not 2.0 < frame.t < 2.0 + hidden_s for frame in frames(5)]


@pytest.mark.parametrize(("away_s", "number"), [(5, 1), (REMEMBERED_S - 1, 1), (REMEMBERED_S + 1, 2)])
def test_who_is_found_again_where_they_were_is_the_same(away_s: float, number: int) -> None:
    """Behind the open door of the wardrobe, or in the dusk, for half a minute; later they are new."""
    person = Figure(lambda _t: (320, 400), presence=lambda t: 0.0 if 2.0 < t < 2.0 + away_s else 0.8)
    found = follow(Room([person]), 4, frames(away_s + 4))
    assert [pose.track for pose in (*found[0], *found[-1])] == [1, number]


def test_people_who_meet_hug_and_part_keep_their_numbers() -> None:
    """They stand so close that one hides the other for a second, and go back where they came from."""

    def towards(start: float, middle: float) -> crowds.Path:
        return lambda t: (start + (middle - start) * float(np.clip(min(t, 6 - t) / 2.5, 0, 1)), 400)

    people = [Figure(towards(120, 310), 220), Figure(towards(520, 340), 200)]
    found = follow(Room(people), 4, frames(6))
    assert whose(found, people) == {1: {0}, 2: {1}}


def test_people_who_sit_side_by_side_are_two() -> None:
    """A shoulder's width apart, each keeps their number."""
    people = [Figure(lambda t: (300, 400), 200), Figure(lambda t: (350, 400), 205)]
    found = follow(Room(people, hides=False), 4, frames(10))
    assert whose(found, people) == {1: {0}, 2: {1}} or whose(found, people) == {1: {1}, 2: {0}}
    assert all(len(poses) == 2 for poses in found)


def test_who_comes_in_as_another_leaves_is_a_new_person() -> None:
    """By the same door: the one who leaves takes their number along."""
    people = [
        Figure(lambda t: (500 + 120 * t, 400) if t < 1.6 else None),
        Figure(lambda t: (690 - 120 * (t - 1.6), 400) if t > 1.6 else None, 190),
    ]
    found = follow(Room(people), 4, frames(4))
    assert whose(found, people) == {1: {0}, 2: {1}}


@pytest.mark.parametrize("dark_s", [0.0, 0.6, 1.5, 4.0])
def test_a_person_who_is_lost_in_a_fall_is_the_same_on_the_floor(dark_s: float) -> None:
    """While they go down no network may know them; found low nearby they keep their number."""
    person = Figure(
        lambda t: (250 + 60 * min(t, 2.0), 400),
        fallen=lambda t: float(np.clip((t - 2.0) / 0.8, 0, 1)),
        presence=lambda t: 0.0 if 2.2 < t < 2.2 + dark_s else 0.35 if t > 2.2 else 0.8,
    )
    found = follow(Room([person]), 4, frames(8))
    assert {pose.track for poses in found for pose in poses} == {1}
    assert found[-1]


def test_a_person_who_is_known_needs_less_presence_than_one_who_is_new() -> None:
    """The lower score keeps a person, and brings no new one in."""
    fading = Figure(lambda t: (300, 400), presence=lambda t: 0.8 if t < 1 else 0.35)
    assert all(follow(Room([fading]), 4, frames(5)))
    doubtful = Figure(lambda t: (300, 400), presence=lambda t: 0.45)
    assert not any(follow(Room([doubtful]), 4, frames(5)))


def test_one_person_is_followed_and_kept() -> None:
    """With most 1 the largest is followed at first, and no other while they are there, however near another comes."""
    people = [
        Figure(lambda t: (200, 400), 180),
        Figure(lambda t: (500, 400), 150),
        Figure(lambda t: (420, 460) if t > 2 else None, 300),
    ]
    found = follow(Room(people, hides=False), 1, frames(6))
    assert whose(found, people) == {1: {0}}
    assert all(len(poses) == 1 for poses in found)


def test_another_is_followed_once_the_one_has_gone() -> None:
    """The place of the person of interest is free when they have left, or are lost for longer than LOST_S."""
    people = [Figure(lambda t: (300, 400) if t < 2 else None), Figure(lambda t: (500, 400), 150)]
    found = follow(Room(people), 1, frames(6))
    assert whose(found, people) == {1: {0}, 2: {1}}
    first = next(poses[0].t for poses in found if poses and poses[0].track == 2)
    assert LOST_S <= first - 2 <= LOST_S + 0.3


@pytest.mark.parametrize("proposer", [SharedCrop, CropsThenWhole])
def test_poses_that_are_ignored_take_no_ones_place(proposer: Callable[[Motion], RegionProposer]) -> None:
    """A television full of people hides no one who is in the room, nor does a crop around someone show them."""
    screen = [Figure(lambda _t, x=350 + 60 * index: (x, 200), 150) for index in range(4)]  # type: ignore[misc]
    people = [*screen, Figure(lambda t: (100 + 20 * t, 420) if t > 1 else None, 200)]
    tracker = PeopleTracker(Room(people), 2, proposer(Restless()), ignored=lambda pose, _size: pose.box.bottom < 250)
    found = [tracker.estimate(frame) for frame in frames(10)]
    assert whose(found, people) == {1: {4}}
    assert [bool(poses) for poses in found] == [frame.t > 1 for frame in frames(10)]


@pytest.mark.parametrize("most", [2, 4, 10])
def test_of_a_crowd_no_more_are_followed_than_asked_for(most: int) -> None:
    """Thirty people who mill about: never more than asked for, no number twice in a frame, memory bounded."""
    rng = np.random.default_rng(3)
    phases, speeds, feet = rng.uniform(0, 6, 30), rng.uniform(0.2, 1, 30), rng.uniform(250, 470, 30)

    def milling(index: int) -> crowds.Path:
        return lambda t: (320 + 300 * float(np.sin(phases[index] + speeds[index] * t)), float(feet[index]))

    people = [Figure(milling(index), 60 + 4 * index) for index in range(30)]
    room = Room(people, most_people=30)
    tracker = follower(room, most)
    for frame in frames(8):
        poses = tracker.estimate(frame)
        assert len(poses) <= most
        assert len({pose.track for pose in poses}) == len(poses)
        assert tracker.remembers <= 2 * most + BYSTANDERS
    assert len(poses) >= most - 1


@pytest.mark.parametrize("count", [20, pytest.param(180, marks=pytest.mark.slow)])
def test_people_who_come_and_go_for_an_hour_leave_nothing_behind(count: int) -> None:
    """A person every twenty seconds, through one door in and another out: each a number of their own."""
    people = [
        Figure(lambda t, begin=20.0 * index: (-20 + 90 * (t - begin), 400) if 0 <= t - begin < 8 else None)  # type: ignore[misc]
        for index in range(count)
    ]

    class Passing(Room):
        def estimate(self, frame: Frame, region: object = None) -> tuple[Pose, ...]:
            now = int(frame.t // 20)
            return Room(people[max(0, now - 1) : now + 1]).estimate(frame)

    tracker = follower(Passing(people), 4)
    seen: set[int] = set()
    for frame in frames(20 * count, 2.5):
        seen |= {pose.track for pose in tracker.estimate(frame)}
        assert tracker.remembers <= 3
    assert len(seen) == count


def test_a_person_found_twice_is_one() -> None:
    """A network may find one person as two, a pixel apart."""

    class Doubling(Room):
        def estimate(self, frame: Frame, region: object = None) -> tuple[Pose, ...]:
            return super().estimate(frame) + super().estimate(frame)

    found = follow(Doubling([Figure(walking(100, 80))]), 4, frames(5))
    assert all(len(poses) == 1 for poses in found)
    assert whose(found, [Figure(walking(100, 80))]) == {1: {0}}


def test_a_person_cut_by_the_edge_is_followed() -> None:
    """Half outside the image, for as long as they are there."""
    person = Figure(lambda t: (632, 400))
    found = follow(Room([person]), 4, frames(20))
    assert {pose.track for poses in found for pose in poses} == {1}
    assert all(found)


def test_a_time_that_goes_back_and_an_image_of_another_size_start_from_scratch() -> None:
    """A person of a video that starts over, or of another camera, is not one of before."""
    tracker = follower(Room([Figure(lambda t: (300, 400))]), 4)
    (first,) = tracker.estimate(Frame(0, 5.0, crowds.IMAGE))
    (second,) = tracker.estimate(Frame(1, 1.0, crowds.IMAGE))
    (third,) = tracker.estimate(Frame(2, 1.1, np.zeros((240, 320, 3), np.uint8)))
    assert len({first.track, second.track, third.track}) == 3
