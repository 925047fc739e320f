"""Transports for tests of what is published."""

from __future__ import annotations

from collections.abc import Mapping

from haredge.mqtt.messages import Message


class Listener:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.heard: list[Message] = []

    def send(self, message: Message) -> None:
        """Keep a message."""
        self.heard.append(message)

    def on(self, name: str) -> list[Message]:
        """Give what was said on one topic of the node ``kitchen``."""
        return [message for message in self.heard if message.topic == f"haredge/kitchen/{name}"]

    def payloads(self, name: str) -> list[Mapping[str, object]]:
        """Give the JSON payloads of one topic."""
        return [message.payload for message in self.on(name) if isinstance(message.payload, Mapping)]
