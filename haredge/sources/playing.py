"""Plays a stream at its own pace where whole seconds of it come at once, as by HLS.

Without that the frames of seconds would seem to be of one moment, and none of the next seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from haredge.opencv import cv2
from haredge.sources.live import Capture

BEHIND_S: Final = 1.0
"""Seconds by which a frame may come late before those after it are played as much later, too."""

AHEAD_S: Final = 2.0
"""Seconds after the frame before it from which on a frame's time is a jump, and not waited for."""


class PlayedCapture:
    """A capture whose frames are grabbed when they are due, by the times that the stream gives them."""

    def __init__(
        self,
        capture: Capture,
        interrupted: threading.Event,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        """Take the capture, and what ends a wait from another thread."""
        self._capture = capture
        self._clock = clock
        self._wait = wait or interrupted.wait
        self._began: float | None = None
        """When the stream's time 0 was, by the clock."""

    def grab(self) -> bool:
        """Wait for the next image, and until it is due; False if none comes."""
        if not self._capture.grab():
            return False
        stamp_s, now = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, self._clock()
        if self._began is None or not -BEHIND_S <= (left_s := self._began + stamp_s - now) <= AHEAD_S:
            self._began, left_s = now - stamp_s, 0.0
        if left_s > 0:
            self._wait(left_s)
        return True

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether there are images."""
        return self._capture.isOpened()

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the image that was grabbed."""
        return self._capture.retrieve()

    def set(self, prop: int, value: float, /) -> bool:
        """Ask for a property."""
        return self._capture.set(prop, value)

    def get(self, prop: int, /) -> float:
        """Return a property."""
        return self._capture.get(prop)

    def release(self) -> None:
        """Close the connection."""
        self._capture.release()
