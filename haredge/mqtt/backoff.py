"""How long to wait for a broker, and when to try again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from haredge.mqtt.connection import Lost, Refused, Unreachable

SLOW_DISK_S: Final = 6.0
"""How long an SD card may take for a few kilobytes while others write to it: an upgrade, say."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Times in seconds."""

    answer_s: float = 10.0
    """How long a broker may take to answer a connection."""
    first_retry_s: float = 1.0
    """Delay after the first failure; doubled after each further one."""
    last_retry_s: float = 60.0
    """The longest delay that doubling leads to."""
    refused_retry_s: float = 10.0
    """The shortest delay after a refusal: a person must fix it, and a broker may ban who tries too often."""
    taken_over_retry_s: float = 600.0
    """Delay once another client has connected with the same id: two that hurried back would end each other's
    connection indefinitely."""
    acknowledge_s: float = 2.0
    """An event that waits longer for its acknowledgement is written to the outbox's file."""
    refused_event_s: float = 60.0
    """How often an event that the broker refuses is tried again: an access list may be fixed."""
    steady_s: float = 30.0
    """A connection that lasted this long was a good one: after it, the delays start from the first again."""
    remind_s: float = 600.0
    """How often the log repeats what is wrong while it stays so."""
    outbox_retry_s: float = 5.0
    """How often the outbox tries again what its file could not take or give."""
    disk_s: float = SLOW_DISK_S
    """How long closing waits for the disk to take what was not delivered."""
    close_s: float = 0.7
    """How long closing may take: events on their way, then goodbye."""


class Retry:
    """Gives the delays before the next attempt, with chance in them: a house full of clients must not come at once."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._next_s = timeouts.first_retry_s

    def reset(self) -> None:
        """Start from the first delay again: a connection has lasted."""
        self._next_s = self._timeouts.first_retry_s

    def next_delay_s(self, why: Refused | Unreachable | Lost) -> float:
        """Return the seconds to wait before the next attempt."""
        timeouts = self._timeouts
        if isinstance(why, Refused) and why.taken_over:
            return timeouts.taken_over_retry_s
        delay_s = max(self._next_s, timeouts.refused_retry_s) if isinstance(why, Refused) else self._next_s
        self._next_s = min(2 * self._next_s, timeouts.last_retry_s)
        return delay_s * random.uniform(0.5, 1.0)
