"""Who comes in from beneath the camera rises in the image as if they got up, or stood up from a chair.

The image's lower edge cuts them off at first, and the body grows up from it: nothing in a window's poses says that it
is the edge which hid the rest.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final

from haredge.core.labels import GETTING_UP, STANDING_UP
from haredge.core.types import EDGE, Frame, Pose

RISING_S: Final = 2.0
"""Seconds for which who was cut off by the image's lower edge is not believed to get up: a window's span, and what
smoothing adds to it."""

NEW_S: Final = 4.0
"""Seconds in view up to which who is cut off there may just be coming in: who sits at a desk before a webcam is cut off
all the time, and does stand up."""


class Entrance:
    """Knows of one person whether they may be coming in from beneath the camera."""

    def __init__(self) -> None:
        self._seen_t = self._cut_off_t = -math.inf

    def update(self, frame: Frame, pose: Pose | None) -> None:
        """Take the person's pose in a frame, None if there is none; frames must have growing times."""
        if pose is None:
            return
        if self._seen_t == -math.inf:
            self._seen_t = frame.t
        if pose.box.bottom >= (1 - EDGE) * frame.image.shape[0]:
            self._cut_off_t = frame.t

    def refused(self, t: float) -> Collection[str]:
        """Return the labels that are not believed at a time."""
        if t - self._cut_off_t >= RISING_S:
            return ()
        return {GETTING_UP, STANDING_UP} if t - self._seen_t < NEW_S else {GETTING_UP}
