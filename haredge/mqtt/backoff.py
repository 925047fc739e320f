"""How patient haredge is with a broker, and when it calls again."""

from __future__ import annotations

import random
from dataclasses import dataclass

from haredge.mqtt.connection import Lost, Refused, Unreachable


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds."""

    answer_s: float = 10.0
    """How long a broker may take from the dialling to its answer."""
    first_retry_s: float = 1.0
    """Pause after the first failure; doubled after each further one."""
    last_retry_s: float = 60.0
    """The most that doubling comes to."""
    refused_retry_s: float = 10.0
    """The least pause after a refusal: a person must mend it, and a broker may lock out who tries too often."""
    taken_over_retry_s: float = 600.0
    """Pause once another client has come with the same id: two that hurried back would throw each other out forever."""
    acknowledge_s: float = 2.0
    """An event that waits longer for its acknowledgement is better written down."""
    steady_s: float = 30.0
    """A connection that lasted so long was a good one: after it, the pauses start from the first again."""
    close_s: float = 0.7
    """How long closing may take: events on their way, then goodbye."""


class Retry:
    """Gives the pauses; there is chance in them, so that a house full of clients does not call all at once."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._next_s = patience.first_retry_s

    def lasted(self) -> None:
        """Take note of a connection that has lasted: after it, the pauses start from the first again."""
        self._next_s = self._patience.first_retry_s

    def pause_s(self, why: Refused | Unreachable | Lost) -> float:
        """Return the seconds to wait before the next call."""
        patience = self._patience
        if isinstance(why, Refused) and why.taken_over:
            return patience.taken_over_retry_s
        pause_s = max(self._next_s, patience.refused_retry_s) if isinstance(why, Refused) else self._next_s
        self._next_s = min(2 * self._next_s, patience.last_retry_s)
        return pause_s * random.uniform(0.5, 1.0)
