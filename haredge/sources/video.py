"""A video file: every frame, in order, at the times that the file gives them."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Final

from haredge.core.counted import counted
from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.opencv import cv2
from haredge.sources.ffmpeg import FfmpegCapture, no_frame, open_video
from haredge.sources.source import every_frame

log = logging.getLogger(__name__)

DEFAULT_RATE_HZ: Final = 30.0
"""Frames per second of a video that gives no times and no rate."""

GIVE_UP: Final = 2000
"""Packets in a row that cannot be decoded, after which a video has ended: a minute, and no time at all at its end."""

MISSING_S: Final = 1.0
MISSING_SHARE: Final = 0.05
"""What may be missing of the length that a container promises: they round, and sound may be longer than the images."""


class VideoFile:
    """Frames of a video file. Iterating again starts again from the first frame."""

    live: ClassVar[bool] = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self.damage: str | None = None
        """What the last iteration that came to the end could not read, in words; None if that was all."""

    def __str__(self) -> str:
        return f"video {self._path}"

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame; ``t`` is the frame's time in the file.

        What is damaged is passed over. If something is missing at the end, :attr:`damage` says so, and a warning is
        logged. Raises :class:`SourceError` if there is no frame at all.
        """
        return self.frames_where(every_frame)

    def frames_where(self, accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        """Yield the frames for whose times ``accepts(t)`` is true; the others are decoded, and not converted."""
        self.damage = None
        capture = open_video(self._path)
        try:
            reading = _Reading(capture)
            with closing(reading.frames(accepts)) as frames:
                yield from frames
            if not reading.decoded:
                raise SourceError(f"cannot read the {self}: {no_frame(capture)}")
            if damage := reading.damage():
                self.damage = damage
                log.warning("%s: %s", self, damage)
        finally:
            capture.release()


class _Reading:
    """One pass over a video: its frames, what could not be read, and how far it came."""

    def __init__(self, capture: FfmpegCapture) -> None:
        self._capture = capture
        self._rate_hz = rate_hz(capture)
        self._t = -math.inf
        self._damaged = 0
        self.decoded = 0

    def frames(self, accepts: Callable[[float], bool]) -> Generator[Frame, None, None]:
        index = failed = 0
        while failed < GIVE_UP:
            if not self._capture.grab():
                failed += 1
                continue
            self._damaged, failed = self._damaged + failed, 0
            self._t = next_time(self._t, self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, 1 / self._rate_hz)
            if accepts(self._t):
                found, image = self._capture.retrieve()
                self._damaged += not found
                self.decoded += found
                if found:
                    yield Frame(index, self._t, image)
            else:
                self.decoded += 1
            index += 1

    def damage(self) -> str | None:
        """Say what is missing of what the container promised; None if that is nothing."""
        promised = promised_frames(self._capture)
        promised_s, reached_s = promised / self._rate_hz, self._t + 1 / self._rate_hz
        allowed_s = MISSING_S + MISSING_SHARE * promised_s
        # Both in frames and in seconds, as the mean rate of a video of varying rate may be neither.
        missing = self.decoded + self._damaged < promised - allowed_s * self._rate_hz
        if missing and reached_s < promised_s - allowed_s:
            return f"it ends at {reached_s:.1f} s of {promised_s:.1f} s: the file is cut short or damaged"
        if self._damaged:
            return f"{counted(self._damaged, 'damaged frame')} of it skipped"
        return None


def rate_hz(capture: FfmpegCapture) -> float:
    """Return the frames per second that a container claims, :data:`DEFAULT_RATE_HZ` if that is nothing or absurd."""
    claimed_hz = capture.get(cv2.CAP_PROP_FPS)
    return claimed_hz if 0 < claimed_hz < 1000 else DEFAULT_RATE_HZ


def promised_frames(capture: FfmpegCapture) -> float:
    """Return the frames that a container promises to show; 0 if it does not say. To be asked after the first frame."""
    stored = capture.get(cv2.CAP_PROP_FRAME_COUNT) - capture.frames_before
    if not 0 < stored < 1e9:
        return 0.0
    return stored if capture.shown_s is None else min(stored, capture.shown_s * rate_hz(capture))


def next_time(last_s: float, stamp_s: float, step_s: float) -> float:
    """Return the file's own time stamp if it is later than the last frame's time, else one step after that.

    Some containers hold no times: every stamp reads 0, or a large negative number. Some hold stamps that go back.
    """
    if 0 <= stamp_s < math.inf and stamp_s > last_s:
        return stamp_s
    return last_s + step_s if math.isfinite(last_s) else 0.0
