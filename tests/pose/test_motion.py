"""Whether anything moves in front of a camera."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.types import Box, Frame, Image
from haredge.pose.motion import BLUR_PX, JOINED_PX, LEARN_S, MotionDetector

RATE_HZ = 8.0


def room(seed: int = 0) -> Image:
    """Furnish a room of 240x320: shapes of all shades."""
    rng = np.random.default_rng(seed)
    image = np.full((240, 320, 3), 120, np.uint8)
    for _ in range(40):
        (x, y), (wide, tall) = rng.integers(0, 300, 2).tolist(), rng.integers(10, 80, 2).tolist()
        cv2.rectangle(image, (x, y), (x + wide, y + tall), rng.integers(30, 220, 3).tolist(), -1)
    return image


def video(images: Iterator[Image] | list[Image], noise: float = 2.0) -> Iterator[Frame]:
    rng = np.random.default_rng(1)
    for index, image in enumerate(images):
        noisy = np.clip(image + rng.normal(0, noise, image.shape), 0, 255).astype(np.uint8)
        yield Frame(index, index / RATE_HZ, noisy)


def moves(images: Iterator[Image] | list[Image], noise: float = 2.0) -> list[bool]:
    detector = MotionDetector()
    return [moves_after(detector, frame) for frame in video(images, noise)]


def moves_after(detector: MotionDetector, frame: Frame) -> bool:
    detector.watch(frame)
    return detector.moves()


def with_person(image: Image, x: int, tall: int) -> Image:
    shown = image.copy()
    cv2.rectangle(shown, (x, 200 - tall), (x + tall // 3, 200), (60, 40, 90), -1)
    return shown


@pytest.mark.parametrize("noise", [0.0, 2.0, 8.0, 20.0])
def test_an_empty_room_is_still(noise: float) -> None:
    """By day and in the noise of the night, once it is known."""
    found = moves([room()] * 60, noise)
    assert found[0]
    assert sum(found[16:]) == 0


@pytest.mark.parametrize(("tall", "noise"), [(30, 2.0), (100, 2.0), (60, 8.0), (120, 20.0)])
def test_a_person_who_comes_in_moves_at_once(tall: int, noise: float) -> None:
    """In the first frame that shows them, and as long as they walk, also in the distance."""
    images = [room()] * 32 + [with_person(room(), 20 + 6 * step, tall) for step in range(16)]
    found = moves(images, noise)
    assert not any(found[16:32])
    assert all(found[32:])


def test_it_says_where() -> None:
    """A box that holds the person moves; one elsewhere, and one of a frame in which everything changed, does not."""
    detector = MotionDetector()
    for frame in video([room()] * 24 + [with_person(room(), 100, 90)]):
        detector.watch(frame)
    assert detector.moves_in(Box(95, 100, 140, 205))
    assert not detector.moves_in(Box(200, 100, 300, 205))
    area = detector.area()
    assert area is not None
    assert area == pytest.approx(Box(100, 110, 130, 200), abs=2 * (BLUR_PX + JOINED_PX))
    detector.watch(Frame(99, 9.0, np.full_like(room(), 250)))
    assert not detector.moves_in(Box(0, 0, 319, 239))
    assert detector.area() is None


sides = st.one_of(st.integers(1, 30), st.integers(1, 4000))
shares = st.floats(0, 1)


@given(
    size=st.tuples(sides, sides).filter(lambda size: size[0] * size[1] < 100_000),
    place=st.tuples(shares, shares),
    extent=st.tuples(shares, shares),
)
def test_where_it_moves_is_in_the_image(
    size: tuple[int, int], place: tuple[float, float], extent: tuple[float, float]
) -> None:
    """Of any size: the box has pixels of the image, and no others, up to its last rows and columns."""
    detector, before = MotionDetector(), np.full((*size, 3), 90, np.uint8)
    (height, width), after = size, before.copy()
    top, left = int(place[0] * (height - 1)), int(place[1] * (width - 1))
    after[top : top + 1 + int(extent[0] * height), left : left + 1 + int(extent[1] * width)] = 200
    for index, image in enumerate((before, before, after)):
        detector.watch(Frame(index, index / 8, image))
    if (area := detector.area()) is not None:
        assert 0 <= area.left < area.right <= width
        assert 0 <= area.top < area.bottom <= height


@pytest.mark.parametrize("change", ["lamp", "camera"])
def test_a_lamp_or_a_moved_camera_starts_it_again(change: str) -> None:
    """What changes everything moves once; then the room is still as before."""
    after = cv2.convertScaleAbs(room(), alpha=1.6, beta=10) if change == "lamp" else room(5)
    found = moves([room()] * 32 + [np.asarray(after, np.uint8)] * 40)
    assert found[32]
    assert sum(found[33 + round(RATE_HZ * LEARN_S) // 2 :]) == 0


def test_brightness_that_drifts_is_no_motion() -> None:
    """As by a cloud, or a camera's exposure."""
    images = [np.asarray(cv2.convertScaleAbs(room(), alpha=1, beta=0.3 * step), np.uint8) for step in range(80)]
    assert sum(moves(images)[16:]) == 0


def test_a_television_keeps_moving() -> None:
    """A part of the image that always changes is motion: a person may be in front of it."""
    rng = np.random.default_rng(2)
    images = []
    for _ in range(60):
        image = room()
        image[50:90, 150:210] = rng.integers(0, 255, 3)
        images.append(image)
    assert np.mean(moves(images)[16:]) > 0.8


def test_an_image_of_another_size_or_a_clock_that_goes_back_starts_it_again() -> None:
    """Another camera's image is not compared with this one's."""
    detector = MotionDetector()
    assert moves_after(detector, Frame(0, 5.0, room()))
    assert not moves_after(detector, Frame(1, 5.1, room()))
    assert moves_after(detector, Frame(2, 5.2, np.ascontiguousarray(room()[::2, ::2])))
    assert moves_after(detector, Frame(3, 1.0, np.ascontiguousarray(room()[::2, ::2])))


@pytest.mark.parametrize("size", [(48, 64), (1, 1), (1080, 1920), (640, 160)])
def test_any_size_of_image_will_do(size: tuple[int, int]) -> None:
    """From one pixel to full HD; nothing moves after the first image, of which that is not known."""
    detector, image = MotionDetector(), np.full((*size, 3), 90, np.uint8)
    assert [moves_after(detector, Frame(index, index / 8, image)) for index in range(3)] == [True, False, False]
