"""What a connection to a broker does, and what may become of it: the seam between courier and paho."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from haredge.mqtt.messages import Message

NEWEST, OLDEST = 5, 4
"""MQTT versions as the protocol numbers them: 5, and 4 for 3.1.1."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The broker has accepted the connection."""

    protocol: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The broker has refused the connection, or ended it for good."""

    reason: str
    remedy: str = ""
    wrong_protocol: bool = False
    """An older protocol may be accepted."""
    taken_over: bool = False
    """Another client came with the same id."""


def taken_over(where: str = "") -> Refused:
    """Return what has happened when another client has come with the same id (``where`` it runs, if known)."""
    return Refused(f"another haredge{where} has the same mqtt.node", "give each its own", taken_over=True)


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nobody answers there."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """An accepted connection is over."""

    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The broker has taken message ``number`` or, for a ``failure``, has refused it."""

    number: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """A message has come on a subscribed topic."""

    topic: str
    payload: bytes
    retain: bool


Event = Accepted | Refused | Unreachable | Lost | Acknowledged | Received


class Link(Protocol):
    """One connection; :class:`haredge.mqtt.paho_connection.Link` is the real one."""

    def dial(self, post: Callable[[Event], None]) -> None:
        """Begin to connect; return at once and post what becomes of it."""

    def publish(self, message: Message) -> int:
        """Send a message; return the number that its acknowledgement will carry."""

    def subscribe(self, topic: str) -> None:
        """Ask for a topic's messages."""

    def close(self, timeout_s: float = 0.0) -> None:
        """End the connection, waiting so long for the goodbye to be sent."""
