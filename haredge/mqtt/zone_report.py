"""What is said of each zone: whether there is anyone in it, on each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from haredge.core.clock import WallClock
from haredge.core.types import Observation
from haredge.core.zone import Zone
from haredge.mqtt import messages
from haredge.mqtt.messages import Message, Topics


class ZoneReport:
    """Follows what was last sent of each zone; of those that are ignored nothing is."""

    def __init__(self, topics: Topics, wall_clock: WallClock, zones: Sequence[Zone]) -> None:
        """Take the node's topics, the clock, and the zones as they are before the first observation."""
        self._topics = topics
        self._wall_clock = wall_clock
        self._names = published(zones)
        self._sent: dict[str, tuple[bool | None, float]] = {}

    def heed(self, observation: Observation) -> None:
        """Take over which zones there are: they may have been drawn again."""
        self._names = published([occupancy.zone for occupancy in observation.zones])

    def update(self, observation: Observation) -> Iterator[Message]:
        """Yield what has changed of the zones that there are."""
        reported_s = self._wall_clock(observation.frame.t)
        for each in observation.zones:
            name, state = each.zone.name, (each.occupied, each.since)
            if name in self._names and each.occupied is not None and self._sent.get(name) != state:
                self._sent[name] = state
                since_s = self._wall_clock(each.since)
                yield messages.zone(self._topics, name, since_s, reported_s, occupied=each.occupied)

    def reset(self) -> None:
        """Send the next observation's in any case."""
        self._sent.clear()

    def unknown(self, now_s: float) -> Iterator[Message]:
        """Yield that of no zone it is known whether there is anyone in it: the camera is closed."""
        self._sent.clear()
        for name in self._names:
            yield messages.zone(self._topics, name, now_s, now_s, occupied=None)


def published(zones: Sequence[Zone]) -> tuple[str, ...]:
    """Return the names of the zones of which there is something to publish: no one is ever in one that is ignored."""
    return tuple(zone.name for zone in zones if not zone.ignore)
