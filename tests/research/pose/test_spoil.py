from __future__ import annotations

import numpy as np
import pytest

from research.pose.spoil import cut_outs, spoil

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
