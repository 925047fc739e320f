"""Writing videos that browsers play: VP9 in WebM, H.264 in MP4.

Through ffmpeg if it is installed: then every image that is written is in the video, at its own time. Without it OpenCV
writes WebM, at many times the cost, as it leaves libvpx at its slowest, and at a constant rate: an image that stays
longer is repeated, one that is followed too soon is left out, so that times are kept there, too. OpenCV has no encoder
for H.264.

A pause longer than :data:`LONGEST_PAUSE_S` is cut to that: time stamps that jump by hours are a recorder's mistake.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.errors import OutputError
from haredge.core.library_noise import silenced
from haredge.core.types import Image
from haredge.core.unnamed_file import unnamed_file
from haredge.core.whole_file import target_of
from haredge.opencv import cv2
from haredge.sources.ffmpeg import stored_frames

log = logging.getLogger(__name__)

SUFFIXES: Final = (".webm", ".mp4")

LONGEST_PAUSE_S: Final = 10.0
"""Seconds that one image stays in a video at most."""

_TICKS_HZ: Final = 1000
"""Ticks per second of the times that ffmpeg is given: WebM knows no smaller step."""

_ROOM_BYTES: Final = 1 << 20
"""What is written in the end to learn why a video could not be: encoders do not always say it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a video goes."""

    path: Path
    part: Path
    """Where it is until it is whole."""

    def error(self, said: str) -> OutputError:
        """Return the error of a video that could not be written: the disk's own reason, else what was said."""
        try:
            with self.part.open("ab") as file:
                file.write(bytes(_ROOM_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            said = error.strerror or said
        return OutputError(f"cannot write {self.path}: {said}")


class VideoWriter(ABC):
    """A video being written."""

    def __init__(self, place: _Place) -> None:
        self._place = place
        self._frames = 0
        self._last_t: float | None = None
        self._due_s = 0.0

    def write(self, image: Image, t: float) -> None:
        """Write an image at its time ``t`` in seconds, later than the last one's.

        Raises :class:`OutputError` if it cannot be written.
        """
        if self._last_t is not None:
            pause_s = t - self._last_t
            if pause_s > LONGEST_PAUSE_S:
                log.warning("a pause of %.0f s is cut to %.0f s in the video", pause_s, LONGEST_PAUSE_S)
            self._due_s += min(pause_s, LONGEST_PAUSE_S)
        self._last_t = t
        self._put(image, self._due_s)

    @abstractmethod
    def _put(self, image: Image, due_s: float) -> None:
        """Write an image that begins ``due_s`` seconds after the first one."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file; :meth:`check` says whether that worked."""

    def check(self) -> None:
        """Raise :class:`OutputError` unless the finished file is on the disk with all its frames."""
        part = self._place.part
        try:
            with part.open("rb") as file:
                os.fsync(file.fileno())
            stored = stored_frames(part)
        except OSError as error:
            raise self._place.error(error.strerror or str(error)) from error
        if stored < self._frames:
            raise self._place.error(f"only {stored} of its {self._frames} frames could be written")


@contextmanager
def open_writer(path: Path, size: tuple[int, int], rate_hz: float) -> Iterator[VideoWriter]:
    """Open a video of (height, width) even pixels; it appears at ``path`` once it is whole, and not at all on an error.

    Links are followed. ``rate_hz`` is the images per second without ffmpeg. Raises :class:`OutputError` for a suffix
    that is not in :data:`SUFFIXES`, a place that cannot be written to, or MP4 without ffmpeg.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise OutputError(f"cannot write {path}: a video's name ends in {' or '.join(SUFFIXES)}")
    target = _target(path)
    place = _Place(path, _unfinished(path, target.parent))
    try:
        writer = _open(place, size, rate_hz)
        try:
            yield writer
        finally:
            writer.close()
        writer.check()
        place.part.replace(target)
    finally:
        place.part.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    try:
        return target_of(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _unfinished(path: Path, folder: Path) -> Path:
    """Make a file in a folder, whose own name is plain ASCII: neither ffmpeg nor OpenCV takes any other."""
    try:
        handle, name = tempfile.mkstemp(prefix=".haredge-", suffix=path.suffix.lower(), dir=folder)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    os.close(handle)
    mask = os.umask(0)  # a temporary file is its owner's alone; the finished video is like any other file
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
    return Path(name)


def _open(place: _Place, size: tuple[int, int], rate_hz: float) -> VideoWriter:
    if shutil.which("ffmpeg"):
        return _Ffmpeg(place, size)
    if place.part.suffix == ".mp4":
        raise OutputError("cannot write .mp4: ffmpeg is not installed (apt install ffmpeg); .webm needs none")
    return _OpenCv(place, size, rate_hz)


class _OpenCv(VideoWriter):
    def __init__(self, place: _Place, size: tuple[int, int], rate_hz: float) -> None:
        super().__init__(place)
        self._rate_hz = rate_hz
        self._stays: Image = np.zeros((*size, 3), np.uint8)
        self._folder = os.open(place.part.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        sys.stderr.flush()
        with silenced():  # OpenCV remarks on the container's tag, past its own log
            code = cv2.VideoWriter.fourcc(*"VP90")
            # By the folder's number, as OpenCV crashes on names that are not UTF-8.
            name = f"/proc/self/fd/{self._folder}/{place.part.name}"
            self._video = cv2.VideoWriter(name, cv2.CAP_FFMPEG, code, rate_hz, size[::-1])
        if not self._video.isOpened():
            self.close()
            raise place.error("this OpenCV was built without VP9; install ffmpeg")

    def _put(self, image: Image, due_s: float) -> None:
        index = round(due_s * self._rate_hz)
        while self._frames < index:
            self._video.write(self._stays)
            self._frames += 1
        if self._frames == index:
            self._video.write(image)
            self._frames += 1
        self._stays = image

    def close(self) -> None:
        self._video.release()
        os.close(self._folder)


class _Ffmpeg(VideoWriter):
    """ffmpeg, fed through a pipe with IVF: a frame of raw I420 and its time (https://wiki.multimedia.cx/index.php/IVF)."""

    def __init__(self, place: _Place, size: tuple[int, int]) -> None:
        super().__init__(place)
        self._tick = -1
        self._errors = unnamed_file()
        self._said = ""
        self._ffmpeg = subprocess.Popen(
            _command(place.part), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._errors
        )
        header = (b"DKIF", 0, 32, b"I420", size[1], size[0], _TICKS_HZ, 1, 0, 0)
        self._send(struct.pack("<4sHH4sHHIIII", *header))

    def _put(self, image: Image, due_s: float) -> None:
        self._tick = max(self._tick + 1, round(due_s * _TICKS_HZ))
        planes = np.ascontiguousarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420))
        self._send(struct.pack("<IQ", planes.nbytes, self._tick))
        self._send(planes.data)
        self._frames += 1

    def _send(self, data: bytes | memoryview) -> None:
        assert self._ffmpeg.stdin
        try:
            self._ffmpeg.stdin.write(data)
        except BrokenPipeError:
            self.close()
            raise self._error() from None

    def close(self) -> None:
        if self._errors.closed:
            return
        with self._errors:
            self._ffmpeg.communicate()
            self._errors.seek(0)
            self._said = self._errors.read().decode(errors="replace")

    def check(self) -> None:
        if self._ffmpeg.returncode:
            raise self._error()
        super().check()

    def _error(self) -> OutputError:
        # The first line is nearest to the cause: what comes after it is what could not be done because of it.
        lines = self._said.splitlines()
        status = self._ffmpeg.returncode or 0
        reason = f"signal {-status} ended it (too little memory?)" if status < 0 else "it gave no reason"
        return self._place.error(f"ffmpeg: {lines[0] if lines else reason}")


_ENCODERS: Final = {
    # libvpx's own choice is slow and small; this is quick, for a video that is not kept permanently.
    ".webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "34", "-b:v", "0"),
    # With its index in front a video plays before all of it has arrived.
    ".mp4": ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-movflags", "+faststart"),
}


def _command(path: Path) -> list[str]:
    # Without its own time base the encoder would round times to those of a constant rate.
    times = ["-enc_time_base", f"1:{_TICKS_HZ}", _sync_option(), "vfr"]
    # "file:" as a folder's name may look like an address; yuv420p is all that browsers decode.
    target = ["-pix_fmt", "yuv420p", f"file:{path}"]
    # Without -xerror it ends with 0 although the file's end could not be written, before version 6.
    return ["ffmpeg", "-y", "-v", "error", "-xerror", "-f", "ivf", "-i", "-", *_ENCODERS[path.suffix], *times, *target]


@cache
def _sync_option() -> str:
    """Return the option that keeps frames' own times: ffmpeg 5.1 has renamed it."""
    said = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"ffmpeg version n?(\d+)\.(\d+)", said)
    return "-vsync" if version and (int(version[1]), int(version[2])) < (5, 1) else "-fps_mode"
