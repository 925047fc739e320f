"""Promises of haredge.pose.image."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.pose import image


def test_fitting_keeps_the_aspect_and_gives_rgb() -> None:
    """A wide picture in a square input lies centred between black bars, its channels turned to RGB."""
    fitted = image.fit(np.full((50, 100, 3), (200, 100, 50), np.uint8), (64, 64))
    assert fitted.pixels.shape == (64, 64, 3)
    assert fitted.pixels.dtype == np.uint8
    assert fitted.pixels.flags.c_contiguous
    assert np.all(fitted.pixels[16:48] == (50, 100, 200))
    assert not fitted.pixels[:16].any()
    assert not fitted.pixels[48:].any()


@pytest.mark.parametrize("size", [(353, 481), (257, 353), (192, 192), (7, 300)])
@pytest.mark.parametrize("picture", [(480, 640), (1080, 1920), (1, 1), (500, 3)])
def test_fitting_gives_the_networks_size_whatever_the_picture(picture: tuple[int, int], size: tuple[int, int]) -> None:
    """No picture and no input size, however thin, gives an array of another size."""
    assert image.fit(np.zeros((*picture, 3), np.uint8), size).pixels.shape == (*size, 3)


def test_a_point_of_the_picture_is_found_where_the_letterbox_says() -> None:
    """A white square's centre in the input leads back, through the letterbox, to its place in the picture."""
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[100:121, 250:271] = 255
    fitted = image.fit(picture, (257, 353))
    rows, columns = np.nonzero(fitted.pixels[:, :, 0] > 127)
    centre = fitted.letterbox.to_picture(np.array([columns.mean(), rows.mean()]))
    assert centre == pytest.approx([260, 110], abs=0.6)
