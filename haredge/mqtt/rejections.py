"""Topics that the broker's access list does not give."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Final

from haredge.mqtt.connection import Rejection
from haredge.mqtt.reasons import PERMANENT, access_remedy
from haredge.mqtt.reporter import Reporter
from haredge.mqtt.timers import Timers

TIMER: Final = "rejected"
"""Name of the timer after which they are tried again."""

Attempt = tuple[str, str]
"""A topic, and the right that it needs: ``read`` for a subscription, ``write`` for a message."""


class Rejections:
    """Reports each that is rejected once, and has it tried again after a while: the access list may be fixed."""

    def __init__(
        self,
        broker: str,
        reporter: Reporter,
        timers: Timers,
        again_s: float,
        try_again: Callable[[Collection[Attempt]], None],
    ) -> None:
        """Take the broker's name in words, and what tries again all that are kept, ``again_s`` after the first."""
        self._broker = broker
        self._reporter = reporter
        self._timers = timers
        self._again_s = again_s
        self._try_again = try_again
        self._kept: set[Attempt] = set()

    def clear(self) -> None:
        """Forget them: a new connection tries all there is."""
        self._kept.clear()

    def add(self, attempt: Attempt, why: Rejection, *, lasting: bool) -> None:
        """Take one; only what is ``lasting``, and may be given one day, is kept to be tried again."""
        topic, right = attempt
        what = "the subscription to" if right == "read" else "a message on"
        text = f"the broker at {self._broker} rejects {what} {topic}: {why.reason}"
        self._reporter.once((right, topic), logging.ERROR, f"{text}; {access_remedy(why.code, topic, right)}")
        if lasting and why.code not in PERMANENT:
            self._kept.add(attempt)
            if TIMER not in self._timers:
                self._timers.set(TIMER, self._again_s, self._due)

    def _due(self) -> None:
        kept, self._kept = self._kept, set()
        self._try_again(kept)
