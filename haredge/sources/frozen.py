"""Notices a camera that sends the same image again and again: it is frozen, though its stream runs.

The same means every pixel: a sensor's noise changes some even of a dark, still room. A camera that removes all noise
there seems frozen, too, so this is reported, and ends nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from haredge.core.types import Frame, Image

FROZEN_S: Final = 30.0
"""Seconds without a change after which an image is frozen."""

_SAMPLED: Final = slice(None, None, 16)


class FrozenImage:
    """Follows how long an image has not changed."""

    def __init__(self) -> None:
        self._image: Image | None = None
        self._since_s = 0.0
        self.unchanged_s = 0.0
        """Seconds for which the image has been the same, up to the last frame."""

    def watch(self, frame: Frame) -> bool:
        """Take a frame; return whether the image has just become frozen."""
        if self._image is None or not _same(self._image, frame.image):
            self._image, self._since_s = frame.image, frame.t
        before_s, self.unchanged_s = self.unchanged_s, frame.t - self._since_s
        return before_s < FROZEN_S <= self.unchanged_s


def _same(one: Image, other: Image) -> bool:
    """Compare a 256th of the pixels first, which is enough nearly always."""
    return (
        one.shape == other.shape
        and np.array_equal(one[_SAMPLED, _SAMPLED], other[_SAMPLED, _SAMPLED])
        and np.array_equal(one, other)
    )
