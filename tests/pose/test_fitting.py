"""Fitting an image into a network's input, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.pose.fitting import Letterbox, fit


def to_network(box: Letterbox, xy: np.ndarray) -> np.ndarray:
    """Map pixels of the image to those of the network's input, as :class:`Letterbox` describes it."""
    return (xy + 0.5) * box.scale - 0.5 + (box.left, box.top)


sizes = st.tuples(st.integers(1, 4000), st.integers(1, 4000))


@given(image=sizes, network=sizes)
def test_the_scaled_image_lies_inside_the_input_and_touches_two_of_its_sides(
    image: tuple[int, int], network: tuple[int, int]
) -> None:
    """The image is as large as the input allows, and no larger."""
    box = Letterbox.fit(image, network)
    assert 0 <= box.top <= box.top + box.height <= network[0]
    assert 0 <= box.left <= box.left + box.width <= network[1]
    assert box.height == network[0] or box.width == network[1]


@given(image=sizes, network=sizes)
def test_the_scaled_image_is_centred(image: tuple[int, int], network: tuple[int, int]) -> None:
    """The bars on both sides differ by one pixel at most."""
    box = Letterbox.fit(image, network)
    assert network[0] - box.height - 2 * box.top in (0, 1)
    assert network[1] - box.width - 2 * box.left in (0, 1)


@given(image=sizes, network=sizes, point=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_point_of_the_network_leads_back(
    image: tuple[int, int], network: tuple[int, int], point: tuple[float, float]
) -> None:
    """To the place in the image that it came from, to the precision of float32."""
    box = Letterbox.fit(image, network)
    there = np.array(point) * (image[1], image[0])
    back = box.to_image(to_network(box, there))
    # One float32 step of the largest coordinate, in pixels of the image.
    precision = 1e-6 * max(*image, *network) * max(1.0, 1 / box.scale)
    assert back == pytest.approx(there, abs=precision)


def test_pixel_centres_lie_at_whole_numbers() -> None:
    """Halving an image puts the middle of its first two pixels at the input's first pixel."""
    box = Letterbox.fit((100, 100), (50, 50))
    assert box.to_image(np.zeros(2)) == pytest.approx([0.5, 0.5])
    assert box.to_image(np.array([49.0, 49.0])) == pytest.approx([98.5, 98.5])


def test_leading_axes_are_kept() -> None:
    """A batch of skeletons is mapped as a single point is."""
    box = Letterbox.fit((480, 640), (257, 353))
    points = np.arange(9 * 17 * 2, dtype=np.float32).reshape(9, 17, 2)
    assert box.to_image(points).shape == (9, 17, 2)
    assert box.to_image(points)[3, 4] == pytest.approx(box.to_image(points[3, 4]))


def test_fitting_keeps_the_aspect_and_gives_rgb() -> None:
    """A wide image in a square input lies centred between black bars, its channels turned to RGB."""
    fitted = fit(np.full((50, 100, 3), (200, 100, 50), np.uint8), (64, 64))
    assert fitted.pixels.shape == (64, 64, 3)
    assert fitted.pixels.dtype == np.uint8
    assert fitted.pixels.flags.c_contiguous
    assert np.all(fitted.pixels[16:48] == (50, 100, 200))
    assert not fitted.pixels[:16].any()
    assert not fitted.pixels[48:].any()


@pytest.mark.parametrize("size", [(353, 481), (257, 353), (192, 192), (7, 300)])
@pytest.mark.parametrize("image", [(480, 640), (1080, 1920), (1, 1), (500, 3)])
def test_fitting_gives_the_networks_size_whatever_the_image(image: tuple[int, int], size: tuple[int, int]) -> None:
    """No image and no input size, however thin, gives an array of another size."""
    assert fit(np.zeros((*image, 3), np.uint8), size).pixels.shape == (*size, 3)


def test_a_point_of_the_image_is_found_where_the_letterbox_says() -> None:
    """A white square's centre in the input leads back, through the letterbox, to its place in the image."""
    image = np.zeros((300, 400, 3), np.uint8)
    image[100:121, 250:271] = 255
    fitted = fit(image, (257, 353))
    rows, columns = np.nonzero(fitted.pixels[:, :, 0] > 127)
    centre = fitted.letterbox.to_image(np.array([columns.mean(), rows.mean()]))
    assert centre == pytest.approx([260, 110], abs=0.6)


@pytest.mark.parametrize("times", [2, 3, 4, 7])
def test_a_large_image_is_averaged_and_its_noise_with_it(times: int) -> None:
    """Of the noise of a sensor with many pixels less is left than of one with few."""
    rng = np.random.default_rng(1)
    noisy = rng.normal(128, 40, (96 * times, 128 * times, 3)).clip(0, 255).astype(np.uint8)
    few = rng.normal(128, 40, (96, 128, 3)).clip(0, 255).astype(np.uint8)
    assert fit(noisy, (96, 128)).pixels.std() < 0.6 * fit(few, (96, 128)).pixels.std()


@given(scale=st.floats(1.0, 9.0), x=st.integers(20, 100), y=st.integers(20, 70))
def test_what_is_shown_is_where_the_letterbox_says(scale: float, x: int, y: int) -> None:
    """However often an image is halved on the way, odd sizes included."""
    height, width = round(97 * scale), round(131 * scale)
    image = np.zeros((height, width, 3), np.uint8)
    left, top = round(x * scale), round(y * scale)
    image[top : top + round(8 * scale), left : left + round(8 * scale)] = 255
    shown = fit(image, (96, 128))
    rows, columns = np.nonzero(image[:, :, 0])
    pixels = shown.pixels[:, :, 0].astype(float)
    found = [float((pixels.sum(axis) * np.arange(pixels.shape[1 - axis])).sum() / pixels.sum()) for axis in (0, 1)]
    expected = to_network(shown.letterbox, np.array([columns.mean(), rows.mean()]))
    # Linear interpolation may pass over an edge.
    assert found == pytest.approx(expected, abs=0.6)
