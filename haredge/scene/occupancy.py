"""In which zones there is anyone: steady, so that a light does not flicker.

A zone is occupied once a person has been in it for :data:`ENTER_S`, and free once no one has been seen in it for
:data:`LEAVE_S`: that is when a person who is hidden counts as having left, too. Until one of the two is so, it is
not known: a loop that begins again does not know that a room is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from haredge.core.types import Occupancy
from haredge.core.zone import Zone
from haredge.scene.steady import Steady

ENTER_S: Final = 0.5
"""Seconds for which a person must be in a zone: who walks along its edge is not in it."""

LEAVE_S: Final = 2.0
"""Seconds without anyone after which a zone is free: who sits there leans out of it at times."""


class Occupancies:
    """Which of a scene's zones are occupied."""

    def __init__(self, zones: Sequence[Zone], t: float) -> None:
        """Take the zones, of which nothing is known at ``t``."""
        self._zones = zones
        self._states = [Steady[bool | None](None, t, lambda wanted: ENTER_S if wanted else LEAVE_S) for _ in zones]

    def update(self, t: float, occupied: Collection[str], hidden: Collection[str] = ()) -> tuple[Occupancy, ...]:
        """Return each zone's occupancy at ``t`` (growing), with people in the zones of these names.

        In those that are ``hidden`` people were last seen: that frees no zone any later, and who a network sees
        now and then comes in all the same.
        """
        for zone, state in zip(self._zones, self._states, strict=True):
            there = zone.name in occupied or (zone.name in hidden and not state.value)
            state.update(not zone.ignore and there, t)
        return tuple(
            Occupancy(zone, state.value, state.since) for zone, state in zip(self._zones, self._states, strict=True)
        )
