from __future__ import annotations

import numpy as np
import pytest

from research.pose.spoil import cut_outs, h264, infrared, spoil

PICTURE = np.random.default_rng(1).integers(0, 256, (192, 192, 3), np.uint8)


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_image_is_still_an_image(seed: int) -> None:
    """Whatever is done to an image, size and type stay, and something of it is left."""
    spoilt = spoil(PICTURE, np.random.default_rng(seed))
    assert spoilt.shape == PICTURE.shape
    assert spoilt.dtype == np.uint8
    assert spoilt.std() > 1


def test_the_original_is_left_alone() -> None:
    """Spoiling works on a copy."""
    before = PICTURE.copy()
    for seed in range(20):
        spoil(PICTURE, np.random.default_rng(seed))
    np.testing.assert_array_equal(PICTURE, before)


def test_cut_outs_hide_a_part_only() -> None:
    """Cut-outs change some of the image, and never most of it."""
    for seed in range(20):
        image = np.full((192, 192, 3), 77, np.uint8)
        cut_outs(image, np.random.default_rng(seed))
        assert 0 < (image != 77).any(2).mean() < 0.5


@pytest.mark.parametrize("seed", range(10))
def test_an_infrared_lamp_shows_no_colours_and_little_of_the_distance(seed: int) -> None:
    """All three channels are the same, and what is far from the lamp's middle is darker than what is near."""
    grey = np.full((120, 160, 3), 160, np.uint8)
    shown = infrared(grey, np.random.default_rng(seed))
    assert shown.shape == grey.shape
    np.testing.assert_array_equal(shown, np.repeat(shown[..., :1], 3, 2))
    corners = np.mean([shown[:20, :20], shown[-20:, :20], shown[:20, -20:], shown[-20:, -20:]])
    assert corners < shown[40:80, 60:100].mean()


def test_the_more_a_video_is_compressed_the_less_it_shows() -> None:
    """A frame comes back in its own size, odd sides too, and differs the more, the fewer bytes there are for it."""
    rng = np.random.default_rng(3)
    steps = np.repeat(np.repeat(rng.integers(0, 256, (12, 9, 3), np.uint8), 9, 0), 9, 1)
    apart = []
    for crf in (1, 28, 45):
        shown = h264(steps, crf)
        assert shown.shape == steps.shape
        apart.append(np.abs(shown.astype(int) - steps).mean())
    assert apart[0] < apart[1] < apart[2]
