"""Promises of the MQTT client with brokers that send strange things: it continues, and says what a person can do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from brokers import Broker, Subscriber
from deadline import wait_until
from mqtt_parts import ACTIVITY, EVENT, STATUS, TOPICS, Connect, event, label, publisher
from observed import observed
from odd_broker import OddBroker, Peer, connack, packet, publish, text

from haredge.mqtt import messages
from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.connection import MAX_RECEIVED_BYTES
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.reasons import BAD_LOGIN

COMMAND = TOPICS.detect_set
MAXIMUM_PACKET_SIZE, MAXIMUM_QOS, RETAIN_AVAILABLE = b"\x27", b"\x24", b"\x25"


def adding(what: Callable[[Peer, str], bytes]) -> OddBroker:
    """Return a broker that sends something more, once, after the subscription to the switch."""
    said: list[int] = []

    def add(_broker: OddBroker, peer: Peer, topic: str) -> None:
        if topic == COMMAND and not said:
            said.append(peer.number)
            peer.send(what(peer, topic))

    return OddBroker(on_subscribe=add)


ODD = {
    "a topic never subscribed to": publish("somebody/else", b"x"),
    "an empty topic": publish("", b"x"),
    "a topic that is not UTF-8": publish(b"\xff\xfe", b"x"),
    "U+FEFF in a property": publish(COMMAND, b"x", properties=b"\x26" + text("\ufeff") + text("b")),
    "a property that is not UTF-8": publish(COMMAND, b"x", properties=b"\x26" + text(b"\xff") + text("b")),
    "a property of no kind": publish(COMMAND, b"x", properties=b"\x7f\x01"),
    "a SUBACK without reasons": packet(0x90, b"\0\1\0"),
    "a PUBREC for nothing": packet(0x50, b"\0"),
    "a packet of a kind that does not exist": packet(0x00, b"x"),
    "a length of five bytes": b"\x30\xff\xff\xff\xff\x7f",
    "an answer that only a client sends": packet(0x82, b"\0\1"),
}


@pytest.mark.parametrize("what", ODD.values(), ids=ODD)
def test_an_odd_packet_costs_a_connection_at_most(
    connect: Connect, caplog: pytest.LogCaptureFixture, what: bytes
) -> None:
    """After it commands are heard and messages go out: on this connection or the next."""
    heard: list[bytes] = []
    broker = adding(lambda _peer, _topic: what)
    client = connect(broker.port, listeners={COMMAND: heard.append})
    wait_until(lambda: len(broker.subscriptions) > 0, "the odd packet is sent")

    def works() -> bool:
        client.send(messages.status(TOPICS, "online"))
        peer = broker.peers[-1]
        peer.send(publish(COMMAND, b"ON", level=peer.level))
        return heard[-1:] == [b"ON"] and broker.on(STATUS)[-1:] == [b"online"]

    wait_until(works, "it works")
    assert "Traceback" not in caplog.text
    broker.close()


def test_what_is_no_mqtt_with_properties_is_tried_without(connect: Connect) -> None:
    """Another client's broken property comes with MQTT 5 again and again, and never with 3.1.1."""
    bad = b"\x26" + text(b"\xff\xfe") + text("b")
    broker = OddBroker(
        on_subscribe=lambda _broker, peer, topic: peer.send(
            publish(topic, b"x", level=peer.level, properties=bad, retain=True)
        )
    )
    client = connect(broker.port, listeners={COMMAND: lambda _: None})
    wait_until(lambda: [peer.level for peer in broker.peers] == [5, 4], "the older protocol is tried")
    client.send(event(1))
    wait_until(lambda: len(broker.on(EVENT)) == 1, "the connection stands")
    broker.close()


def test_retained_messages_are_not_asked_for(connect: Connect) -> None:
    """Whatever strangers have retained on a command's topic would come at each connection, and is not obeyed anyhow."""
    broker = OddBroker()
    connect(broker.port, listeners={COMMAND: lambda _: None})
    wait_until(lambda: broker.subscriptions == [(COMMAND, 2 << 4 | 1)], "subscribed, without retained messages")
    broker.close()


@pytest.mark.parametrize("level", [5, 4])
def test_a_large_packet_is_not_read(connect: Connect, level: int) -> None:
    """The connection ends at its header: the memory of a board is small, and a packet may have 256 MB."""
    sent: list[int] = []

    def flood(_broker: OddBroker, peer: Peer, topic: str) -> None:
        if peer.level == level and not sent:
            peer.send(publish(topic, b"x" * MAX_RECEIVED_BYTES, level=level)[:-1])  # the last byte never comes
            sent.append(peer.number)

    broker = OddBroker(lambda peer: connack(peer.level, 0x84 if peer.level > level else 0), flood)
    connect(broker.port, listeners={COMMAND: lambda _: None})
    wait_until(lambda: len(sent) == 1 and broker.peers[-1].number > sent[0], "it has connected again")
    broker.close()


