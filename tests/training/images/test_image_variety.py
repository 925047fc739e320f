"""What training varies of images keeps their size, and never the image itself."""

from __future__ import annotations

import labelled_images
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.training.images.variety import varied

IMAGE = labelled_images.drawn("disc", np.random.default_rng(1), (60, 80))


@given(st.integers(0, 2**32), st.sampled_from([(64, 64), (32, 96), (61, 80)]))
def test_any_variation_has_the_size_and_leaves_the_image(seed: int, size: tuple[int, int]) -> None:
    """The same seed gives the same variation."""
    before = IMAGE.copy()
    first, again = (varied(IMAGE, size, np.random.default_rng(seed)) for _ in range(2))
    assert first.shape == (*size, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(IMAGE, before)


def test_one_colour_stays_one_colour_where_it_is_cut() -> None:
    """A crop comes from within: nothing of the border is invented."""
    rng = np.random.default_rng(4)
    plain = np.full((50, 50, 3), 128, np.uint8)
    shown = [varied(plain, (32, 32), rng) for _ in range(40)]
    corners = [len({tuple(image[y, x]) for y in (0, -1) for x in (0, -1)}) for image in shown]
    assert np.mean([count == 1 for count in corners]) > 0.7
