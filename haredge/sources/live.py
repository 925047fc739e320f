"""What the cameras and streams that OpenCV reads have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import SourceError
from haredge.core.library_noise import without_noise
from haredge.core.logs import LimitedLog
from haredge.core.types import Frame, Image
from haredge.opencv import cv2

log = logging.getLogger(__name__)


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that the live sources use."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether the device gives images."""

    def grab(self) -> bool:
        """Wait for the next image; False if none comes."""

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the image that was grabbed; False and None if it is broken."""

    def set(self, prop: int, value: float, /) -> bool:
        """Ask the device for a property; it may give another."""

    def get(self, prop: int, /) -> float:
        """Return a property as the device gives it."""

    def release(self) -> None:
        """Let go of the device."""


def live_frames(
    capture: Capture,
    name: str,
    clock: Callable[[], float],
    patience: int,
    why: Callable[[], str],
    *,
    accepts: Callable[[float], bool],
) -> Generator[Frame, None, None]:
    """Yield what ``capture`` gives, timed by ``clock`` as it comes; the size may change from frame to frame.

    Frames for whose time ``accepts`` is false are not decoded. Broken ones are skipped. The index counts both;
    ``patience`` broken ones in a row raise :class:`SourceError`, for the reason that ``why()`` gives; so does an image
    that has no colours known here.
    """
    index = broken = 0
    skipped = LimitedLog(log)  # a poor cable breaks some frames of each minute, for months
    while broken < patience:
        grabbed = capture.grab()
        t = clock()
        if grabbed and not accepts(t):
            index += 1
            continue
        with without_noise():
            image = capture.retrieve()[1] if grabbed else None
        if image is None or image.size == 0:
            broken += 1
            if broken == 1:
                skipped.line(logging.INFO, "%s gave no frame, or a broken one: skipped", name)
        else:
            broken = 0
            yield Frame(index, t, _in_colour(image, capture, name))
        index += 1
    raise SourceError(f"{name} {'gives no frame' if index == broken else 'has stopped'}: {why()}")


def _in_colour(image: NDArray[Any], capture: Capture, name: str) -> Image:
    """Bring an image to (height, width, 3) bytes, BGR.

    OpenCV converts most formats. It passes on a grey one, of 8 or 16 bits, as (height, width) where the driver offers
    no other, and BGR that needs no conversion as one row of all its bytes (4.11, Video4Linux).
    """
    if image.dtype == np.uint16:
        image = image >> 8
    if image.ndim == 2:
        height, width = (int(capture.get(prop)) for prop in (cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FRAME_WIDTH))
        whole_row = len(image) == 1 and image.size == height * width * 3
        image = image.reshape(height, width, 3) if whole_row else image[..., None]
    channels = image.shape[2] if image.ndim == 3 else 0
    if channels == 1 and len(image) > 1:
        image = image.repeat(3, axis=2)
    elif channels not in {3, 4}:
        raise SourceError(f"{name} gives images of an unknown format ({'x'.join(map(str, image.shape))} {image.dtype})")
    return np.ascontiguousarray(image[..., :3], np.uint8)
