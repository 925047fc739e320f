"""Videos and streams by the FFmpeg inside OpenCV: the one place that opens any."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from haredge.core.bounds import FRAME_PIXELS, check_frame_size
from haredge.core.errors import RuntimeMissingError, SourceError
from haredge.core.kinds import HEAD_BYTES, is_matroska
from haredge.core.regular_file import open_regular
from haredge.opencv import DECODE_IN_ONE_THREAD, cv2
from haredge.sources.edit_list import shown_s

INTERLACED: Final = Path(__file__).parent / "interlaced.mp4"
"""One grey image of 32x32 pixels, interlaced MPEG-2, from ``ffmpeg -f lavfi -i color=c=gray:s=32x32 -c:v mpeg2video
-flags +ildct+ilme -frames:v 1``."""

NEEDED: Final = "opencv-python-headless>=4.6,<4.12"
"""The versions that read interlaced video."""

_CONVERT: Final = "convert it: ffmpeg -i IN -c:v libx264 OUT.mp4"


class FfmpegCapture:
    """An opened ``cv2.VideoCapture`` whose images have square pixels and a bounded size."""

    def __init__(
        self, capture: cv2.VideoCapture, shown_s: float | None = None, *, length_counts_from_zero: bool = False
    ) -> None:
        self._capture = capture
        self._length_counts_from_zero = length_counts_from_zero
        self.frames_before = 0.0
        """Frames of the length that lie before the first one, once that has been grabbed: a piece of a recording."""
        self.shown_s = shown_s
        """Seconds that are shown of what is stored; None for all of it."""
        self._aspect = _pixel_aspect(capture)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether a video was found and its decoder opened."""
        return bool(self._capture.isOpened())

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in square pixels, as the container has it; (0, 0) if it does not say."""
        return _square(self.get(cv2.CAP_PROP_FRAME_HEIGHT), self.get(cv2.CAP_PROP_FRAME_WIDTH), self._aspect)

    @property
    def codec(self) -> str:
        """Four letters that name the codec, "h264" or "av01"; empty if unknown."""
        code = int(self.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        letters = code.to_bytes(4, "little").decode("ascii", "replace")
        return letters if letters.isprintable() and letters.isascii() else ""

    def grab(self) -> bool:
        """Decode the next frame; False at the end, or if a packet is damaged: the next call goes on after it."""
        grabbed = bool(self._capture.grab())
        if grabbed and self._length_counts_from_zero:
            self._length_counts_from_zero = False
            self.frames_before = max(0.0, self.get(cv2.CAP_PROP_PTS))
        return grabbed

    def retrieve(self) -> tuple[bool, Any]:
        """Return the frame that was grabbed as (height, width, 3) bytes, BGR; False and None if it is unusable."""
        found, image = self._capture.retrieve()
        if not found or not 0 < image.size <= 3 * FRAME_PIXELS:
            return False, None
        if self._aspect != 1:
            height, width = _square(image.shape[0], image.shape[1], self._aspect)
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
        return True, np.asarray(image, np.uint8)

    def get(self, prop: int, /) -> float:
        """Return one of OpenCV's properties, 0 if it has none."""
        return float(self._capture.get(prop))

    def set(self, prop: int, value: float, /) -> bool:
        """Ask for a property."""
        return bool(self._capture.set(prop, value))

    def release(self) -> None:
        """Close the file or the connection."""
        self._capture.release()


def open_video(path: Path) -> FfmpegCapture:
    """Open a video file, whatever its name is made of; its first image has not been decoded into BGR yet.

    Raises :class:`SourceError` if it is not a regular file, cannot be read, is empty, holds no video known to OpenCV,
    or has larger images than :mod:`haredge.core.bounds` allows.
    """
    _check_interlaced()
    try:
        descriptor = open_regular(path)
    except IsADirectoryError as error:
        raise SourceError(f"cannot read the video {path}: it is a folder; name the videos in it") from error
    except OSError as error:
        raise SourceError(f"cannot read the video {path}: {error.strerror}") from error
    try:
        if not os.fstat(descriptor).st_size:
            raise SourceError(f"cannot read the video {path}: it is empty")
        # By number, as FFmpeg takes some names for addresses, and OpenCV crashes on names that are not UTF-8.
        opened = _opened(f"/proc/self/fd/{descriptor}", [])
        # Matroska counts a piece's length from the recording's begin; OpenCV 4.6 does not say when a frame was.
        from_zero = is_matroska(os.pread(descriptor, HEAD_BYTES, 0)) and hasattr(cv2, "CAP_PROP_PTS")
        capture = FfmpegCapture(opened, shown_s(descriptor), length_counts_from_zero=from_zero)
    finally:
        os.close(descriptor)
    try:
        _check(path, capture)
    except SourceError:
        capture.release()
        raise
    return capture


