"""What the cameras and streams that OpenCV reads have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any, Protocol

import numpy as np

from haredge.core import Frame
from haredge.errors import SourceError

log = logging.getLogger(__name__)


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that the live sources use."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether the device gives pictures."""

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture; False and nothing where it is broken or none comes."""

    def set(self, prop: int, value: float, /) -> bool:
        """Ask the device for a property; it may give another."""

    def release(self) -> None:
        """Let go of the device."""


def live_frames(
    capture: Capture, name: str, clock: Callable[[], float], patience: int, why: Callable[[], str]
) -> Generator[Frame, None, None]:
    """Yield what ``capture`` reads, timed by ``clock`` as it comes; the size may change from frame to frame.

    Broken frames are skipped, and counted by the index; ``patience`` of them in a row raise :class:`SourceError`, for
    the reason that ``why()`` gives.
    """
    index = broken = 0
    while broken < patience:
        image = capture.read()[1]
        t = clock()
        if image is None or image.size == 0:
            broken += 1
            if broken == 1:
                log.info("%s gave no frame, or a broken one: skipped", name)
        else:
            broken = 0
            yield Frame(index, t, np.ascontiguousarray(image, np.uint8))
        index += 1
    raise SourceError(f"{name} {'gives no frame' if index == broken else 'has stopped'}: {why()}")
