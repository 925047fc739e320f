"""A house for tests: a real broker, clients that speak to it, subscribers that listen. Loaded by tests/conftest.py."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, Subscriber, need_mosquitto
from deadline import wait_until
from observed import LABELS

from haredge.board import Board
from haredge.config.schema import MqttConfig
from haredge.core.clock import live_clock
from haredge.core.types import Activity
from haredge.mqtt import messages
from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.broker import client_of
from haredge.mqtt.client import Listener, MqttClient
from haredge.mqtt.messages import Episode, Topics
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.publisher import Publisher, PublisherSettings
from haredge.service.health import versions

TOPICS = Topics("haredge", "kitchen")
STATUS, ACTIVITY, EVENT = TOPICS.status, TOPICS.activity, TOPICS.event
HASTY = Timeouts(first_retry_s=0.05, last_retry_s=0.2, refused_retry_s=0.05, taken_over_retry_s=60.0)
SQUAT = Activity("squat", 0.9, 0.0)

Connect = Callable[..., MqttClient]


@pytest.fixture
def new_broker(tmp_path: Path) -> Iterator[Callable[..., Broker]]:
    """Give a maker of running brokers; they are ended when the test is."""
    need_mosquitto()
    brokers: list[Broker] = []

    def start(*settings: str) -> Broker:
        folder = tmp_path / f"broker{len(brokers)}"
        folder.mkdir()
        brokers.append(Broker(folder, settings or ("allow_anonymous true",)))
        brokers[-1].start()
        return brokers[-1]

    yield start
    for broker in brokers:
        broker.stop()


@pytest.fixture
def broker(new_broker: Callable[..., Broker]) -> Broker:
    """Give a running broker that accepts every client."""
    return new_broker()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Give a maker of clients to a port, started; they are closed when the test ends."""
    clients: list[MqttClient] = []

    def start(
        port: int,
        timeouts: Timeouts = HASTY,
        state: Path | None = None,
        listeners: dict[str, Listener] | None = None,
        **settings: Any,
    ) -> MqttClient:
        config = MqttConfig(**{"host": "127.0.0.1", "port": port, "node": "kitchen", **settings})
        client = client_of(config, Outbox(state), timeouts)
        for topic, listener in (listeners or {}).items():
            client.on_message(topic, listener)
        client.start()
        client.wait_answered()
        clients.append(client)
        return client

    yield start
    for client in clients:
        client.close()


@pytest.fixture
def listen() -> Iterator[Callable[..., Subscriber]]:
    """Give a maker of subscribers; they go when the test ends."""
    subscribers: list[Subscriber] = []

    def start(port: int, **settings: Any) -> Subscriber:
        subscribers.append(Subscriber(port, **settings))
        return subscribers[-1]

    yield start
    for subscriber in subscribers:
        subscriber.close()


def publisher(client: MqttClient, **settings: Any) -> Publisher:
    figures = {"fps": 14.9, "dropped": 0, "stages_ms": {"pose": 11.2}}
    board = Board()
    made = PublisherSettings(
        TOPICS,
        "everyday",
        LABELS,
        live_clock(),
        lambda: {**figures, **board.figures(), "versions": versions()},
        **settings,
    )
    return Publisher(client, made)


def label(name: str) -> Callable[[bytes], bool]:
    return lambda payload: bool(json.loads(payload)["label"] == name)


def wait_for_a_whole_run(subscriber: Subscriber) -> None:
    """Wait for the goodbye; "offline" is also the first word, while nothing has been seen."""
    wait_until(lambda: subscriber.on(STATUS)[-2:] == [b"online", b"offline"], "online, then offline")


def event(number: int) -> messages.Message:
    return messages.event_start(
        TOPICS, Episode(f"id{number}", 1, None, SQUAT, "everyday"), float(number), float(number)
    )


def ids(subscriber: Subscriber) -> list[str]:
    return [json.loads(payload)["id"] for payload in subscriber.on(EVENT)]


@contextmanager
def another_process(port: int, outbox: Path, events: int) -> Iterator[subprocess.Popen[str]]:
    """Run a haredge that sends so many events; it is there once it has handed them over, and is killed at the end."""
    command: list[str | Path] = [
        sys.executable,
        Path(__file__).with_name("publishing.py"),
        str(port),
        outbox,
        str(events),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            child.stdout.readline()
            yield child
        finally:
            child.kill()
