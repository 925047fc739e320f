"""What the cameras and streams that OpenCV reads have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any, Protocol

import numpy as np

from haredge.core.errors import SourceError
from haredge.core.types import Frame

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


def every_frame(_t: float) -> bool:
    """Take them all."""
    return True


def live_frames(
    capture: Capture,
    name: str,
    clock: Callable[[], float],
    patience: int,
    why: Callable[[], str],
    *,
    accepts: Callable[[float], bool] = every_frame,
) -> Generator[Frame, None, None]:
    """Yield what ``capture`` gives, timed by ``clock`` as it comes; the size may change from frame to frame.

    Frames for whose time ``accepts`` is false are not decoded. Broken ones are skipped. The index counts both;
    ``patience`` broken ones in a row raise :class:`SourceError`, for the reason that ``why()`` gives.
    """
    index = broken = 0
    while broken < patience:
        grabbed = capture.grab()
        t = clock()
        if grabbed and not accepts(t):
            index += 1
            continue
        image = capture.retrieve()[1] if grabbed else None
        if image is None or image.size == 0:
            broken += 1
            if broken == 1:
                log.info("%s gave no frame, or a broken one: skipped", name)
        else:
            broken = 0
            yield Frame(index, t, np.ascontiguousarray(image, np.uint8))
        index += 1
    raise SourceError(f"{name} {'gives no frame' if index == broken else 'has stopped'}: {why()}")
