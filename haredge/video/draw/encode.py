"""Images as files and streams carry them."""

from __future__ import annotations

from haredge.core.types import Image
from haredge.opencv import cv2


def as_png(image: Image) -> bytes:
    """Return a BGR image as PNG."""
    return _encoded(".png", image, [])


def as_jpeg(image: Image, quality: int = 80) -> bytes:
    """Return a BGR image as JPEG of a quality from 1 to 100."""
    return _encoded(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])


def _encoded(suffix: str, image: Image, parameters: list[int]) -> bytes:
    ok, data = cv2.imencode(suffix, image, parameters)
    if not ok:
        raise ValueError(f"OpenCV cannot encode an image of {image.shape} as {suffix}")
    return bytes(data)
