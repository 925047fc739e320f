"""What a video file says of itself before it is read: size, rate, length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.errors import SourceError
from haredge.opencv import cv2
from haredge.sources.video import DEFAULT_RATE_HZ, NO_VIDEO, check_readable, next_time

_LOOKED_AT: Final = 60
"""Frames whose times tell the rate: containers of browsers' recordings claim 1000 frames a second."""

_COUNTED: Final = 20_000
"""Frames that are counted where the container does not tell the length: eleven minutes at 30 a second."""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """A video file that OpenCV can decode."""

    path: Path
    size: tuple[int, int]
    """(height, width) of its pictures in pixels."""
    rate_hz: float
    """Frames a second, by the times of its first frames; from 1 to 60."""
    length_s: float | None
    """Its length as the container tells it; None where it does not."""


def probe(path: Path) -> VideoInfo:
    """Read what a video file says of itself.

    Raises :class:`SourceError` where the file cannot be read, or holds no video that OpenCV knows.
    """
    check_readable(path)
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            raise SourceError(f"cannot read the video {path}: {NO_VIDEO}")
        return _look(path, capture)
    finally:
        capture.release()


def _look(path: Path, capture: cv2.VideoCapture) -> VideoInfo:
    claimed_hz, frames = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
    step_s = 1 / claimed_hz if 0 < claimed_hz < 1000 else 1 / DEFAULT_RATE_HZ
    ok, picture = capture.read()
    if not ok:
        raise SourceError(f"cannot read the video {path}: it holds no frame that can be decoded")
    times = [next_time(-math.inf, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, step_s)]
    while len(times) < _LOOKED_AT and capture.grab():
        times.append(next_time(times[-1], capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, step_s))
    length_s = frames * step_s if 0 < frames < 1e9 and 0 < claimed_hz < 1000 else _counted(capture, times, step_s)
    return VideoInfo(path, (picture.shape[0], picture.shape[1]), _rate_hz(times[:_LOOKED_AT], 1 / step_s), length_s)


def _counted(capture: cv2.VideoCapture, times: list[float], step_s: float) -> float | None:
    """Read on to the end: a browser's recording does not tell its length. None where that takes too many frames."""
    while capture.grab():
        times.append(next_time(times[-1], capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, step_s))
        if len(times) == _COUNTED:
            return None
    return times[-1] - times[0] + step_s


def _rate_hz(times: list[float], claimed_hz: float) -> float:
    steps = np.diff(times)
    if steps.size == 0:
        return min(60.0, max(1.0, claimed_hz))
    # A pause (a variable rate) says nothing of the rate between its frames.
    usual = steps[steps < 3 * np.median(steps)]
    return min(60.0, max(1.0, 1 / float(usual.mean())))
