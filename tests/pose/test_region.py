"""The part of an image that a network runs on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.pose.region import LEAST_PX, ROOM, Region


def person(left: float, top: float, right: float, bottom: float, score: float = 0.9) -> np.ndarray:
    """Return keypoints in a box, of which one lies in each corner."""
    keypoints = np.full((17, 3), score, np.float32)
    keypoints[:, :2] = (left + right) / 2, (top + bottom) / 2
    keypoints[:4, :2] = (left, top), (right, top), (left, bottom), (right, bottom)
    return keypoints


def test_it_is_a_square_around_the_person_with_room_to_move() -> None:
    """A person 40 px wide and 100 px tall gets a square around the same centre, larger than the box by ROOM."""
    region = Region.around(person(300, 200, 340, 300), (480, 640))
    assert (region.left + region.right) / 2 == pytest.approx(320, abs=1)
    assert (region.top + region.bottom) / 2 == pytest.approx(250, abs=1)
    assert region.right - region.left == pytest.approx(100 * ROOM, abs=2)
    assert region.bottom - region.top == pytest.approx(100 * ROOM, abs=2)


def test_keypoints_of_low_score_do_not_stretch_it() -> None:
    """A stray guess far away changes nothing, unless nothing else is known."""
    keypoints = person(300, 200, 340, 300)
    expected = Region.around(keypoints, (480, 640))
    keypoints[16] = 10, 10, 0.05
    assert Region.around(keypoints, (480, 640)) == expected
    unsure = person(300, 200, 340, 300, score=0.1)
    assert Region.around(unsure, (480, 640)) == expected


places = st.floats(-50, 3000, width=32)


@given(st.lists(st.tuples(places, places, st.floats(0, 1, width=32)), min_size=17, max_size=17), st.data())
def test_it_never_leaves_the_image_and_is_never_empty(
    rows: list[tuple[float, float, float]], data: st.DataObject
) -> None:
    """Wherever the keypoints are, even if the image was larger before, a part of this image remains."""
    height, width = data.draw(st.tuples(st.integers(1, 2000), st.integers(1, 2000)))
    region = Region.around(np.array(rows, np.float32), (height, width))
    assert 0 <= region.left < region.right <= width
    assert 0 <= region.top < region.bottom <= height


@pytest.mark.parametrize("edges", [(5, 0, 5, 9), (9, 0, 5, 9), (0, 9, 5, 9), (-1, 0, 5, 9)])
def test_a_region_without_pixels_cannot_be_made(edges: tuple[int, int, int, int]) -> None:
    """No network runs on an empty crop, whatever proposes it."""
    with pytest.raises(ValueError, match="without pixels"):
        Region(*edges)


def test_a_tiny_person_is_not_enlarged() -> None:
    """All keypoints on one spot still give a region of some pixels."""
    region = Region.around(person(100, 100, 100, 100), (480, 640))
    assert region.right - region.left >= LEAST_PX


def test_it_shows_the_part_of_an_image() -> None:
    """The crop is a view of what lies there, not a copy."""
    image = np.arange(8 * 10 * 3, dtype=np.uint8).reshape(8, 10, 3)
    part = Region(2, 1, 5, 7).of(image)
    assert part.shape == (6, 3, 3)
    assert np.shares_memory(part, image)
    assert (part[0, 0] == image[1, 2]).all()


@given(st.integers(0, 3), st.data())
def test_a_pixel_of_a_turned_region_is_one_of_the_image(turns: int, data: st.DataObject) -> None:
    """The very one that :meth:`Region.to_image` names."""
    image = np.arange(30 * 40).reshape(30, 40).astype(np.uint8)
    left, top = data.draw(st.integers(0, 38)), data.draw(st.integers(0, 28))
    right, bottom = data.draw(st.integers(left + 1, 40)), data.draw(st.integers(top + 1, 30))
    region = Region(left, top, right, bottom).turned(turns)
    shown = region.of(image)
    assert shown.shape == ((right - left, bottom - top) if turns % 2 else (bottom - top, right - left))
    rows, columns = np.indices(shown.shape)
    x, y = np.moveaxis(region.to_image(np.stack((columns, rows), -1)), -1, 0).astype(int)
    assert (image[y, x] == shown).all()


def test_who_lies_with_their_head_to_the_right_stands_after_one_turn() -> None:
    """Turns are counterclockwise; four are none."""
    image = np.zeros((10, 10), np.uint8)
    image[5, 9] = 1
    region = Region(0, 0, 10, 10)
    assert region.turned(1).of(image)[0, 5] == 1
    assert region.turned(4) == region
    assert region.turned(1).turned(3).turns == 3
