"""Checks of the broker: it answers, lets haredge in, and takes and gives messages on haredge's topics."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Final, Literal

from haredge.config.schema import MqttConfig
from haredge.core.address import with_port
from haredge.doctor import FAIL, OK, WARN, Check, examine
from haredge.mqtt.connection import (
    Accepted,
    Acknowledged,
    ConnectionEvent,
    Lost,
    Received,
    Refused,
    Unreachable,
)
from haredge.mqtt.conversation import ANSWER_S, Conversation
from haredge.mqtt.homeassistant import announcement_topic
from haredge.mqtt.leftovers import MAX_ANNOUNCEMENT_BYTES, announced
from haredge.mqtt.messages import Message, Topics

ROOM_BYTES: Final = 60_000
"""Home Assistant's announcement has some 20,000 bytes, and 53,000 with the still model's labels and all the zones that
there may be, or were."""

ECHO_S: Final = 3.0
"""How long a message may take to come back: some brokers drop silently what they forbid."""


def broker(config: MqttConfig) -> Iterator[Check]:
    """Connect, with a client id of its own that disturbs no running haredge, and send messages to itself."""
    will = Message(_probed(config)[0], "")
    client_id = f"haredge-doctor-{secrets.token_hex(4)}"
    conversation = Conversation(config, client_id, will, MAX_ANNOUNCEMENT_BYTES)
    try:
        connected = examine("broker", lambda: _connected(config, conversation.connect()), "fix mqtt in config.yaml")
        yield connected
        if connected.status != FAIL:
            announcement = announcement_topic(config.discovery.prefix, Topics(config.base, config.node))
            conversation.subscribe(announcement, retained=True)
            for topic in _probed(config):
                yield _publish(conversation, config, topic)
            yield from _namesakes(conversation, config, announcement)
    finally:
        conversation.disconnect()


def _probed(config: MqttConfig) -> list[str]:
    """Name a topic for each rule that an access list needs; no other client listens there."""
    topics = Topics(config.base, config.node)
    own = topics.under("doctor")
    device = f"{config.discovery.prefix}/device/{topics.device}/doctor"
    return [own, device] if config.discovery.enabled else [own]


def _namesakes(conversation: Conversation, config: MqttConfig, announcement: str) -> Iterator[Check]:
    """Warn if another node is announced under this one's id: ``a`` and ``b_c`` make the same as ``a_b`` and ``c``.

    What is retained there came before what was sent to the doctor itself.
    """
    found = conversation.wait(lambda event: isinstance(event, Received) and event.topic == announcement, 0.0)
    status, own = announced(found.payload) if isinstance(found, Received) else None, Topics(config.base, config.node)
    if config.discovery.enabled and status is not None and status != own.status:
        base, _, node = status.removesuffix("/status").rpartition("/")
        words = (
            f"{base}/{node} is announced to Home Assistant under the id of {config.base}/{config.node}, {own.device}"
        )
        remedy = f"give one of them another mqtt.node; if it is gone: haredge mqtt forget {node} --base {base}"
        yield Check("announcement", WARN, words, remedy)


def _publish(conversation: Conversation, config: MqttConfig, topic: str) -> Check:
    """Send a message and see whether it is taken, and whether it comes back."""
    token = secrets.token_hex(8)
    conversation.subscribe(topic)
    number = conversation.publish(Message(topic, token, qos=1))
    taken = conversation.wait(lambda event: isinstance(event, Acknowledged) and event.number == number)
    if isinstance(taken, Acknowledged) and taken.rejected:
        return _forbidden(FAIL, f"{topic}: {taken.rejected.reason}", config, topic)
    if conversation.wait(lambda event: isinstance(event, Received) and event.payload == token.encode(), ECHO_S):
        return Check("publishing", OK, f"{topic}: arrives")
    return _forbidden(WARN, f"{topic}: sent, and did not come back", config, topic)


def _connected(config: MqttConfig, answer: ConnectionEvent | None) -> Check:
    where = with_port(config.host, config.port)
    if isinstance(answer, Accepted):
        user = f" as {config.username}" if config.username else ""
        secure = ", TLS" if config.tls.enabled else ""
        return _accepted(f"{where} lets haredge in{user} ({answer.terms}{secure})", answer)
    if isinstance(answer, Refused):
        return Check("broker", FAIL, f"{where} refuses: {answer.reason}", answer.remedy)
    reason = answer.reason if isinstance(answer, (Unreachable, Lost)) else f"no answer within {ANSWER_S:.0f} s"
    return Check("broker", FAIL, f"{where}: {reason}", "check mqtt.host and mqtt.port; does the broker run?")


def _accepted(words: str, answer: Accepted) -> Check:
    """Say what a broker that lets haredge in lacks, if it does."""
    if not answer.terms.retain:
        return Check("broker", WARN, words, "allow retained messages there: new subscribers get no state without them")
    if answer.terms.qos < 1:
        return Check("broker", WARN, words, "allow QoS 1 there: events may be lost without it")
    if answer.max_packet_bytes < ROOM_BYTES:
        limit = f"packets of {answer.max_packet_bytes} bytes at most"
        return Check("broker", WARN, f"{words}, {limit}", "raise its maximum packet size: the announcement may not fit")
    return Check("broker", OK, words)


def _forbidden(status: Literal["warn", "fail"], words: str, config: MqttConfig, topic: str) -> Check:
    who = config.username or "clients without a name"
    remedy = f"let {who} read and write {topic.rpartition('/')[0]}/# in the broker's access list"
    return Check("publishing", status, words, remedy)
