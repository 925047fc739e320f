"""What a subscriber sees of a publisher and a client, over a real mosquitto."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import schemas
from brokers import Broker, Subscriber
from deadline import wait_until
from mqtt_parts import (
    ACTIVITY,
    EVENT,
    STATUS,
    TOPICS,
    Connect,
    label,
    publisher,
    wait_for_a_whole_run,
)
from observed import observed, picture

from haredge.core.labels import NO_PERSON
from haredge.core.types import Occupancy
from haredge.core.zone import Zone


def test_every_payload_is_as_documented(broker: Broker, connect: Connect, listen: Callable[..., Subscriber]) -> None:
    """All that a publisher sends satisfies docs/schemas; falls and the day have publishers of their own."""
    subscriber, client = listen(broker.port), connect(broker.port)
    sink = publisher(client, prediction_hz=5.0)
    sofa = Zone("sofa", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    sink.emit(observed(1.0, NO_PERSON))
    sink.emit(replace(observed(2.0, "squat", since=1.5), zones=(Occupancy(sofa, True, 1.5),)))
    sink.close()
    wait_for_a_whole_run(subscriber)
    subscriber.wait_for(EVENT, lambda payload: json.loads(payload)["event_type"] == "end")
    for name in set(schemas.NAMES) - {"fall", "fall_event", "day"}:
        payloads = subscriber.on(TOPICS.zone("sofa") if name == "zone" else TOPICS.under(name))
        assert payloads, name
        for payload in payloads:
            schemas.check(name, json.loads(payload))
    assert [json.loads(payload)["event_type"] for payload in subscriber.on(EVENT)] == ["start", "end"]


def test_whoever_comes_late_learns_the_state(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """Status, activity, people and health are retained; events and predictions are not."""
    client, early = connect(broker.port), listen(broker.port)
    publisher(client, prediction_hz=5.0).emit(observed(1.0))
    early.wait_for(STATUS, "online")  # the last to be sent
    assert len({message.topic for message in early.received}) == 7
    late = listen(broker.port)
    late.wait_for(TOPICS.health, lambda _: True)
    late.wait_for(ACTIVITY, label("squat"))
    late.wait_for(STATUS, "online")
    wait_until(lambda: len(late.received) == 5, "all five retained topics")
    assert {message.topic for message in late.received} == {
        STATUS,
        ACTIVITY,
        TOPICS.people,
        TOPICS.health,
        TOPICS.detect_state,
    }
    assert all(message.retain for message in late.received)


def test_a_node_that_sees_nothing_yet_is_offline(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """An ``online`` left over from before a power cut is put right as soon as haredge is back, camera or not."""
    subscriber = listen(broker.port)
    subscriber.publish(STATUS, "online", retain=True)
    client = connect(broker.port)
    subscriber.wait_for(STATUS, "offline")
    publisher(client).emit(observed(1.0))
    subscriber.wait_for(STATUS, "online")


def test_a_goodbye_is_heard_and_the_will_is_not(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """Closing says ``offline`` once, after the end of the activity."""
    subscriber, client = listen(broker.port), connect(broker.port)
    sink = publisher(client)
    sink.emit(observed(2.0, since=1.0))
    sink.close()
    client.close()
    wait_for_a_whole_run(subscriber)
    wait_until(lambda: "Received DISCONNECT from haredge-kitchen" in broker.log(), "a clean goodbye")
    assert subscriber.on(STATUS) == [b"offline", b"online", b"offline"]
    assert json.loads(subscriber.on(EVENT)[-1])["event_type"] == "end"


def test_no_image_leaves_the_process(broker: Broker, connect: Connect, listen: Callable[..., Subscriber]) -> None:
    """Of all that a subscriber receives in a whole run, nothing is an image, holds one, or is as large as one."""
    subscriber, client = listen(broker.port), connect(broker.port)
    sink = publisher(client, prediction_hz=30.0)
    for n in range(60):
        sink.emit(observed(n / 15, ("squat", "clap", NO_PERSON)[n // 20], since=n // 20 * 20 / 15))
    sink.close()
    wait_for_a_whole_run(subscriber)
    wire = b"\n".join(bytes(message.payload) for message in subscriber.received)
    assert len(subscriber.received) > 40
    assert max(len(message.payload) for message in subscriber.received) < 2000
    for secret in fingerprints():
        assert secret not in wire
    assert not re.search(rb"[A-Za-z0-9+/]{100,}", wire)  # base64, of whatever


def fingerprints() -> Iterator[bytes]:
    """Yield what would give an image away: its rows, plain and in base64, and the first bytes of image files."""
    image = picture()
    for row in image[::8]:
        yield row.tobytes()[:12]
        yield base64.b64encode(row.tobytes()[:12])
    for extension in (".jpg", ".png"):
        encoded = cv2.imencode(extension, image)[1].tobytes()
        yield encoded[:4]
        yield base64.b64encode(encoded[:6])
