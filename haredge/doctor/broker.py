"""Checks of the broker: it answers, lets haredge in, and takes and gives messages on haredge's topics."""

from __future__ import annotations

import queue
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Final, Literal

from haredge.config.schema import MqttConfig
from haredge.doctor import FAIL, OK, WARN, Check, examine
from haredge.mqtt.connection import (
    Accepted,
    Acknowledged,
    Connection,
    ConnectionEvent,
    Lost,
    Received,
    Refused,
    Terms,
    Unreachable,
)
from haredge.mqtt.messages import Message, Topics
from haredge.mqtt.paho_connection import PahoConnection

ANSWER_S: Final = 10.0
"""How long a broker may take to answer."""

ECHO_S: Final = 3.0
"""How long a message may take to come back: a broker that forbids it drops it in silence."""


def broker(config: MqttConfig) -> Iterator[Check]:
    """Connect, under a name of its own that throws no running haredge out, and send messages to oneself."""
    conversation = Conversation(config)
    try:
        connected = examine("broker", conversation.connect, "fix mqtt in config.yaml")
        yield connected
        for topic in _probed(config) if connected.status == OK else ():
            yield conversation.publish(topic)
    finally:
        conversation.disconnect()


def _probed(config: MqttConfig) -> list[str]:
    """Name a topic for each rule that an access list needs; nobody else listens there."""
    topics = Topics(config.base, config.node)
    own = topics.under("doctor")
    device = f"{config.discovery.prefix}/device/{topics.device}/doctor"
    return [own, device] if config.discovery.enabled else [own]


class Conversation:
    """One connection, and the events that come of it."""

    def __init__(self, config: MqttConfig) -> None:
        self._config = config
        self._events: queue.SimpleQueue[ConnectionEvent] = queue.SimpleQueue()
        self._heard: list[ConnectionEvent] = []
        self._connection: Connection | None = None

    def connect(self) -> Check:
        """Connect with MQTT 5, and under lesser terms if the broker asks for them."""
        answer = self._connect(Terms())
        while isinstance(answer, Refused) and answer.terms is not None:
            answer = self._connect(answer.terms)
        return _connected(self._config, answer)

    def _connect(self, terms: Terms) -> ConnectionEvent | None:
        self.disconnect()
        name = f"haredge-doctor-{secrets.token_hex(4)}"
        will = Message(_probed(self._config)[0], "")
        self._connection = PahoConnection(self._config, name, will, terms)
        self._connection.connect(self._events.put)
        return self._wait(lambda event: isinstance(event, (Accepted, Refused, Unreachable, Lost)), ANSWER_S)

    def publish(self, topic: str) -> Check:
        """Send a message and see whether it is taken, and whether it comes back."""
        assert self._connection is not None
        token = secrets.token_hex(8)
        self._connection.subscribe(topic)
        number = self._connection.publish(Message(topic, token, qos=1))
        taken = self._wait(lambda event: isinstance(event, Acknowledged) and event.number == number, ANSWER_S)
        if isinstance(taken, Acknowledged) and taken.rejected:
            return _forbidden(FAIL, f"{topic}: {taken.rejected.reason}", self._config, topic)
        if self._wait(lambda event: isinstance(event, Received) and event.payload == token.encode(), ECHO_S):
            return Check("publishing", OK, f"{topic}: arrives")
        return _forbidden(WARN, f"{topic}: sent, and did not come back", self._config, topic)

    def _wait(self, wanted: Callable[[ConnectionEvent], bool], patience_s: float) -> ConnectionEvent | None:
        """Return the first event that is wanted, None where none comes in time; the others are kept for later."""
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


def _connected(config: MqttConfig, answer: ConnectionEvent | None) -> Check:
    where = f"{config.host}:{config.port}"
    if isinstance(answer, Accepted):
        user = f" as {config.username}" if config.username else ""
        secure = ", TLS" if config.tls.enabled else ""
        return Check("broker", OK, f"{where} lets haredge in{user} ({answer.terms}{secure})")
    if isinstance(answer, Refused):
        remedy = answer.remedy or "its log says why"
        return Check("broker", FAIL, f"{where} refuses: {answer.reason}", remedy)
    reason = answer.reason if isinstance(answer, (Unreachable, Lost)) else f"no answer within {ANSWER_S:.0f} s"
    return Check("broker", FAIL, f"{where}: {reason}", "check mqtt.host and mqtt.port; does the broker run?")


def _forbidden(status: Literal["warn", "fail"], words: str, config: MqttConfig, topic: str) -> Check:
    who = config.username or "clients without a name"
    remedy = f"let {who} read and write {topic.rpartition('/')[0]}/# in the broker's access list"
    return Check("publishing", status, words, remedy)
