"""A USB camera, or any other that Video4Linux drives, through OpenCV."""

from __future__ import annotations

import logging
import platform
import re
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import ClassVar, Final

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.opencv import cv2
from haredge.sources.devices import Devices
from haredge.sources.live import Capture, live_frames
from haredge.sources.source import every_frame

log = logging.getLogger(__name__)

PATIENCE: Final = 30
"""Broken frames in a row after which the camera has stopped: about a second, or at once if it is unplugged."""


def _open(device: str) -> Capture:
    """Open a camera by Video4Linux; on another system the camera of that number, by its own interface."""
    if platform.system() == "Linux":
        return cv2.VideoCapture(device, cv2.CAP_V4L2)
    return cv2.VideoCapture(number_of(device))


def number_of(device: str) -> int:
    """Return a camera's number: 0 of "/dev/video0". Raises :class:`SourceError` for what has none."""
    found = re.fullmatch(r"/dev/video(\d{1,3})", device)
    if found is None:
        raise SourceError(f"no camera {device}: name it by its number, 0 for the first")
    return int(found[1])


class UsbCamera:
    """Frames of a Video4Linux camera. Iterating opens it, as MJPEG if it can: raw is slow over USB."""

    live: ClassVar[bool] = True

    def __init__(
        self,
        device: str,
        *,
        size: tuple[int, int],
        rate_hz: float | None = None,
        open_capture: Callable[[str], Capture] = _open,
        devices: Devices | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take "/dev/video0", the (height, width) and the frame rate to ask for."""
        self._device = device
        self.size = size
        self.rate_hz = rate_hz
        self._open_capture = open_capture
        self._devices = devices or Devices()
        self._clock = clock

    def __str__(self) -> str:
        return f"camera {self._device}"

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames as they come; raises SourceError if the camera is absent, busy or stops."""
        return self.frames_where(every_frame)

    def frames_where(self, accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        """Yield the frames for whose times ``accepts(t)`` is true; the others are not decoded."""
        capture = self._open_capture(self._device)
        try:
            if not capture.isOpened():
                raise SourceError(f"cannot open {self}: {self._why()}")
            self._set_up(capture)
            yield from live_frames(capture, str(self), self._clock, PATIENCE, self._why, accepts=accepts)
        finally:
            capture.release()

    def _why(self) -> str:
        if platform.system() != "Linux":
            return "there is none of that number, a program holds it, or the system does not let this one use it"
        return self._devices.why_not(Path(self._device))

    def _set_up(self, capture: Capture) -> None:
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self.size[0])
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self.size[1])
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # a queue of old frames would only add delay
        if self.rate_hz:
            capture.set(cv2.CAP_PROP_FPS, self.rate_hz)
        log.info("%s gives %s", self, _given(capture))


def _given(capture: Capture) -> str:
    """Describe the format that the driver has chosen: "MJPG 640x480 at 15 fps"."""
    number = int(capture.get(cv2.CAP_PROP_FOURCC))  # as Linux has it: the highest bit says big-endian
    code = (number & 0x7FFFFFFF).to_bytes(4, "little").decode("ascii", "replace") + "-BE" * (number >> 31 & 1)
    width, height = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
    return f"{code} {width:.0f}x{height:.0f} at {capture.get(cv2.CAP_PROP_FPS):g} fps"
