from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX
from haredge.core.types import Image
from research.pose import augment
from research.pose.augment import SIDE, Augmented, lay, moved, placed, view_of

FULL = view_of(1.0)


def keypoints(*places: tuple[float, float]) -> NDArray[np.float32]:
    """Present keypoints at places, the rest unknown."""
    rows = np.zeros((17, 4), np.float32)
    for k, (x, y) in enumerate(places):
        rows[k] = (x, y, 1, 0.7)
    return rows


def dotted(x: int, y: int) -> Image:
    image = np.zeros((60, 80, 3), np.uint8)
    image[y - 1 : y + 2, x - 1 : x + 2] = 255
    return image


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("degrees", [0, 30, -100, 180])
def test_a_keypoint_stays_on_its_pixel(degrees: float, mirror: bool) -> None:
    """However the image is turned, scaled and mirrored, a keypoint lies where its pixel went."""
    picture = Augmented(dotted(50, 20), keypoints((50, 20)))
    matrix = placed((40, 30), (100, 90), 1.5, degrees, mirror)
    canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
    lay(canvas, picture, matrix, cut_out=False)
    y, x = np.argwhere(canvas[:, :, 0] > 200).mean(0)
    nose = moved(picture.keypoints, matrix, FULL, mirror)[INDEX["nose"]]
    np.testing.assert_allclose(nose[:2], (x, y), atol=0.6)


def test_a_mirrored_person_s_left_is_the_right() -> None:
    """Mirroring swaps left and right, as the person's own left is on the other side then."""
    places = keypoints((1, 1), (20, 5), (10, 5))
    swapped = moved(places, placed((0, 0), (100, 0), 1, 0, mirror=True), FULL, mirror=True)
    assert swapped[INDEX["left_eye"], 0] == pytest.approx(90)
    assert swapped[INDEX["right_eye"], 0] == pytest.approx(80)


def test_what_leaves_the_view_is_known_to_be_absent() -> None:
    """A keypoint beyond the image's edge is absent for certain; an unknown one stays unknown."""
    gone = moved(keypoints((-5, 20), (20, 20)), placed((0, 0), (0, 0), 1, 0, mirror=False), FULL, mirror=False)
    assert gone[0, 2:].tolist() == [0, 1]
    assert gone[1, 2:].tolist() == pytest.approx([1, 0.7])
    assert not gone[2:, 2:].any()


@given(st.floats(0.4, 2.5))
def test_a_view_has_its_aspect_and_is_centred(aspect: float) -> None:
    """The letterbox is that of an image with this aspect: one side full, the other centred."""
    view = view_of(aspect)
    width, height = view.right - view.left, view.bottom - view.top
    assert max(width, height) == SIDE
    assert width / height == pytest.approx(aspect, rel=0.05)
    assert abs(view.left - (SIDE - view.right)) <= 1
    assert abs(view.top - (SIDE - view.bottom)) <= 1


def test_a_cut_out_leaves_the_background_alone() -> None:
    """Only the person of a masked image is drawn."""
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 20:40] = 255
    picture = Augmented(np.full((60, 80, 3), 255, np.uint8), keypoints((30, 30)), mask)
    canvas = np.full((SIDE, SIDE, 3), 7, np.uint8)
    lay(canvas, picture, placed((0, 0), (0, 0), 1, 0, mirror=False), cut_out=True)
    assert (canvas[22:38, 22:38] == 255).all()
    assert (canvas[45:, 45:] == 7).all()


def test_the_bars_of_a_letterbox_are_black() -> None:
    """Outside the camera's image the input is black, as in use."""
    canvas = np.full((SIDE, SIDE, 3), 9, np.uint8)
    view = view_of(4 / 3)
    augment.blacken(canvas, view)
    assert not canvas[: view.top].any()
    assert (canvas[view.top : view.bottom] == 9).all()
    assert not canvas[view.bottom :].any()
