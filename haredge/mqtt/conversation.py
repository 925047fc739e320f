"""One connection to a broker for a question or two, from a command: what is said and answered, one after the other."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Final

from haredge.config.schema import MqttConfig
from haredge.mqtt.connection import (
    MAX_RECEIVED_BYTES,
    Accepted,
    Connection,
    ConnectionEvent,
    Lost,
    Refused,
    Terms,
    Unreachable,
)
from haredge.mqtt.messages import Message
from haredge.mqtt.paho_connection import PahoConnection

ANSWER_S: Final = 10.0
"""How long a broker may take to answer."""


class Conversation:
    """One connection, and the events that come of it."""

    def __init__(
        self, config: MqttConfig, client_id: str, will: Message, max_received_bytes: int = MAX_RECEIVED_BYTES
    ) -> None:
        """Take a client id that disturbs no running haredge, and a last will on a topic that no other client reads.

        What the broker has in packets of more than ``max_received_bytes`` is not heard.
        """
        self._config = config
        self._max_received_bytes = max_received_bytes
        self._client_id = client_id
        self._will = will
        self._events: queue.SimpleQueue[ConnectionEvent] = queue.SimpleQueue()
        self._heard: list[ConnectionEvent] = []
        self._connection: Connection | None = None

    def connect(self) -> ConnectionEvent | None:
        """Connect with MQTT 5, and under lesser terms if the broker asks for them; None if it does not answer.

        Raises :class:`haredge.core.errors.ConfigError` if the password or a certificate cannot be read.
        """
        answer = self._connect(Terms())
        while isinstance(answer, Refused) and answer.terms is not None:
            answer = self._connect(answer.terms)
        return answer

    def _connect(self, terms: Terms) -> ConnectionEvent | None:
        self.disconnect()
        self._connection = PahoConnection(self._config, self._client_id, self._will, terms, self._max_received_bytes)
        self._connection.connect(self._events.put)
        return self.wait(lambda event: isinstance(event, (Accepted, Refused, Unreachable, Lost)), ANSWER_S)

    def subscribe(self, topic: str, *, retained: bool = False) -> int:
        """Ask for a topic's messages, those ``retained`` included if wanted; return its acknowledgement's number."""
        assert self._connection is not None
        return self._connection.subscribe(topic, retained=retained)

    def publish(self, message: Message) -> int:
        """Send a message; return its acknowledgement's number."""
        assert self._connection is not None
        return self._connection.publish(message)

    def wait(self, wanted: Callable[[ConnectionEvent], bool], patience_s: float = ANSWER_S) -> ConnectionEvent | None:
        """Return the first event that is wanted, None if none comes in time; the others are kept for later."""
        until = time.monotonic() + patience_s
        while not (found := [event for event in self._heard if wanted(event)]):
            if not self._heard_another(until - time.monotonic()):
                return None
        self._heard.remove(found[0])
        return found[0]

    def _heard_another(self, patience_s: float) -> bool:
        try:
            self._heard.append(self._events.get(timeout=max(0.0, patience_s)))
        except queue.Empty:
            return False
        return True

    def disconnect(self) -> None:
        """End the connection, if there is one; what it may still say is forgotten."""
        if self._connection is not None:
            self._connection.disconnect(1.0)
        self._connection, self._events, self._heard = None, queue.SimpleQueue(), []
