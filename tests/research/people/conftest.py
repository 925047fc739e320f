"""A narrow network, so that the tests are quick: an architecture is what its weights are."""

import numpy as np
import pytest
from numpy.typing import NDArray

from research.people.weights import HEADS

OUT = (4, 4, 6, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 12, 12, 12, 12)


@pytest.fixture
def narrow() -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(1)
    shapes: dict[str, tuple[int, ...]] = {}

    def layer(name: str, c_out: int, c_in: int, kernel: int = 1, *, bias: bool = True) -> None:
        shapes[f"{name}.weight"] = (c_out, c_in, kernel, kernel)
        if bias:
            shapes[f"{name}.bias"] = (c_out,)

    def separable(name: str, c_in: int, c_out: int) -> None:
        layer(f"{name}.depthwise", c_in, 1, 3, bias=False)
        layer(f"{name}.pointwise", c_out, c_in)

    layer("stem", 6, 3, 3)
    before = 6
    for index, out in enumerate(OUT):
        wide = before if index == 0 else 2 * before
        if index:
            layer(f"blocks.{index}.expand", wide, before)
        layer(f"blocks.{index}.depthwise", wide, 1, 3)
        layer(f"blocks.{index}.project", out, wide)
        before = out
    layer("last", 16, before)
    for stride, c_in, c_out in ((32, 16, 8), (16, OUT[9], 8), (8, OUT[5], 6), (4, OUT[2], 4)):
        layer(f"lateral_{stride}", c_out, c_in)
    for stride, c_in, c_out in ((16, 8, 6), (8, 6, 4), (4, 4, 4)):
        separable(f"mix_{stride}", c_in, c_out)
    for head, count in HEADS.items():
        separable(f"heads.{head}.0", 4, 8)
        layer(f"heads.{head}.1", count, 8)
    # Neither dying nor growing from layer to layer.
    return {
        name: rng.normal(0, np.sqrt(2 / np.prod(shape[1:])) if len(shape) > 1 else 0.3, shape).astype(np.float32)
        for name, shape in shapes.items()
    }
