"""Promises of haredge.mqtt.client, kept to a real mosquitto that comes and goes."""

from __future__ import annotations

import json
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from brokers import Broker, Subscriber, need_mosquitto
from deadline import wait_until
from mqtt_parts import (
    ACTIVITY,
    EVENT,
    STATUS,
    TOPICS,
    Connect,
    another_process,
    event,
    ids,
    label,
    publisher,
)
from observed import observed
from ports import free_port

from haredge.config.schema import MqttConfig
from haredge.core.types import Activity
from haredge.mqtt import messages
from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.broker import client_of
from haredge.mqtt.outbox import Outbox


def test_a_killed_haredge_is_offline(broker: Broker, listen: Callable[..., Subscriber], tmp_path: Path) -> None:
    """The last will speaks for a process that got no chance to."""
    subscriber = listen(broker.port)
    with another_process(broker.port, tmp_path / "events", 0) as child:
        subscriber.wait_for("haredge/child/status", "online")
        subscriber.wait_for("haredge/child/activity", label("no_person"))
        child.kill()
    subscriber.wait_for("haredge/child/status", "offline")
    assert [m.retain for m in listen(broker.port).received if m.topic == "haredge/child/status"] in ([], [True])


def test_after_a_broker_without_memory_restarts_all_is_as_before(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber], caplog: pytest.LogCaptureFixture
) -> None:
    """Reconnects by itself, says where things stand, and delivers what happened meanwhile, in order and once."""
    caplog.set_level(logging.INFO, "haredge")
    client = connect(broker.port)
    publisher(client).emit(observed(1.0))
    first = listen(broker.port)
    first.wait_for(ACTIVITY, label("squat"))
    first.close()
    broker.end(kill=True)
    wait_until(lambda: "lost" in caplog.text, "the loss is noticed")
    client.send(messages.activity(TOPICS, Activity("clap", 0.8, 0.0), "everyday", 5.0, 5.5))
    for number in range(50):
        client.send(event(number))
    broker.start()
    subscriber = listen(broker.port)
    subscriber.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id49")
    subscriber.wait_for(ACTIVITY, label("clap"))
    subscriber.wait_for(STATUS, "online")
    assert ids(subscriber) == [f"id{number}" for number in range(50)][-len(ids(subscriber)) :]
    assert caplog.text.count("connected to the broker") == 2


