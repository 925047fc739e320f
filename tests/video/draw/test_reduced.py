"""Promises of haredge.video.draw.reduced: small, in proportion, over the camera's image only if that is given."""

from __future__ import annotations

import numpy as np
import pytest
from observed import picture, somebody

from haredge.video.draw.reduced import MOST_PX, draw_reduced


@pytest.mark.parametrize(
    ("size", "drawn"),
    [((480, 640), (480, 640)), ((1080, 1920), (360, 640)), ((1280, 720), (640, 360)), ((9, 9), (9, 9))],
)
def test_the_longest_side_is_bounded_and_nothing_is_enlarged(size: tuple[int, int], drawn: tuple[int, int]) -> None:
    """In proportion, whichever way the camera stands."""
    image = draw_reduced(size, ())
    assert image.shape == (*drawn, 3)
    assert max(image.shape) <= MOST_PX
    assert not image.any(), "black without people"


def test_a_person_is_drawn_where_the_reduced_image_has_them() -> None:
    """Keypoints are in pixels of the camera's image, ten times as large here."""
    image = draw_reduced((480 * 10, 640 * 10), [somebody(1, x=6000.0)])
    assert image[:, 560:].any()
    assert not image[10:, :400].any()


def test_the_camera_is_behind_people_only_if_its_image_is_given() -> None:
    """And that image stays as it is, for others read it."""
    image = picture()
    before = image.copy()
    assert (draw_reduced((48, 64), (), image) == image).all()
    draw_reduced((48, 64), [somebody(1)], image)
    np.testing.assert_array_equal(image, before)
