"""Promises of haredge.service.remote_control: what may be said to haredge, over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from deadline import wait_until
from mqtt_parts import HASTY, TOPICS
from observed import LABELS
from odd_broker import OddBroker, publish

from haredge.config.schema import Config, MqttConfig
from haredge.mqtt.homeassistant import Device
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.settings import SETTINGS
from haredge.service.announcing import Announcer
from haredge.service.fall_record import Acknowledgement
from haredge.service.known_zones import KnownZones
from haredge.service.remote_control import Controls, remote_controlled
from haredge.service.remote_settings import RemoteSettings
from haredge.service.switch import DetectionSwitch

BIRTH, ANNOUNCEMENT = "homeassistant/status", "homeassistant/device/haredge_kitchen/config"


@pytest.fixture
def broker() -> Iterator[OddBroker]:
    """Give a broker that says what a test wants."""
    with closing(OddBroker()) as broker:
        yield broker


@pytest.fixture
def run(broker: OddBroker, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Give what runs a client with a switch; it is closed when the test ends."""
    with ExitStack() as stack:

        def start(
            switch: DetectionSwitch,
            acknowledgement: Acknowledgement | None = None,
            settings: RemoteSettings | None = None,
            *,
            discovery: bool = True,
        ) -> None:
            broker_settings = {"host": "127.0.0.1", "port": broker.port, "node": "kitchen"}
            config = MqttConfig.model_validate({**broker_settings, "discovery": {"enabled": discovery}})
            controls = Controls(switch, acknowledgement or Acknowledgement(), settings or RemoteSettings(None))
            client = remote_controlled(config, controls, Outbox(), HASTY)
            known = KnownZones(tmp_path / "zones")
            Announcer(client, config.discovery, Device(TOPICS, "everyday", LABELS), known).announce(())
            client.start()
            stack.enter_context(closing(client))
            wait_until(lambda: len(broker.subscriptions) == 2 + len(SETTINGS) + discovery, "subscribed")

        yield start


def test_the_switch_is_obeyed(broker: OddBroker, run: Callable[..., None], tmp_path: Path) -> None:
    """Off and on, whatever comes between."""
    switch = DetectionSwitch(tmp_path / "off")
    run(switch)
    for payload, on in ((b"OFF", False), (b"rubbish", False), (b"ON", True)):
        broker.peers[-1].send(publish(TOPICS.detect_set, payload))
        wait_until(lambda on=on: switch.on is on, "it is switched")  # type: ignore[misc]


def test_a_setting_is_changed(broker: OddBroker, run: Callable[..., None]) -> None:
    """What it cannot be changes nothing."""
    settings = RemoteSettings(None)
    run(DetectionSwitch(None), settings=settings)
    for payload in (b"rubbish", b"high"):
        broker.peers[-1].send(publish(TOPICS.setting_set("fall_sensitivity"), payload))
    wait_until(lambda: settings.changed, "it is changed")
    assert settings.applied(Config()).fall.sensitivity == "high"


def test_a_fall_is_acknowledged(broker: OddBroker, run: Callable[..., None]) -> None:
    """By the one word, once; whatever comes between changes nothing."""
    acknowledgement = Acknowledgement()
    run(DetectionSwitch(None), acknowledgement)
    taken: list[bool] = []

    def is_taken() -> bool:
        taken.append(acknowledgement.take())
        return taken[-1]

    for payload in (b"rubbish", b"ACKNOWLEDGE"):
        broker.peers[-1].send(publish(TOPICS.fall_acknowledge, payload))
    wait_until(is_taken, "it is acknowledged")
    assert sum(taken) == 1
    assert not acknowledgement.take()


def test_the_device_is_announced_and_again_when_home_assistant_is_back(
    broker: OddBroker, run: Callable[..., None]
) -> None:
    """Only "online" asks for it."""
    run(DetectionSwitch(None))
    wait_until(lambda: len(broker.on(ANNOUNCEMENT)) == 1, "announced")
    assert json.loads(broker.on(ANNOUNCEMENT)[0])["dev"]["name"] == "kitchen"
    for payload in (b"offline", b"", b"online"):
        broker.peers[-1].send(publish(BIRTH, payload))
    wait_until(lambda: len(broker.on(ANNOUNCEMENT)) == 2, "announced again")


def test_without_discovery_nothing_is_announced(broker: OddBroker, run: Callable[..., None]) -> None:
    """And Home Assistant's topic is not subscribed to."""
    run(DetectionSwitch(None), discovery=False)
    wait_until(lambda: len(broker.on(TOPICS.status)) == 1, "the status is there")
    assert [topic for topic, _ in broker.subscriptions] == [
        TOPICS.detect_set,
        TOPICS.fall_acknowledge,
        *(TOPICS.setting_set(setting.name) for setting in SETTINGS),
    ]
    assert broker.on(ANNOUNCEMENT) == []
