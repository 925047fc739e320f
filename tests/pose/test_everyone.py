"""Promises of haredge.pose.everyone."""

from __future__ import annotations

from dataclasses import dataclass

import crowd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.types import Frame, Pose
from haredge.pose.everyone import MOST_SQUARES, everyone, squares
from haredge.pose.region import Region

SIZE = (480, 640)


@dataclass
class Network:
    """Finds people who are tall enough in what it is shown, the tallest first, and no more than it can."""

    people: tuple[tuple[float, float, float], ...]
    """x, y of the middle, and height, in pixels."""
    most_people: int = 6
    confirms_new: bool = False
    least: float = 0.3
    """Least height of a person as a share of what the network is shown."""
    min_pose_score: float = 0.5

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        height, width = frame.image.shape[:2]
        region = region or Region(0, 0, width, height)
        shown = [
            (x, y, tall)
            for x, y, tall in self.people
            if region.left <= x < region.right and region.top <= y < region.bottom
            if tall >= self.least * (region.bottom - region.top)
        ]
        shown.sort(key=lambda one: -one[2])
        return tuple(
            Pose(frame.t, crowd.skeleton(x, y, tall), presence=0.6 + tall / 2000)
            for x, y, tall in shown[: self.most_people]
        )


def found(network: Network, size: tuple[int, int] = SIZE) -> list[int]:
    poses = everyone(network, Frame(0, 0.0, np.zeros((*size, 3), np.uint8)))
    return [round(float(np.mean(pose.keypoints[5:7, 0]))) for pose in poses]


def test_people_are_found_once_from_left_to_right() -> None:
    """However many squares show them."""
    assert found(Network(((500, 240, 300), (120, 240, 280), (300, 240, 200)))) == [120, 300, 500]


def test_who_is_small_is_found_in_a_square() -> None:
    """The back row of a classroom: no network finds it in the whole image."""
    row = tuple((60.0 + 100 * number, 100.0, 90.0) for number in range(6))
    assert found(Network((*row, (320, 330, 290)))) == [60, 160, 260, 320, 360, 460, 560]


def test_a_network_for_one_person_finds_a_group_as_far_as_squares_part_it() -> None:
    """Each square shows its largest; who is in none the largest is not found."""
    assert found(Network(((80, 240, 200), (320, 240, 210), (560, 240, 220)), most_people=1)) == [80, 320, 560]


def test_a_person_before_another_is_another() -> None:
    """A child in front of an adult is half as tall: two boxes, one in the other."""
    assert len(found(Network(((300, 240, 400), (310, 320, 200))))) == 2


def test_an_empty_room_shows_no_one() -> None:
    """Nor does a network that sees people below its own threshold."""
    assert found(Network(())) == []
    assert found(Network(((300, 240, 300),), min_pose_score=0.9)) == []


@given(st.integers(1, 9000), st.integers(1, 9000))
def test_squares_cover_every_image_and_are_bounded(height: int, width: int) -> None:
    """All of it, with few squares, each of which overlaps the next; an image of a few pixels is not divided."""
    regions = squares((height, width))
    assert len(regions) <= MOST_SQUARES
    if min(height, width) < 54:
        return
    covered = np.zeros((-(-height // 16), -(-width // 16)), bool)
    for region in regions:
        assert region.right <= width
        assert region.bottom <= height
        covered[region.top // 16 : -(-region.bottom // 16), region.left // 16 : -(-region.right // 16)] = True
    assert covered.all()


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (33, 33)])
def test_an_image_of_any_shape_is_searched(size: tuple[int, int]) -> None:
    """A line, a dot."""
    assert found(Network(((0, 0, 5000.0),)), size) in ([0], [])