def test_events_of_a_stormy_day_arrive_in_order_and_none_is_missing(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """With a broker killed again and again, a reader who stays subscribed has every id, and sorted."""
    client, reader = connect(broker.port), listen(broker.port)
    for number in range(3):
        for each in range(20):
            client.send(event(20 * number + each))
        wait_until(lambda last=20 * number + 19: f"id{last}" in ids(reader), "the batch has arrived")  # type: ignore[misc]
        broker.end(kill=True)
        broker.start()
        wait_until(lambda there=number + 2: reader.subscriptions == there, "the reader is back")  # type: ignore[misc]
    seen = list(dict.fromkeys(ids(reader)))
    assert seen == [f"id{number}" for number in range(60)]


def test_an_unreachable_broker_is_waited_for(
    tmp_path: Path, connect: Connect, listen: Callable[..., Subscriber], caplog: pytest.LogCaptureFixture
) -> None:
    """Haredge starts without its broker, says so once, and is there when the broker comes."""
    need_mosquitto()
    caplog.set_level(logging.INFO, "haredge")
    broker = Broker(tmp_path)
    client = connect(broker.port)
    publisher(client).emit(observed(1.0))
    calls = len(caplog.records)
    assert f"no broker at 127.0.0.1:{broker.port}: Connection refused" in caplog.text
    broker.start()
    try:
        listen(broker.port).wait_for(ACTIVITY, label("squat"))
        assert caplog.text.count("no broker at") == 1
    finally:
        broker.stop()
    assert calls == 1


def test_a_broker_that_never_answers_is_given_up_and_tried_again(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A port that takes the connection and says nothing does not hold haredge indefinitely."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        client = connect(mute.getsockname()[1], Timeouts(answer_s=0.3, first_retry_s=0.05))
        assert "no answer within" in caplog.text
        mute.accept()
        mute.accept()
        client.close()


def test_closing_is_quick_when_the_broker_is_away(connect: Connect) -> None:
    """Ctrl-C ends haredge at once, also while it waits for its broker."""
    client = connect(free_port())
    publisher(client).emit(observed(1.0))
    began = time.monotonic()
    client.close()
    assert time.monotonic() - began < 1.0


def test_closing_is_quick_when_the_broker_is_frozen(broker: Broker, connect: Connect) -> None:
    """A broker that takes bytes and does nothing is not waited for."""
    client = connect(broker.port)
    sink = publisher(client)
    sink.emit(observed(1.0))
    assert broker.process is not None
    broker.process.send_signal(signal.SIGSTOP)
    try:
        sink.close()
        began = time.monotonic()
        client.close()
        assert time.monotonic() - began < 1.0
    finally:
        broker.process.send_signal(signal.SIGCONT)


def test_closing_waits_for_a_slow_disk(tmp_path: Path) -> None:
    """An upgrade writes to the card at the same time: what waits is on it before haredge has ended."""
    closed = threading.Event()

    class Slow(Outbox):
        def persist(self) -> None:
            """Come to nothing: the disk is busy until it is closed."""

        def close(self) -> None:
            closed.wait(10)
            super().close()

    config = MqttConfig(host="127.0.0.1", port=free_port())
    client = client_of(config, Slow(tmp_path / "outbox.sqlite"), Timeouts(close_s=0.05))
    client.start()
    client.wait_answered()
    client.send(event(1))
    threading.Timer(0.5, closed.set).start()
    client.close()
    assert len(Outbox(tmp_path / "outbox.sqlite")) == 1


def test_two_of_the_same_name_do_not_disconnect_each_other_indefinitely(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber], caplog: pytest.LogCaptureFixture
) -> None:
    """The first one to come says why it lost its connection, and stays away for a while; the other one stays."""
    caplog.set_level(logging.INFO, "haredge")
    connect(broker.port)
    second = connect(broker.port)
    publisher(second).emit(observed(1.0))
    wait_until(lambda: "give each its own" in caplog.text, "the clash is reported")
    assert "is another haredge running with the same mqtt.node?" in caplog.text
    reader = listen(broker.port)
    reader.wait_for(STATUS, "online")
    second.send(event(1))
    reader.wait_for(EVENT, lambda _: True)
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 1


def test_one_process_that_reconnects_is_no_rival_of_its_own(
    broker: Broker, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither after a restart of haredge, nor of the broker, is there talk of another haredge."""
    caplog.set_level(logging.INFO, "haredge")
    connect(broker.port).close()
    connect(broker.port)
    for lost in range(1, 4):
        broker.end(kill=True)
        broker.start()
        wait_until(lambda so_far=lost: caplog.text.count("connected") == 2 + so_far, "reconnected")  # type: ignore[misc]
    assert "another haredge" not in caplog.text


def test_events_outlive_a_kill_while_the_broker_is_away(
    tmp_path: Path, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """What a killed haredge could not deliver, the next one delivers: in order, whole, with its own time."""
    need_mosquitto()
    broker, state = Broker(tmp_path), tmp_path / "events.sqlite"
    with another_process(broker.port, state, 20):
        wait_until(lambda: len(Outbox(state)) == 20, "the events are in the file")
    broker.start()
    try:
        subscriber = listen(broker.port)
        connect(broker.port, state=state)
        subscriber.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id19")
        assert subscriber.on(EVENT) == [event(number).encoded() for number in range(20)]
        wait_until(lambda: len(Outbox(state)) == 0, "the file is empty")
    finally:
        broker.stop()


def test_nothing_is_written_while_all_is_well(
    broker: Broker, tmp_path: Path, listen: Callable[..., Subscriber]
) -> None:
    """In a steady state the process writes not one byte to a disk, by the kernel's own count."""
    subscriber, state = listen(broker.port), tmp_path / "state" / "events.sqlite"
    with another_process(broker.port, state, 200) as child:
        subscriber.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id199")
        counts = dict(line.split(": ") for line in Path(f"/proc/{child.pid}/io").read_text().splitlines())
    assert int(counts["write_bytes"]) == 0
    assert not state.parent.exists()


def test_after_a_reconnection_nothing_is_written_any_more(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber], tmp_path: Path
) -> None:
    """The file that held events while the broker was away stays as it is afterwards: an SD card wears out."""
    state = tmp_path / "events.sqlite"
    client = connect(broker.port, state=state)
    broker.end(kill=True)
    wait_until(lambda: client.state.trouble != "", "the loss is noticed")
    client.send(event(0))
    wait_until(lambda: len(Outbox(state)) == 1, "the event is in the file")
    broker.start()
    wait_until(lambda: len(Outbox(state)) == 0, "it has been delivered")
    before = state.stat().st_mtime_ns
    for number in range(1, 11):
        client.send(event(number))
    wait_until(lambda: broker.log().count("Received PUBLISH from haredge-kitchen (d0, q1, r0, m") == 11, "all there")
    assert state.stat().st_mtime_ns == before


def test_an_event_without_acknowledgement_is_written_down(broker: Broker, connect: Connect, tmp_path: Path) -> None:
    """A broker that has frozen is as good as away, long before the connection is known to be lost."""
    state = tmp_path / "events.sqlite"
    client = connect(broker.port, Timeouts(acknowledge_s=0.1), state=state)
    assert broker.process is not None
    broker.process.send_signal(signal.SIGSTOP)
    try:
        client.send(event(1))
        wait_until(lambda: len(Outbox(state)) == 1, "the event is in the file")
    finally:
        broker.process.send_signal(signal.SIGCONT)
    wait_until(lambda: len(Outbox(state)) == 0, "it has been delivered after all")


def test_commands_are_heard(broker: Broker, connect: Connect, listen: Callable[..., Subscriber]) -> None:
    """A message on a topic that haredge listens to reaches it; one retained from before it came does not."""
    heard: list[bytes] = []
    speaker = listen(broker.port)
    speaker.publish(TOPICS.detect_set, "OFF", retain=True)
    connect(broker.port, listeners={TOPICS.detect_set: heard.append})
    speaker.wait_for(STATUS, "offline")  # is sent after the subscriptions
    speaker.publish(TOPICS.detect_set, "ON", retain=True)
    wait_until(lambda: heard == [b"ON"], "the command is heard")


def test_commands_are_heard_after_the_broker_restarts(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber], caplog: pytest.LogCaptureFixture
) -> None:
    """Subscriptions are made again on every connection."""
    caplog.set_level(logging.INFO, "haredge")
    heard: list[bytes] = []
    connect(broker.port, listeners={TOPICS.detect_set: heard.append})
    broker.end(kill=True)
    broker.start()
    wait_until(lambda: caplog.text.count("connected") == 2, "reconnected")
    speaker = listen(broker.port)
    speaker.wait_for(STATUS, "offline")  # is sent after the subscriptions
    speaker.publish(TOPICS.detect_set, "OFF")
    wait_until(lambda: heard == [b"OFF"], "the command is heard")


def test_all_that_is_retained_can_be_said_again(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """When Home Assistant has come back, it gets everything once more: status last, nothing twice."""
    client = connect(broker.port)
    publisher(client).emit(observed(1.0))
    listen(broker.port).wait_for(STATUS, "online")  # the last to be sent: the broker has them all
    subscriber = listen(broker.port)
    wait_until(lambda: len(subscriber.received) == 5, "the retained state")
    client.republish_within(within_s=0.1)
    wait_until(lambda: len(subscriber.received) == 10, "all of it once more")
    again = [message.topic for message in subscriber.received[5:]]
    assert (again[-1], set(again)) == (
        STATUS,
        {STATUS, TOPICS.detect_state, ACTIVITY, TOPICS.people, TOPICS.health},
    )
