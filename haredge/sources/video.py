"""A video file: every frame, in order, at the times that the file gives them."""

from __future__ import annotations

import math
from collections.abc import Generator
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.opencv import DECODE_IN_ONE_THREAD, cv2

DEFAULT_RATE_HZ = 30.0
"""Frames a second of a video that gives no times and no rate."""

NO_VIDEO: Final = "no video in it that can be decoded (sound only, damaged, or an unknown format?)"


class VideoFile:
    """Frames of a video file. Iterating again starts again from the first frame."""

    live: ClassVar[bool] = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return f"video {self._path}"

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield every frame; ``t`` is the frame's time in the file."""
        check_readable(self._path)
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG, DECODE_IN_ONE_THREAD)
        try:
            yield from self._frames(capture)
        finally:
            capture.release()

    def _frames(self, capture: cv2.VideoCapture) -> Generator[Frame, None, None]:
        if not capture.isOpened():
            raise SourceError(f"cannot read the {self}: {NO_VIDEO}")
        step_s = 1 / _rate_hz(capture)
        index, t = 0, -math.inf
        while (picture := capture.read())[0]:
            t = next_time(t, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, step_s)
            yield Frame(index, t, np.asarray(picture[1], np.uint8))
            index += 1
        if index == 0:
            raise SourceError(f"cannot read the {self}: it holds no frame that can be decoded")


def check_readable(path: Path) -> None:
    """Raise :class:`SourceError` where a video file is missing, may not be read, or is empty."""
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise SourceError(f"cannot read the video {path}: {error.strerror}") from error
    if empty:
        raise SourceError(f"cannot read the video {path}: it is empty")


def _rate_hz(capture: cv2.VideoCapture) -> float:
    rate_hz = capture.get(cv2.CAP_PROP_FPS)
    return rate_hz if 0 < rate_hz < 1000 else DEFAULT_RATE_HZ


def next_time(last_s: float, stamp_s: float, step_s: float) -> float:
    """Return the file's own time stamp where it is later than the last frame's time, else one step after that.

    Some containers hold no times: every stamp reads 0, or a large negative number. Some hold stamps that go back.
    """
    if 0 <= stamp_s < math.inf and stamp_s > last_s:
        return stamp_s
    return last_s + step_s if math.isfinite(last_s) else 0.0
