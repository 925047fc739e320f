"""Who is in bed, or has just left it: at once in, and out of it a moment later."""

from __future__ import annotations

import math
from typing import Final

from haredge.falls.recent import SPAN_S

LEAVE_S: Final = 0.5
"""Seconds outside after which a person has left a place to rest: the hips of who lies at its edge tremble over it."""


class Rest:
    """Watches one person for where they rest."""

    def __init__(self) -> None:
        self._away_s = math.inf
        self._t = 0.0

    def update(self, t: float, *, inside: bool) -> None:
        """Take whether the person is in a place to rest at a growing time."""
        self._away_s = 0.0 if inside else self._away_s + t - self._t
        self._t = t

    @property
    def resting(self) -> bool:
        """Whether they are in such a place, or were a moment ago."""
        return self._away_s < LEAVE_S

    @property
    def rested(self) -> bool:
        """Whether they have been in one in what is :class:`haredge.falls.recent.Recent`."""
        return self._away_s < SPAN_S
