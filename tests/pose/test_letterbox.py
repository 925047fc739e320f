"""Promises of haredge.pose.letterbox."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.pose.letterbox import Letterbox

sizes = st.tuples(st.integers(1, 4000), st.integers(1, 4000))


@given(picture=sizes, network=sizes)
def test_the_scaled_picture_lies_inside_the_input_and_touches_two_of_its_sides(
    picture: tuple[int, int], network: tuple[int, int]
) -> None:
    """The picture is as large as the input allows, and no larger."""
    box = Letterbox.fit(picture, network)
    assert 0 <= box.top <= box.top + box.height <= network[0]
    assert 0 <= box.left <= box.left + box.width <= network[1]
    assert box.height == network[0] or box.width == network[1]


@given(picture=sizes, network=sizes)
def test_the_scaled_picture_is_centred(picture: tuple[int, int], network: tuple[int, int]) -> None:
    """The bars on both sides differ by one pixel at most."""
    box = Letterbox.fit(picture, network)
    assert network[0] - box.height - 2 * box.top in (0, 1)
    assert network[1] - box.width - 2 * box.left in (0, 1)


@given(picture=sizes, network=sizes, point=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_point_goes_to_the_network_and_back(
    picture: tuple[int, int], network: tuple[int, int], point: tuple[float, float]
) -> None:
    """Both maps are each other's inverse, to the precision of float32."""
    box = Letterbox.fit(picture, network)
    there = np.array(point) * (picture[1], picture[0])
    back = box.to_picture(box.to_network(there))
    # One float32 step of the largest coordinate, in pixels of the picture.
    precision = 1e-6 * max(*picture, *network) * max(1.0, 1 / box.scale)
    assert back == pytest.approx(there, abs=precision)


def test_pixel_centres_lie_at_whole_numbers() -> None:
    """Halving a picture puts the middle of its first two pixels at the input's first pixel."""
    box = Letterbox.fit((100, 100), (50, 50))
    assert box.to_network(np.array([0.5, 0.5])) == pytest.approx([0, 0])
    assert box.to_picture(np.array([49.0, 49.0])) == pytest.approx([98.5, 98.5])


def test_leading_axes_are_kept() -> None:
    """A batch of skeletons is mapped as a single point is."""
    box = Letterbox.fit((480, 640), (257, 353))
    points = np.arange(9 * 17 * 2, dtype=np.float32).reshape(9, 17, 2)
    assert box.to_network(points).shape == (9, 17, 2)
    assert box.to_network(points)[3, 4] == pytest.approx(box.to_network(points[3, 4]))
