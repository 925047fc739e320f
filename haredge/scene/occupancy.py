"""In which zones there is anyone: steady, so that a light does not flicker.

A zone is occupied once a person has been in it for :data:`ENTER_S`, and free once no one has for :data:`LEAVE_S`. A
person who is hidden stays where they were last seen, until they count as having left.
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
        """Take the zones, none of them occupied at ``t``."""
        self._zones = zones
        self._states = [Steady(False, t, lambda occupied: ENTER_S if occupied else LEAVE_S) for _ in zones]

    def update(self, t: float, occupied: Collection[str]) -> tuple[Occupancy, ...]:
        """Return each zone's occupancy at ``t`` (growing), with people in the zones of these names."""
        for zone, state in zip(self._zones, self._states, strict=True):
            state.update(not zone.ignore and zone.name in occupied, t)
        return tuple(
            Occupancy(zone, state.value, state.since) for zone, state in zip(self._zones, self._states, strict=True)
        )
