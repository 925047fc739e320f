"""Small labelled images for tests: discs, stripes and squares in changing colours."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.opencv import cv2

LABELS: Final = ("disc", "square", "stripes")


def drawn(label: str, rng: np.random.Generator, size: tuple[int, int] = (60, 80)) -> NDArray[np.uint8]:
    """Draw an image of a label, in two colours, with noise."""
    back, front = (tuple(int(value) for value in rng.integers(low, low + 110, 3)) for low in (0, 140))
    image = np.full((*size, 3), back, np.uint8)
    x, y, r = int(rng.integers(25, 55)), int(rng.integers(22, 38)), int(rng.integers(14, 20))
    match label:
        case "disc":
            cv2.circle(image, (x, y), r, front, -1)
        case "square":
            cv2.rectangle(image, (x - r, y - r), (x + r, y + r), front, -1)
        case _:
            image[(np.arange(size[0]) + y) // 6 % 2 == 0] = front
    return np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)


def encoded(image: NDArray[np.uint8], suffix: str = ".png") -> bytes:
    """Return an image file's content."""
    return cv2.imencode(suffix, image)[1].tobytes()


def write(folder: Path, each: int = 20, labels: tuple[str, ...] = LABELS, seed: int = 0) -> Path:
    """Write a folder with a folder for each label, and return it."""
    rng = np.random.default_rng(seed)
    for label in labels:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for index in range(each):
            (folder / label / f"{index}.png").write_bytes(encoded(drawn(label, rng)))
    return folder