def stored_frames(path: Path) -> int:
    """Count the frames of a video file without decoding them; 0 if its length is missing, as of one that was cut short.

    Raises OSError if the file cannot be read.
    """
    descriptor = open_regular(path)
    try:
        capture = _opened(f"/proc/self/fd/{descriptor}", [cv2.CAP_PROP_FORMAT, -1])  # -1: packets as they are stored
    finally:
        os.close(descriptor)
    try:
        frames = 0
        if capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0:
            while capture.grab():
                frames += 1
        return frames
    finally:
        capture.release()


def _check(path: Path, capture: FfmpegCapture) -> None:
    if not capture.isOpened():
        raise SourceError(
            f"cannot read the video {path}: no video in it that can be decoded "
            f"(sound only, damaged, or an unknown format?); {_CONVERT}"
        )
    try:
        check_frame_size(*capture.size)
    except ValueError as error:
        raise SourceError(f"cannot read the video {path}: its images of {error}") from None


def no_frame(capture: FfmpegCapture) -> str:
    """Say why an opened video gives no frame, and what to do."""
    names = {"av01": "AV1", "hev1": "HEVC", "hvc1": "HEVC", "vvc1": "VVC"}
    codec = names.get(capture.codec.lower(), capture.codec)
    said = f" (it is coded as {codec})" if codec else ""
    return f"it holds no frame that this OpenCV can decode{said}; {_CONVERT}"


def open_stream(address: str, timeout_s: float) -> FfmpegCapture:
    """Connect to a network camera; ``isOpened()`` says whether that worked.

    ``timeout_s`` holds for the connection, and for each read afterwards.
    """
    _check_interlaced()
    timeout_ms = round(timeout_s * 1000)
    parameters = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout_ms]
    return FfmpegCapture(_opened(address, parameters))


@cache
def reads_interlaced(clip: Path = INTERLACED) -> bool | None:
    """Say whether this OpenCV reads interlaced video; None if it cannot decode the clip that shows it.

    OpenCV 4.13 and 5.0 call it a success and give memory that was never written: black, or what was there before.
    """
    descriptor = os.open(clip, os.O_RDONLY | os.O_CLOEXEC)
    try:
        capture = _opened(f"/proc/self/fd/{descriptor}", [])
    finally:
        os.close(descriptor)
    found, image = capture.read()
    capture.release()
    return bool(np.all(np.abs(image.astype(int) - 128) < 8)) if found else None


def _check_interlaced() -> None:
    if reads_interlaced() is False:
        raise RuntimeMissingError(
            f"OpenCV {cv2.__version__} gives black images for interlaced video, without an error: "
            f"pip install '{NEEDED}'"
        )


def _opened(name: str, parameters: list[int]) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG, parameters + DECODE_IN_ONE_THREAD)
    capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)  # OpenCV 4.11 leaves a phone's upright video lying unless it is asked
    return capture


def _pixel_aspect(capture: cv2.VideoCapture) -> float:
    """Return the width of a pixel over its height, of the image as it is shown; 1 if it is not said or absurd."""
    width, height = capture.get(cv2.CAP_PROP_SAR_NUM), capture.get(cv2.CAP_PROP_SAR_DEN)
    if not (width > 0 and height > 0 and 1 / 8 <= width / height <= 8):
        return 1.0
    turned = round(capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 180 == 90  # OpenCV turns the image
    return height / width if turned else width / height


def _square(height: float, width: float, aspect: float) -> tuple[int, int]:
    """Widen an image, or make it higher, so that its pixels are square."""
    return (round(height), round(width * aspect)) if aspect >= 1 else (round(height / aspect), round(width))
