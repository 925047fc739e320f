"""Reading image files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from haredge.core.errors import SourceError
from haredge.core.types import Image
from haredge.opencv import cv2


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
