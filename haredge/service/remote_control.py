"""The commands that haredge accepts over MQTT: the detection switch, that a fall is acknowledged, settings."""

from __future__ import annotations

from dataclasses import dataclass

from haredge.config.schema import MqttConfig
from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.broker import client_of
from haredge.mqtt.client import MqttClient
from haredge.mqtt.homeassistant import ANNOUNCE_WITHIN_S, birth_topic
from haredge.mqtt.messages import Topics
from haredge.mqtt.outbox import Outbox
from haredge.service.fall_record import Acknowledgement
from haredge.service.remote_settings import RemoteSettings
from haredge.service.switch import DetectionSwitch


@dataclass(frozen=True, slots=True)
class Controls:
    """What commands act on."""

    switch: DetectionSwitch
    acknowledgement: Acknowledgement
    settings: RemoteSettings


def remote_controlled(
    mqtt: MqttConfig,
    controls: Controls,
    outbox: Outbox,
    timeouts: Timeouts = Timeouts(),  # noqa: B008  # frozen
) -> MqttClient:
    """Return the client of the configured broker, not yet started.

    It obeys commands on ``detect/set``, ``fall/acknowledge`` and ``setting/+/set``. With discovery it publishes
    everything again once Home Assistant has come back.
    """
    client, topics = client_of(mqtt, outbox, timeouts), Topics(mqtt.base, mqtt.node)
    client.on_message(topics.detect_set, controls.switch.on_message)
    client.on_message(topics.fall_acknowledge, controls.acknowledgement.on_message)
    for name, listener in controls.settings.listeners.items():
        client.on_message(topics.setting_set(name), listener)
    if not mqtt.discovery.enabled:
        return client

    def on_homeassistant_status(payload: bytes) -> None:
        if payload == b"online":
            client.republish_within(ANNOUNCE_WITHIN_S)

    client.on_message(birth_topic(mqtt.discovery.prefix), on_homeassistant_status)
    return client
