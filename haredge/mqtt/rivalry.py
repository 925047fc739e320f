"""Two clients with one id: each ends the other's connection indefinitely, and many brokers do not say why."""

from __future__ import annotations

from typing import Final

from haredge.mqtt.connection import OLDEST, Lost, Refused, Unreachable
from haredge.mqtt.reasons import TAKEN_OVER, remedy

RIVALRY: Final = 5
"""Short-lived connections in a row from which on another client is thought to have the same id."""


class Rivalry:
    """Counts connections in a row that the broker closed soon after it had accepted them."""

    def __init__(self) -> None:
        self._short_lived = 0

    def over(self) -> None:
        """Note that a connection has lasted."""
        self._short_lived = 0

    def judge(
        self, why: Refused | Unreachable | Lost, protocol: int, *, short_lived: bool
    ) -> Refused | Unreachable | Lost:
        """Return what the end of a connection means, after those before it.

        ``short_lived`` says that it was accepted and had not lasted yet; ``protocol`` is MQTT's version.
        """
        if isinstance(why, Unreachable):
            self.over()  # it was the broker that had gone
        if not isinstance(why, Lost):
            return why
        self._short_lived += why.closed and short_lived
        if self._short_lived < RIVALRY:
            return why
        what_to_do = remedy(TAKEN_OVER)
        if protocol == OLDEST:  # with MQTT 5 a broker says what it does not support
            what_to_do += "; or does the broker reject retained messages?"
        return Refused("accepted and closed, again and again", what_to_do, taken_over=True)
