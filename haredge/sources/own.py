"""Frames that a program hands in: held to what every source here promises."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from haredge.core.errors import SourceError
from haredge.core.types import Frame


def checked(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Yield the frames as they are.

    Raises :class:`SourceError` for one whose image is not BGR in bytes, which would be recognised incorrectly or not at
    all, for a time that is not a number or does not grow, and for what is no series of frames, such as the number 0.
    """
    if not isinstance(frames, Iterable):
        raise SourceError(
            f"source {frames!r:.60}: text is needed, such as '0' for the first camera, or a Path, or frames of your own"
        )
    before_s = -math.inf
    for number, frame in enumerate(frames):
        if not isinstance(frame, Frame):
            raise SourceError(f"frame {number} of your own: a haredge.Frame is needed, not a {type(frame).__name__}")
        if mistake := _mistake(frame.image):
            raise SourceError(
                f"frame {number} of your own: its image is {mistake}; needed are (height, width, 3) bytes in the order "
                "blue, green, red (numpy.uint8)"
            )
        if not isinstance(frame.t, int | float | np.integer | np.floating):
            raise SourceError(
                f"frame {number} of your own: its time, {frame.t!r:.60}, is not a number; needed are growing seconds"
            )
        if not before_s < frame.t < math.inf:
            raise SourceError(f"frame {number} of your own: its time, {frame.t} s, does not come after {before_s} s")
        before_s = frame.t
        yield frame


def _mistake(image: object) -> str:
    if not isinstance(image, np.ndarray):
        return f"a {type(image).__name__}"
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        return f"an array of {image.dtype} of the shape {image.shape}"
    return ""
