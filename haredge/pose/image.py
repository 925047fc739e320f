"""Reading pictures, and fitting them to a network's input."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from haredge.core.errors import SourceError
from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.pose.letterbox import Letterbox


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture fitted to a network's input."""

    pixels: Image
    """(height, width, 3) bytes, RGB, of the network's input size."""
    letterbox: Letterbox
    """How the picture lies in ``pixels``; leads back to the picture's own pixels."""


def read(path: Path | str) -> Image:
    """Read a picture file as (height, width, 3) bytes, BGR, turned upright as its EXIF tag says.

    Raises :class:`SourceError` where the file cannot be read or holds no picture that OpenCV knows.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read the picture {path}: {error.strerror}") from error
    image = _decoded(data) if data and not _cut_short(data) else None
    if image is None:
        raise SourceError(f"cannot read the picture {path}: {'not a picture, or damaged' if data else 'it is empty'}")
    return np.asarray(image, np.uint8)


def _decoded(data: bytes) -> Any:
    """Decode a picture; None where OpenCV cannot, or will not as it claims an absurd size."""
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None


def _cut_short(data: bytes) -> bool:
    """Whether a PNG has lost its end, about which libpng would write a line of its own to standard error."""
    return data.startswith(b"\x89PNG") and b"IEND" not in data


def fit(image: Image, size: tuple[int, int]) -> Fitted:
    """Scale a BGR picture into a network's input of (height, width) pixels, RGB, its aspect kept, black around it."""
    box = Letterbox.fit((image.shape[0], image.shape[1]), size)
    scaled = cv2.resize(image, (box.width, box.height), interpolation=cv2.INTER_LINEAR)
    rgb = cv2.cvtColor(scaled, cv2.COLOR_BGR2RGB)
    below, right = size[0] - box.height - box.top, size[1] - box.width - box.left
    pixels = cv2.copyMakeBorder(rgb, box.top, below, box.left, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return Fitted(np.asarray(pixels, np.uint8), box)
