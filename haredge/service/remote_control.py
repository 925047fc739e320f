"""What may be said to haredge over MQTT: the detection switch, and that Home Assistant has come back."""

from __future__ import annotations

from haredge.config.schema import MqttConfig
from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.broker import client_of
from haredge.mqtt.client import MqttClient
from haredge.mqtt.homeassistant import ANNOUNCE_WITHIN_S, birth_topic
from haredge.mqtt.messages import Topics
from haredge.mqtt.outbox import Outbox
from haredge.service.switch import DetectionSwitch


def remote_controlled(
    mqtt: MqttConfig,
    switch: DetectionSwitch,
    outbox: Outbox,
    timeouts: Timeouts = Timeouts(),  # noqa: B008  # frozen
) -> MqttClient:
    """Return the client of the configured broker, not yet started.

    It obeys commands on ``detect/set``. With discovery it publishes everything again once Home Assistant has come back.
    """
    client = client_of(mqtt, outbox, timeouts)
    client.on_message(Topics(mqtt.base, mqtt.node).detect_set, switch.on_message)
    if not mqtt.discovery.enabled:
        return client

    def on_homeassistant_status(payload: bytes) -> None:
        if payload == b"online":
            client.republish_within(ANNOUNCE_WITHIN_S)

    client.on_message(birth_topic(mqtt.discovery.prefix), on_homeassistant_status)
    return client
