"""Delivery of events: those of the outbox, in order, one on its way at a time, each until it is acknowledged."""

from __future__ import annotations

from collections.abc import Callable

from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.connection import Acknowledged
from haredge.mqtt.messages import Message
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.reasons import PERMANENT
from haredge.mqtt.timers import Timers

OF_A_CONNECTION = ("slow", "refused")
"""Timers that are over when the connection is."""


class EventDelivery:
    """Delivers the events of an outbox; lives in the client's thread.

    An event that the broker will never take is dropped. One that it refuses today stays, as an access list may be
    fixed: events under its topic wait until the next of them comes, or for ``Timeouts.refused_event_s``, and those
    under other topics go on meanwhile. So order holds within a topic.
    """

    def __init__(
        self, outbox: Outbox, timers: Timers, timeouts: Timeouts, publish: Callable[[Message], int | None]
    ) -> None:
        """Take what publishes a message: it returns the number of the acknowledgement, None for what cannot be sent."""
        self._outbox = outbox
        self._timers = timers
        self._timeouts = timeouts
        self._publish = publish
        self._connected = False
        self._on_its_way: tuple[int, int, str] | None = None
        """Number of the acknowledgement, number in the outbox, topic."""
        self._refused: set[str] = set()
        self._new_meanwhile: set[str] = set()
        """Topics of events that have come since the one on its way was sent."""

    def put(self, event: Message) -> None:
        """Take an event."""
        self._outbox.put(event)
        self._refused.discard(event.topic)
        self._new_meanwhile.add(event.topic)
        self.tend()
        self._send_next()

    def start(self) -> None:
        """Send what waits: there is a connection."""
        self._connected = True
        self._send_all()

    def stop(self) -> None:
        """Keep what waits: the connection is lost."""
        self._connected, self._on_its_way = False, None
        self._refused.clear()
        self._persist()

    def acknowledged(self, answer: Acknowledged) -> None:
        """Go on to the next event, if the answer is to the one that is on its way."""
        if self._on_its_way is None or self._on_its_way[0] != answer.number:
            return
        (_, number, topic), self._on_its_way = self._on_its_way, None
        if answer.rejected is None:
            self._outbox.delivered(number)
        elif answer.rejected.code in PERMANENT:
            self._outbox.drop(number)
        elif topic not in self._new_meanwhile:
            self._refuse(topic)
        self._send_next()

    def tend(self) -> None:
        """Try again later what the outbox's file could not take or give: it may be locked, or the disk full."""
        if self._outbox.unfinished and "outbox" not in self._timers:
            self._timers.set("outbox", self._timeouts.outbox_retry_s, self._retry_file)

    def _relax(self) -> None:
        """Write no more once all has arrived: what has waited for long, and what comes behind it, is in the file."""
        if self._connected and not len(self._outbox):
            self._timers.cancel("slow")
            self._outbox.stop_persisting()

    def _refuse(self, topic: str) -> None:
        self._refused.add(topic)
        self._persist()
        if "refused" not in self._timers:
            self._timers.set("refused", self._timeouts.refused_event_s, self._send_all)

    def _send_all(self) -> None:
        self._refused.clear()
        self._send_next()

    def _send_next(self) -> None:
        """Send the oldest event that may be sent, unless one is on its way already."""
        while self._connected and self._on_its_way is None and (head := self._outbox.peek(self._refused)) is not None:
            number = self._publish(head.message)
            if number is None:  # it would stand in the way of all others
                self._outbox.drop(head.number)
            else:
                self._on_its_way = (number, head.number, head.message.topic)
                self._new_meanwhile.clear()
                if "slow" not in self._timers:
                    self._timers.set("slow", self._timeouts.acknowledge_s, self._persist)
        self._relax()

    def _persist(self) -> None:
        self._outbox.persist()
        self.tend()

    def _retry_file(self) -> None:
        self._outbox.retry()
        self._send_next()
        self.tend()
