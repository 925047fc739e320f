"""When the people topic is sent, and what it says: at once on a change, now and then while people only move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from haredge.core.clock import WallClock
from haredge.core.interval import passed
from haredge.core.types import Frame, Observation, Person
from haredge.mqtt import messages
from haredge.mqtt.messages import Message, PersonReport, Topics

CHANGE_S: Final = 0.25
"""Seconds from one message to the next at least, however many people come, go and change: four messages per second."""

REFRESH_S: Final = 5.0
"""Seconds after which boxes and probabilities are sent again, if they alone have changed."""


class PeopleReport:
    """Follows what was last sent; times are those of the frames."""

    def __init__(self, topics: Topics, wall_clock: WallClock) -> None:
        self._topics = topics
        self._wall_clock = wall_clock
        self._sent: Sequence[PersonReport] | None = None
        self._sent_t = 0.0
        self._last: Sequence[PersonReport] = ()
        self._last_t = 0.0

    def update(self, observation: Observation) -> Message | None:
        """Return the message that is due after an observation; None if none is."""
        frame = observation.frame
        self._last = [_report(person, frame) for person in observation.people if person.settled]
        self._last_t = frame.t
        return self._send() if self._is_due() else None

    def rest(self) -> Message | None:
        """Return what has changed since the last message, as no observation will follow; None if nothing has."""
        return self._send() if self._sent is not None and self._has_changed(self._sent) else None

    def reset(self) -> None:
        """Send the next observation in any case."""
        self._sent = None

    def _send(self) -> Message:
        self._sent, self._sent_t = self._last, self._last_t
        return messages.people(self._topics, self._last, self._wall_clock, self._last_t)

    def _is_due(self) -> bool:
        if self._sent is None:
            return True
        if self._last == self._sent:
            return False
        return passed(self._sent_t, self._last_t, CHANGE_S if self._has_changed(self._sent) else REFRESH_S)

    def _has_changed(self, sent: Sequence[PersonReport]) -> bool:
        """Return whether there is more to report than that people have moved."""
        return [person.state for person in self._last] != [person.state for person in sent]


def _report(person: Person, frame: Frame) -> PersonReport:
    return PersonReport(
        person.id,
        person.activity,
        None if person.pose is None else person.pose.box.in_shares(frame.size),
        person.zone,
        None if person.fall is None else person.fall.state,
    )
