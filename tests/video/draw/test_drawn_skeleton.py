"""Drawing a skeleton."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.core.keypoints import INDEX
from haredge.core.types import Keypoints
from haredge.video.draw.skeleton import draw_skeleton

COLOUR = (84, 142, 246)


def seen(**places: tuple[float, float]) -> Keypoints:
    keypoints = np.zeros((17, 3), np.float32)
    for name, (x, y) in places.items():
        keypoints[INDEX[name]] = x, y, 0.9
    return keypoints


def black() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.zeros((200, 200, 3), np.uint8)


def test_keypoints_are_drawn_in_the_persons_colour() -> None:
    """The person's own left is a lighter shade of it."""
    image = black()
    draw_skeleton(image, seen(left_wrist=(50, 60), right_wrist=(150, 60)), COLOUR)
    assert tuple(image[60, 150]) == COLOUR[::-1]
    assert (image[60, 50] > image[60, 150]).all()


def test_limbs_join_what_is_seen() -> None:
    """A limb is drawn where both its ends are seen, and not towards a keypoint of low score."""
    image = black()
    draw_skeleton(image, seen(left_elbow=(20, 100), left_wrist=(180, 100)), COLOUR)
    assert image[100, 100].any()
    image = black()
    draw_skeleton(image, seen(left_elbow=(20, 100), left_shoulder=(180, 100)) * (1, 1, 0.1), COLOUR)
    assert not image.any()


def test_places_are_scaled() -> None:
    """An image that is shown at half its size has its skeleton where the person is."""
    image = black()
    draw_skeleton(image, seen(left_wrist=(200, 200)), COLOUR, scale=0.5)
    assert image[100, 100].any()


@pytest.mark.parametrize("strange", [np.nan, np.inf, -1e9, 1e9])
def test_strange_places_are_survived(strange: float) -> None:
    """Places that are not numbers are left out; those far away draw nothing in the image."""
    image = black()
    draw_skeleton(image, seen(left_wrist=(strange, strange)), COLOUR)
    assert not image.any()
