"""Promises of how images are divided: what tests is never trained on, and equal images are on one side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from research import image_splits as splits


@given(st.binary(max_size=50))
def test_equal_images_stay_on_one_side(content: bytes) -> None:
    """Copies of an image are never divided between training and choosing."""
    assert splits.for_choice("har15", content) == splits.for_choice("har15", bytes(content))


def test_about_a_thirtieth_is_kept_for_choosing() -> None:
    """The share of the validation set is the one written down."""
    kept = sum(splits.for_choice("lspet", str(number).encode()) for number in range(9000))
    assert 200 < kept < 400


def test_the_test_images_are_never_trained_on() -> None:
    """Images 9001 to 10000 are left out of what is gathered for training."""
    names = [f"images/im{number:05d}.jpg" for number in range(1, 10001)]
    training = splits.lspet_training(names)
    assert training == names[:9000]