def test_a_real_broker_withholds_what_is_too_large(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """Mosquitto knows the limit, and the connection stands."""
    heard: list[bytes] = []
    speaker = listen(broker.port)
    client = connect(broker.port, listeners={COMMAND: heard.append})
    speaker.wait_for(STATUS, "offline")  # is sent after the subscriptions
    speaker.publish(COMMAND, "x" * 2 * MAX_RECEIVED_BYTES)
    speaker.publish(COMMAND, "ON")
    wait_until(lambda: heard == [b"ON"], "the other command is heard")
    assert client.state.trouble == ""


def test_what_is_too_large_for_a_broker_is_left_out_and_the_rest_goes_on(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """An announcement of 2 kB and a broker with small packets: said once, with the remedy."""
    broker = OddBroker(lambda peer: connack(peer.level, 0, MAXIMUM_PACKET_SIZE + (1000).to_bytes(4, "big")))
    client = connect(broker.port)
    for _ in range(2):
        client.send(messages.Message("homeassistant/x", "x" * 2000, qos=1, retain=True))
    client.send(messages.Message(EVENT, {"id": "x" * 2000}, qos=1))
    client.send(event(1))
    publisher(client).emit(observed(1.0))
    wait_until(lambda: label("squat")(broker.on(ACTIVITY)[-1]) if broker.on(ACTIVITY) else False, "the rest arrives")
    wait_until(lambda: len(broker.on(EVENT)) == 2, "an event that fits is not held up")  # of the publisher's, too
    assert caplog.text.count("homeassistant/x has 2") == 1
    assert caplog.text.count("takes 1000 at most; raise its maximum packet size") == 2
    assert client.health()["events_dropped"] == 1
    broker.close()


REFUSALS = (0x80, 0x81, 0x82, 0x83, *range(0x85, 0x8B), 0x8C, 0x90, 0x95, 0x97, 0x9C, 0x9D, 0x9F)


@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_has_its_remedy(connect: Connect, caplog: pytest.LogCaptureFixture, code: int) -> None:
    """Only a refused login sends people to their password."""
    broker = OddBroker(lambda peer: connack(peer.level, code))
    connect(broker.port, Timeouts())
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert (BAD_LOGIN in errors[0]) == (code in {0x86, 0x87})
    assert errors[0].count("; ") >= 2
    broker.close()


def test_a_rejected_subscription_is_said_once(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """A switch that cannot be heard is named with its topic, however often it connects."""
    broker = OddBroker(suback=0x87)
    connect(broker.port, listeners={COMMAND: lambda _: None})
    wait_until(lambda: "rejects the subscription" in caplog.text, "it is said")
    broker.peers[-1].end()
    wait_until(lambda: len(broker.subscriptions) == 2, "it has connected again")
    assert caplog.text.count(f"rejects the subscription to {COMMAND}: Not authorized; allow haredge to read") == 1
    broker.close()


def test_a_rejected_subscription_is_asked_for_again(connect: Connect) -> None:
    """On the same connection: the access list may have been fixed."""
    broker = OddBroker(suback=0x87)
    connect(broker.port, Timeouts(refused_event_s=0.05), listeners={COMMAND: lambda _: None})
    wait_until(lambda: len(broker.subscriptions) > 2, "it has asked again")
    assert len(broker.peers) == 1
    broker.close()


def test_an_event_that_a_broker_will_never_take_holds_up_none(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Rejected for its topic or its payload, it is dropped and counted; one that an access list forbids is kept."""
    reasons = iter((0x90, 0x99, 0, 0x87))
    broker = OddBroker(puback=lambda topic: next(reasons, 0) if topic == EVENT else 0)
    client = connect(broker.port)
    for number in range(4):
        client.send(event(number))
    wait_until(lambda: len(broker.on(EVENT)) == 4, "all are sent")
    wait_until(lambda: client.health() == {"events_waiting": 1, "events_dropped": 2}, "one waits")
    assert caplog.text.count(f"rejects a message on {EVENT}: Topic name invalid") == 1
    client.send(event(4))
    wait_until(lambda: client.health()["events_waiting"] == 0, "it is tried again")
    broker.close()


@pytest.mark.parametrize(
    ("properties", "retain", "qos"), [(RETAIN_AVAILABLE + b"\0", False, 1), (MAXIMUM_QOS + b"\0", True, 0)]
)
def test_what_a_broker_supports_is_kept_to(connect: Connect, properties: bytes, retain: bool, qos: int) -> None:
    """A broker without retained messages or QoS 1 says so with the connection: nothing it forbids is sent to it."""
    broker = OddBroker(lambda peer: connack(peer.level, 0, properties))
    client = connect(broker.port)
    client.send(event(1))
    publisher(client).emit(observed(1.0))
    wait_until(lambda: len(broker.on(EVENT)) >= 2 and bool(broker.on(TOPICS.health)), "all there")
    assert {each.retain for each in broker.heard} == ({False, True} if retain else {False})
    assert max(each.qos for each in broker.heard) == qos
    wait_until(lambda: client.health()["events_waiting"] == 0, "events without an acknowledgement are delivered, too")
    broker.close()


def test_a_will_that_a_broker_does_not_support_is_changed(connect: Connect) -> None:
    """Retained or QoS 1, it is a reason to refuse the connection: the next one has another will."""

    def judge(peer: Peer) -> bytes:
        if peer.will_retained:
            return connack(peer.level, 0x9A)
        return connack(peer.level, 0x9B if peer.will_qos else 0)

    broker = OddBroker(judge)
    client = connect(broker.port)
    assert client.state.trouble == ""
    assert [(peer.will_retained, peer.will_qos) for peer in broker.peers] == [(True, 1), (False, 1), (False, 0)]
    broker.close()


@pytest.mark.parametrize(
    "setting", ["retain_available false", "max_qos 0", "max_packet_size 1000", "message_size_limit 1000"]
)
def test_a_real_broker_with_limits_lets_it_in(
    new_broker: Callable[..., Broker], connect: Connect, listen: Callable[..., Subscriber], setting: str
) -> None:
    """Mosquitto with such a setting gets what it supports, while an announcement of 2 kB waits to be sent, too."""
    broker = new_broker("allow_anonymous true", setting)
    subscriber = listen(broker.port)
    client = connect(broker.port)
    client.send(messages.Message("homeassistant/x", "x" * 2000, qos=1, retain=True))
    client.send(event(1))
    publisher(client).emit(observed(1.0))
    subscriber.wait_for(ACTIVITY, label("squat"))
    wait_until(lambda: len(subscriber.on(EVENT)) == 2, "events, too")


def test_a_broker_that_is_away_is_said_again(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """A log that is read a week later still has in its last lines what is wrong."""
    connect(1, Timeouts(first_retry_s=0.01, last_retry_s=0.02, remind_s=0.1))
    wait_until(lambda: caplog.text.count("no broker at") >= 3, "it is said again")


def test_a_flood_of_words_from_home_assistant_does_not_put_the_answer_off(connect: Connect) -> None:
    """Each "online" asks for everything once more, soon; the first one sets the time."""
    broker = OddBroker()
    client = connect(broker.port)
    client.send(messages.status(TOPICS, "online"))
    wait_until(lambda: broker.on(STATUS)[-1:] == [b"online"], "it is there")
    before = len(broker.on(STATUS))

    def asked() -> bool:
        client.republish_within(1.0)
        return len(broker.on(STATUS)) > before

    wait_until(asked, "it is published again while it is still asked for")
    broker.close()


def test_a_file_that_is_locked_at_the_start_is_read_later(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber], tmp_path: Path
) -> None:
    """A backup that holds the outbox for a while does not cost its events."""
    import sqlite3

    state = tmp_path / "events.sqlite"
    waiting = Outbox(state)
    waiting.put(event(7))
    waiting.close()
    subscriber = listen(broker.port)
    with sqlite3.connect(state, isolation_level=None) as locker:
        locker.execute("BEGIN EXCLUSIVE")
        connect(broker.port, Timeouts(outbox_retry_s=0.05), state=state)
        locker.execute("ROLLBACK")
    locker.close()
    subscriber.wait_for(EVENT, lambda payload: b"id7" in payload)


@pytest.mark.parametrize("answers", [True, False], ids=["acknowledged", "not acknowledged"])
def test_a_goodbye_is_said_when_all_is_delivered(connect: Connect, answers: bool) -> None:
    """Without one the broker publishes the last will: a queued `offline` is never lost behind a goodbye."""
    broker = OddBroker(puback=lambda _topic: 0 if answers else None)
    client = connect(broker.port)
    wait_until(lambda: len(broker.heard) > 0, "something is published")
    for number in range(5):
        client.send(messages.status(TOPICS, "online" if number < 4 else "offline"))
    client.close()
    if answers:
        wait_until(lambda: broker.goodbyes == 1, "a goodbye")
        assert broker.on(STATUS)[-1] == b"offline"
    else:
        assert broker.goodbyes == 0


def test_status_comes_last_on_every_connection(connect: Connect) -> None:
    """A reader that waits for it never takes an earlier state for the current one, after a reconnection either."""
    broker = OddBroker()
    publisher(connect(broker.port, Timeouts(first_retry_s=0.01))).emit(observed(1.0))
    wait_until(lambda: broker.on(STATUS)[-1:] == [b"online"], "all is there")
    broker.peers[-1].end()
    wait_until(lambda: broker.on(STATUS)[-2:] == [b"online", b"online"], "all is there again")
    assert broker.heard[-1].topic == STATUS
    assert ACTIVITY in {each.topic for each in broker.heard[-5:]}
    broker.close()
