"""What networks and their tensors look like to the rest of haredge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.inference.engine import Tensor


@given(st.floats(-3, 3), st.integers(-100, 100))
def test_quantising_is_undone(value: float, zero_point: int) -> None:
    """A value in the tensor's range survives storage to within half a step."""
    tensor = Tensor("t", (1,), np.dtype(np.int8), 0.03, zero_point)
    low, high = ((limit - zero_point) * 0.03 for limit in (-128, 127))
    back = tensor.dequantise(tensor.quantise(np.array([value])))[0]
    assert back == pytest.approx(min(max(value, low), high), abs=0.0151)


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((1, 192, 256, 3), (192, 256)),
        ((1, 3, 192, 256), (192, 256)),
        ((1, 192, 256, 1), None),
        ((2, 192, 256, 3), None),
        ((1, 9, 34), None),
        ((), None),
    ],
)
def test_the_size_of_an_image_is_known_in_either_order(shape: tuple[int, ...], size: tuple[int, int] | None) -> None:
    """Height and width of one colour image, colours last or first; anything else is not an image."""
    assert Tensor("t", shape, np.dtype(np.uint8)).image_size == size


@pytest.mark.parametrize("shape", [(1, 4, 6, 3), (1, 3, 4, 6)])
def test_an_image_becomes_a_batch_in_the_tensors_order(shape: tuple[int, ...]) -> None:
    """Every pixel keeps its colours."""
    image = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    batch = Tensor("t", shape, image.dtype).batch(image)
    assert batch.shape == shape
    assert batch.flags.c_contiguous
    pixel = batch[0, 2, 5] if shape[-1] == 3 else batch[0, :, 2, 5]
    assert pixel.tolist() == image[2, 5].tolist()
