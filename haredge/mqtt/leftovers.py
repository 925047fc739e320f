"""What a node that was renamed has left at its broker: its retained messages and its announcement."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from haredge.config.schema import MqttConfig
from haredge.core.address import with_port
from haredge.core.errors import BrokerError
from haredge.mqtt.connection import Accepted, Acknowledged, Lost, Received, Refused, Unreachable
from haredge.mqtt.conversation import ANSWER_S, Conversation
from haredge.mqtt.homeassistant import announcement_topic
from haredge.mqtt.messages import ONLINE, Message, Topics
from haredge.mqtt.reasons import access_remedy
from haredge.mqtt.settings import SETTINGS

QUIET_S: Final = 1.0
"""Seconds without a further retained message after which there is none: a broker sends them right away."""

MAX_ANNOUNCEMENT_BYTES: Final = 4 * 1024 * 1024
"""Largest packet that is read: an announcement has 20 kB as a rule, and hundreds with a model of a thousand labels."""


def retained_topics(topics: Topics) -> Sequence[str]:
    """Return the topics under which haredge retains messages of a node, or did in an earlier version (``instance``)."""
    return (
        topics.status,
        topics.activity,
        topics.people,
        topics.detect_state,
        topics.fall,
        topics.day,
        topics.health,
        *(topics.setting(setting.name) for setting in SETTINGS),
        topics.under("instance"),
    )


class Leftovers:
    """What the broker keeps of one node; no other topic is read or written."""

    def __init__(self, config: MqttConfig, *, announcement_alone: bool = False) -> None:
        """Take the broker, and the node's name and base; discovery counts whether or not it is enabled now.

        With ``announcement_alone`` nothing else of the node is looked for.
        """
        self._broker = with_port(config.host, config.port)
        self._node = Topics(config.base, config.node)
        self._announcement = announcement_topic(config.discovery.prefix, self._node)
        own = () if announcement_alone else (*retained_topics(self._node), self._node.zone("+"))
        self._topics: Sequence[str] = (*own, self._announcement)
        will = Message(self._node.under("forget"), "")
        client_id = f"haredge-forget-{secrets.token_hex(4)}"
        self._conversation = Conversation(config, client_id, will, MAX_ANNOUNCEMENT_BYTES)

    def connect(self) -> None:
        """Connect. Raises :class:`BrokerError` if the broker is away, refuses, or retains nothing at all."""
        answer = self._conversation.connect()
        if isinstance(answer, Accepted):
            if not answer.terms.retain:
                raise BrokerError(f"the broker at {self._broker} supports no retained messages: it keeps nothing")
            return
        if isinstance(answer, Refused):
            raise BrokerError(f"the broker at {self._broker} refuses the connection: {answer.reason}; {answer.remedy}")
        reason = answer.reason if isinstance(answer, (Unreachable, Lost)) else f"no answer within {ANSWER_S:g} s"
        raise BrokerError(f"no broker at {self._broker}: {reason}; check mqtt.host and mqtt.port")

    def find(self) -> Mapping[str, bytes]:
        """Return the payloads of what is retained, by topic.

        An announcement counts only if it is of this very node: ``a/b`` and ``c``, ``a`` and ``b_c`` make the same id. A
        zone's topic counts only if it says what haredge says of a zone: the zones' names are not known here.
        Raises :class:`BrokerError` if a topic must not be read.
        """
        for topic in self._topics:
            self._acknowledged(self._conversation.subscribe(topic, retained=True), topic, "read")
        found: dict[str, bytes] = {}
        while isinstance(event := self._conversation.wait(_is_retained, QUIET_S), Received):
            if self._is_ours(event):
                found[event.topic] = event.payload
        return found

    def _is_ours(self, event: Received) -> bool:
        if event.topic == self._announcement:
            return announced(event.payload) == self._node.status
        return event.topic in retained_topics(self._node) or _is_of_a_zone(event.payload)

    def online(self, found: Mapping[str, bytes]) -> bool:
        """Return whether what was found says that the node is running."""
        return found.get(self._node.status) == ONLINE.encode()

    def clear(self, found: Mapping[str, bytes]) -> None:
        """Have the broker forget what was found, and see that it has.

        Raises :class:`BrokerError` for the first topic that it rejects or still keeps.
        """
        # The status goes last: without it, what is left would seem to be of a node that runs.
        for topic in sorted(found, key=lambda topic: topic == self._node.status):
            self._acknowledged(self._conversation.publish(Message(topic, "", qos=1, retain=True)), topic, "write")
        for topic in self.find():
            raise BrokerError(
                f"the broker at {self._broker} still keeps {topic}; {access_remedy(0x87, topic, 'write')}"
            )

    def close(self) -> None:
        """End the connection."""
        self._conversation.disconnect()

    def _acknowledged(self, number: int, topic: str, right: str) -> None:
        answer = self._conversation.wait(
            lambda event: isinstance(event, Lost) or (isinstance(event, Acknowledged) and event.number == number)
        )
        if not isinstance(answer, Acknowledged):
            reason = answer.reason if isinstance(answer, Lost) else f"no answer within {ANSWER_S:g} s"
            raise BrokerError(f"lost the broker at {self._broker}: {reason}; try again")
        if answer.rejected:
            what = "the subscription to" if right == "read" else "a message on"
            remedy = access_remedy(answer.rejected.code, topic, right)
            raise BrokerError(
                f"the broker at {self._broker} rejects {what} {topic}: {answer.rejected.reason}; {remedy}"
            )


def _is_retained(event: object) -> bool:
    return isinstance(event, Received) and event.retain and bool(event.payload)


def _is_of_a_zone(payload: bytes) -> bool:
    """Return whether a payload is what haredge publishes of a zone."""
    with suppress(ValueError, RecursionError):
        said = json.loads(payload)
        return isinstance(said, dict) and said.keys() == {"occupied", "since", "reported"}
    return False


def announced(payload: bytes) -> str | None:
    """Return the topic of the status of the node that an announcement is of; None if it is not haredge's."""
    with suppress(ValueError, RecursionError, KeyError, IndexError, TypeError):
        announcement = json.loads(payload)
        if announcement["o"]["name"] == "haredge":
            return str(announcement["availability"][0]["topic"])
    return None
