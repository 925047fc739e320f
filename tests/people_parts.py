"""Parts for the tests of the multi-person pose network: labelled images, and a narrow network to be quick with."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from haredge.opencv import cv2
from research.people.shelf import LabelledImage, ShelfWriter
from research.people.shelves import Shelves
from research.people.weights import HEADS

OUT = (4, 4, 6, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 12, 12, 12, 16)


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


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    """Make three sources of four images of noise."""
    rng = np.random.default_rng(0)
    return _written(tmp_path / "labels", [rng.integers(0, 256, (60, 80, 3), dtype=np.uint8) for _ in range(12)])


@pytest.fixture
def smooth_shelves(tmp_path: Path) -> Shelves:
    """Make the same of images that look alike in any resampling."""
    rng = np.random.default_rng(0)
    small = [rng.integers(0, 256, (4, 5, 3), dtype=np.uint8) for _ in range(12)]
    return _written(tmp_path / "smooth", [np.asarray(cv2.resize(one, (80, 60)), np.uint8) for one in small])


def _written(folder: Path, images: list[NDArray[np.uint8]]) -> Shelves:
    rng = np.random.default_rng(1)
    for place, source in enumerate(("people", "lspet", "rooms")):
        writer = ShelfWriter(folder, source)
        for number, image in enumerate(images[4 * place : 4 * place + 4]):
            people = 0 if source == "rooms" else 1 + number % 2
            keypoints = np.concatenate((rng.uniform(10, 50, (people, 17, 2)), np.ones((people, 17, 2))), 2)
            boxes = np.tile(np.array([8.0, 8, 52, 52]), (people, 1))
            writer.add(image, LabelledImage(str(number), keypoints.astype(np.float32), boxes.astype(np.float32)))
    return Shelves.open(folder)
