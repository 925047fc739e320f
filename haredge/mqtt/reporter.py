"""What the log says of a broker: each change of state, a reminder while it is bad, and what is said once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable

from haredge.mqtt.connection import Lost, Refused, Unreachable

log = logging.getLogger("haredge.mqtt.client")


class Reporter:
    """Logs what is news."""

    def __init__(self, remind_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._remind_s = remind_s
        self._monotonic = monotonic
        self._state = ""
        self._said_at = 0.0
        self._said: set[Hashable] = set()

    def state(self, level: int, text: str, detail: str = "") -> None:
        """Log a change of state; the same state again only after ``remind_s``."""
        now = self._monotonic()
        if text != self._state or now - self._said_at >= self._remind_s:
            self._state, self._said_at = text, now
            log.log(level, "%s%s", text, detail)

    def once(self, key: Hashable, level: int, text: str) -> None:
        """Log something the first time that it happens to ``key``, of which there are few."""
        if key not in self._said:
            self._said.add(key)
            log.log(level, "%s", text)


def describe(why: Refused | Unreachable | Lost, broker: str) -> str:
    """Return one line: what happened at which broker, and what to do."""
    if isinstance(why, Unreachable):
        return f"no broker at {broker}: {why.reason}; trying again"
    remedy = f"; {why.remedy}" if why.remedy else ""
    if isinstance(why, Lost):
        return f"lost the broker at {broker}: {why.reason}{remedy}; trying again"
    return f"the broker at {broker} refuses the connection: {why.reason}{remedy}; trying again"
