"""How often people are found by the tracker: what counts as found, and when."""

from pathlib import Path

import numpy as np

from haredge.core.types import Box, Frame, Pose
from haredge.pose.region import Region
from haredge.pose.tracker import PeopleTracker
from research.people.follow_command import Tally, follow, still
from research.people.sight import FallVideo

RNG = np.random.default_rng(0)
VIDEO = FallVideo(Path(), "", 8.0, (9, 12), {number: np.array((40.0, 40.0, 80.0, 160.0)) for number in range(1, 25)})


class Network:
    """Finds a person at a place until a time, and then elsewhere."""

    min_pose_score = 0.5
    most_people = 6
    confirms_new = False

    def __init__(self, until_s: float) -> None:
        self.until_s = until_s

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        left = 42.0 if frame.t < self.until_s else 200.0
        keypoints = np.column_stack((np.full(17, left + 15), np.linspace(40, 160, 17), np.full(17, 0.9)))
        return (Pose(frame.t, keypoints.astype(np.float32), network_box=Box(left, 45.0, left + 38, 155.0)),)


def test_a_person_is_found_where_the_annotated_box_is_by_phase_of_the_fall() -> None:
    """Frames before, during and after the fall are counted apart; a person elsewhere is another, and no hit."""
    frames = [Frame(index, index / 8, RNG.integers(0, 255, (240, 320, 3), dtype=np.uint8)) for index in range(24)]
    tally = Tally()
    follow(frames, PeopleTracker(Network(1.375), 4), tally, VIDEO)
    assert [len(phase) for phase in tally.found] == [8, 4, 12]
    assert [sum(phase) for phase in tally.found] == [8, 3, 0]
    assert all(all(phase) for phase in tally.seen)
    assert (tally.frames, tally.with_people, tally.tracks, tally.videos_with_people) == (24, 24, 2, 1)


def test_a_room_is_shown_with_noise_for_a_while() -> None:
    """As many frames as asked for, none like the one before."""
    frames = list(still(np.full((32, 32, 3), 90, np.uint8), 5, 10.0))
    assert [frame.t for frame in frames] == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert (frames[0].image != frames[1].image).any()
