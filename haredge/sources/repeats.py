"""Distinguishes a new image that equals the one before from the same image fetched twice.

A camera asked for single images makes each one when asked, or keeps one that it renews now and then. In a still room a
camera that removes all noise gives the same bytes in both cases, whatever its headers say: a tag may be made of the
content, a date may be that of the request. So the time for which an image is kept is learned from those that differ.
"""

from __future__ import annotations

from collections import deque
from typing import Final

LONGEST_S: Final = 1.0
"""Seconds after which an unchanged image is a new one in any case: rare changes are those of the room."""

KNOWN: Final = 8
"""Changes that are remembered: what is learned is the second shortest time between two of them, as a delayed answer
brings two changes close together."""


class Repeats:
    """Follows the images of one camera."""

    def __init__(self, period_s: float) -> None:
        """Take the seconds from one request to the next; until more is known, each brings a new image."""
        self._period_s = period_s
        self._data: bytes | None = None
        self._changed_s = self._given_s = 0.0
        self._intervals_s: deque[float] = deque(maxlen=KNOWN)

    def is_new(self, data: bytes, t: float) -> bool:
        """Return whether an image that came at ``t`` (seconds, growing) is a new one."""
        if data != self._data:
            if self._data is not None:
                self._intervals_s.append(t - self._changed_s)
            self._data, self._changed_s, self._given_s = data, t, t
            return True
        if t - self._given_s < self.kept_s - self._period_s / 2:
            return False
        self._given_s = t
        return True

    @property
    def kept_s(self) -> float:
        """Seconds for which the camera keeps an image before it makes another, as far as is known."""
        shortest = sorted(self._intervals_s)[:2]
        return min(shortest[-1], LONGEST_S) if shortest else self._period_s
