"""The rule by which images are cut round people: the whole person, in the image, as square as it can be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.types import Box
from haredge.still.crop import MARGIN, crop, fitted

places = st.floats(-200, 400, allow_nan=False)
lengths = st.floats(0, 300)


def numbered(height: int, width: int) -> np.ndarray:
    """Make an image whose first two colours are the column and the row."""
    rows, columns = np.mgrid[:height, :width].astype(np.uint8)
    return np.stack([columns, rows, rows], axis=2)


@given(st.tuples(st.integers(1, 200), st.integers(1, 200)), st.tuples(places, places), lengths, lengths)
def test_wherever_a_box_lies_something_is_cut(
    size: tuple[int, int], corner: tuple[float, float], wide: float, high: float
) -> None:
    """A crop is never empty nor larger than the image, and square where the image is large enough."""
    (height, width), (left, top) = size, corner
    cut = crop(np.zeros((height, width, 3), np.uint8), Box(left, top, left + wide, top + high))
    side = max(1, round(max(wide, high) * (1 + 2 * MARGIN)))
    assert cut.shape == (min(side, height), min(side, width), 3)


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 99), st.integers(1, 99))
def test_what_the_image_has_of_the_box_is_in_the_crop(left: int, top: int, wide: int, high: int) -> None:
    """A person at the image's edge is whole: the crop is moved into the image, not cut off."""
    box = Box(left, top, min(left + wide, 160), min(top + high, 120))
    cut = crop(numbered(120, 160), box)
    columns, rows = cut[0, :, 0], cut[:, 0, 1]
    assert columns[0] <= max(box.left, 0)
    assert columns[-1] >= min(box.right, 160) - 1
    assert rows[0] <= max(box.top, 0) or len(rows) == 120
    assert rows[-1] >= min(box.bottom, 120) - 1


def test_an_image_of_any_shape_is_stretched_to_the_size() -> None:
    """One colour stays that colour; an image of the right size is not touched."""
    image = np.full((30, 90, 3), (200, 10, 60), np.uint8)
    assert (fitted(image, (16, 24)) == image[0, 0]).all()
    assert fitted(image, (16, 24)).shape == (16, 24, 3)
    assert fitted(image, (30, 90)) is image
