"""What a video file says of itself before it is read: size, rate, length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.errors import SourceError
from haredge.core.kinds import HEAD_BYTES, kind_of
from haredge.opencv import cv2
from haredge.sources.ffmpeg import FfmpegCapture, no_frame, open_video
from haredge.sources.video import next_time, promised_frames, rate_hz

_PROBED: Final = 60
"""Frames whose times give the rate: containers of browsers' recordings claim 1000 frames per second."""

_COUNTED: Final = 20_000
"""Frames that are counted if the container does not say the length: eleven minutes at 30 per second."""

_FAILED: Final = 100
"""Damaged packets in front of the first frame, after which there is none."""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """A video file that OpenCV can decode."""

    path: Path
    size: tuple[int, int]
    """(height, width) of its frames in square pixels."""
    rate_hz: float
    """Frames per second, by the times of its first frames; from 1 to 60."""
    length_s: float | None
    """Its length as the container has it; None if it does not."""


def probe(path: Path) -> VideoInfo:
    """Read what a video file says of itself.

    Raises :class:`SourceError` if the file cannot be read, is a single image, or holds no video that OpenCV knows.
    """
    capture = open_video(path)
    try:
        return _probe(path, capture)
    finally:
        capture.release()


def _is_image(path: Path) -> bool:
    with path.open("rb") as file:
        return kind_of(file.read(HEAD_BYTES)) == "image"


def _probe(path: Path, capture: FfmpegCapture) -> VideoInfo:
    step_s = 1 / rate_hz(capture)
    image = _first(capture)
    if image is None:
        raise SourceError(f"cannot read the video {path}: {no_frame(capture)}")
    times = [_time(capture, -math.inf, step_s)]
    while len(times) < _PROBED and capture.grab():
        times.append(_time(capture, times[-1], step_s))
    if len(times) == 1 and _is_image(path):
        raise SourceError(f"cannot read the video {path}: it is a single image: `haredge recognise` takes images")
    claimed_hz, frames = capture.get(cv2.CAP_PROP_FPS), promised_frames(capture)
    length_s = frames * step_s if frames and 0 < claimed_hz < 1000 else _counted(capture, times, step_s)
    return VideoInfo(path, (image.shape[0], image.shape[1]), _usual_hz(times[:_PROBED], 1 / step_s), length_s)


def _first(capture: FfmpegCapture) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None:
    for _ in range(_FAILED):
        if capture.grab():
            found, image = capture.retrieve()
            if found:
                return np.asarray(image, np.uint8)
    return None


def _time(capture: FfmpegCapture, last_s: float, step_s: float) -> float:
    return next_time(last_s, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, step_s)


def _counted(capture: FfmpegCapture, times: list[float], step_s: float) -> float | None:
    """Read on to the end: a browser's recording does not hold its length. None if that takes too many frames."""
    while capture.grab():
        times.append(_time(capture, times[-1], step_s))
        if len(times) == _COUNTED:
            return None
    return times[-1] - times[0] + step_s


def _usual_hz(times: list[float], claimed_hz: float) -> float:
    steps = np.diff(times)
    if steps.size == 0:
        return min(60.0, max(1.0, claimed_hz))
    # A pause (a variable rate) says nothing of the rate between its frames.
    usual = steps[steps < 3 * np.median(steps)]
    return min(60.0, max(1.0, 1 / float(usual.mean())))
