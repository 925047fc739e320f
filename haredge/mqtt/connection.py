"""What a connection to a broker does, and what may become of it: the seam between the client and paho."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from haredge.mqtt.messages import Message

NEWEST, OLDEST = 5, 4
"""MQTT versions as the protocol numbers them: 5, and 4 for 3.1.1."""

VERSIONS: Final = {NEWEST: "5", OLDEST: "3.1.1"}

MAX_RECEIVED_BYTES: Final = 16_384
"""Largest packet that a broker may send: commands are a word long, and a board has little memory."""

MAX_SENT_BYTES: Final = 268_435_460
"""Largest packet of the protocol: what a broker takes unless it says less."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What of MQTT a connection uses; a broker may support less than all of it."""

    protocol: int = NEWEST
    qos: int = 1
    """Highest quality of service, 0 or 1."""
    retain: bool = True
    """Whether messages may be retained."""

    def apply(self, message: Message) -> Message:
        """Return a message as it may be sent under these terms."""
        return replace(message, qos=min(message.qos, self.qos), retain=message.retain and self.retain)

    def __str__(self) -> str:
        lacking = [] if self.retain else ["without retained messages"]
        lacking += [f"QoS {self.qos} at most"] if self.qos < 1 else []
        return ", ".join([f"MQTT {VERSIONS[self.protocol]}", *lacking])


@dataclass(frozen=True, slots=True)
class Accepted:
    """The broker has accepted the connection."""

    terms: Terms
    max_packet_bytes: int = MAX_SENT_BYTES
    """Largest packet that the broker takes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The broker has refused the connection, or ended it permanently."""

    reason: str
    remedy: str
    terms: Terms | None = None
    """Terms under which it may accept."""
    taken_over: bool = False
    """Another client connected with the same id."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There is no answer."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """An accepted connection is over."""

    reason: str
    remedy: str = ""
    malformed: bool = False
    """It was ended because what came over it was not valid MQTT."""
    closed: bool = False
    """The broker closed it without a reason."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a message or a subscription was rejected."""

    code: int
    """MQTT 5's reason code."""
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The broker has answered a message or a subscription, by its number: it takes it, or has rejected it."""

    number: int
    rejected: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A message has come on a subscribed topic."""

    topic: str
    payload: bytes
    retain: bool
    """Whether it was retained before the subscription."""


ConnectionEvent = Accepted | Refused | Unreachable | Lost | Acknowledged | Received


class Connection(Protocol):
    """One connection; :class:`haredge.mqtt.paho_connection.PahoConnection` is the real one."""

    def connect(self, post: Callable[[ConnectionEvent], None]) -> None:
        """Begin to connect; return at once and post what becomes of it."""

    def publish(self, message: Message) -> int:
        """Send a message; return the number that its acknowledgement will carry."""

    def subscribe(self, topic: str, *, retained: bool = False) -> int:
        """Ask for a topic's messages, with MQTT 5 for one that is ``retained`` only if wanted.

        Return the number that its acknowledgement will carry.
        """

    def disconnect(self, timeout_s: float = 0.0, *, goodbye: bool = True) -> None:
        """End the connection, waiting up to ``timeout_s`` for the goodbye to be sent.

        Without a goodbye the broker publishes the last will.
        """


def packet_bytes(message: Message) -> int:
    """Return the most bytes that a message takes as a packet: header, topic, number, properties and payload."""
    return 5 + 2 + len(message.topic.encode()) + 2 + 6 + len(message.encoded())
