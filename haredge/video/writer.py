"""Writing videos that browsers play: VP9 in WebM, H.264 in MP4.

Through ffmpeg where it is installed. Without it OpenCV writes WebM, at many times the cost, as it leaves libvpx at its
slowest; it has no encoder for H.264.

Every frame that is written is in the video. It has a constant rate; a frame that stood longer in its film (webcams and
phones vary their rate) is repeated, so that the video keeps the film's times.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from haredge.core.errors import OutputError
from haredge.core.types import Image
from haredge.opencv import cv2

SUFFIXES: Final = (".webm", ".mp4")


class VideoWriter(ABC):
    """A video being written, at a constant rate."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._first_t: float | None = None
        self._written = 0

    def write(self, image: Image, t: float) -> None:
        """Write a picture at its time ``t`` in seconds; raises :class:`OutputError` where it cannot be written."""
        self._first_t = t if self._first_t is None else self._first_t
        due = round((t - self._first_t) * self._rate_hz) + 1
        for _ in range(max(1, due - self._written)):
            self._put(image)
            self._written += 1

    @abstractmethod
    def _put(self, image: Image) -> None:
        """Write one frame."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


@contextmanager
def open_writer(path: Path, size: tuple[int, int], rate_hz: float) -> Iterator[VideoWriter]:
    """Open a video of (height, width) even pixels; it appears at ``path`` once it is whole, and not at all on an error.

    Raises :class:`OutputError` for a suffix that is not in :data:`SUFFIXES`, a place that cannot be written to, or MP4
    without ffmpeg.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise OutputError(f"cannot write {path}: a video's name ends in {' or '.join(SUFFIXES)}")
    unfinished = _unfinished(path)
    try:
        writer = _open(unfinished, size, rate_hz)
        try:
            yield writer
        finally:
            writer.close()
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _unfinished(path: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix.lower(), dir=path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    os.close(handle)
    mask = os.umask(0)  # a temporary file is its owner's alone; the finished video is like any other file
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
    return Path(name)


def _open(path: Path, size: tuple[int, int], rate_hz: float) -> VideoWriter:
    if shutil.which("ffmpeg"):
        return _Ffmpeg(path, size, rate_hz)
    if path.suffix == ".mp4":
        raise OutputError("cannot write .mp4: ffmpeg is not installed (apt install ffmpeg); .webm needs none")
    return _OpenCv(path, size, rate_hz)


class _OpenCv(VideoWriter):
    def __init__(self, path: Path, size: tuple[int, int], rate_hz: float) -> None:
        super().__init__(rate_hz)
        with _quiet():
            code = cv2.VideoWriter.fourcc(*"VP90")
            self._video = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, rate_hz, size[::-1])
        if not self._video.isOpened():
            raise OutputError("cannot write .webm: this OpenCV was built without VP9; install ffmpeg")

    def _put(self, image: Image) -> None:
        self._video.write(image)

    def close(self) -> None:
        self._video.release()


class _Ffmpeg(VideoWriter):
    def __init__(self, path: Path, size: tuple[int, int], rate_hz: float) -> None:
        super().__init__(rate_hz)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._ffmpeg = subprocess.Popen(
            _command(path, size, rate_hz), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._said
        )

    def _put(self, image: Image) -> None:
        assert self._ffmpeg.stdin
        try:
            self._ffmpeg.stdin.write(image.data)
        except BrokenPipeError:
            raise self._error() from None

    def close(self) -> None:
        try:
            self._ffmpeg.communicate()
            if self._ffmpeg.returncode and sys.exc_info()[1] is None:
                raise self._error()
        finally:
            self._said.close()

    def _error(self) -> OutputError:
        self._ffmpeg.wait()
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").splitlines()
        return OutputError(f"ffmpeg cannot write the video: {lines[-1] if lines else 'it gave no reason'}")


_ENCODERS: Final = {
    # libvpx's own choice is slow and small; this is quick, for a film that nobody will archive.
    ".webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "34", "-b:v", "0"),
    # With its index in front a film plays before it has all arrived.
    ".mp4": ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-movflags", "+faststart"),
}


def _command(path: Path, size: tuple[int, int], rate_hz: float) -> list[str]:
    pictures = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{size[1]}x{size[0]}", "-r", f"{rate_hz:.5f}", "-i", "-"]
    # yuv420p is all that browsers decode.
    return ["ffmpeg", "-y", "-v", "error", *pictures, *_ENCODERS[path.suffix], "-pix_fmt", "yuv420p", str(path)]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep OpenCV's remark on the container's tag, which it writes past its own log, from standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nothing)
        os.close(kept)
