"""What may be said to haredge over MQTT: the detection switch, and that Home Assistant has come back."""

from __future__ import annotations

from haredge.config.schema import MqttConfig
from haredge.mqtt.broker import to_broker
from haredge.mqtt.client import Courier
from haredge.mqtt.homeassistant import ANNOUNCE_WITHIN_S, Device, announcement, birth_topic
from haredge.mqtt.outbox import Outbox
from haredge.service.switch import Detection


def remote_controlled(mqtt: MqttConfig, switch: Detection, device: Device, outbox: Outbox) -> Courier:
    """Return the client of the configured broker, not yet started.

    It obeys commands on ``detect/set``. With discovery it announces the device, and publishes everything again once
    Home Assistant has come back.
    """
    client = to_broker(mqtt, outbox)
    client.hear(device.topics.detect_set, switch.hear)
    if not mqtt.discovery.enabled:
        return client

    def on_homeassistant_status(payload: bytes) -> None:
        if payload == b"online":
            client.say_again(ANNOUNCE_WITHIN_S)

    client.hear(birth_topic(mqtt.discovery.prefix), on_homeassistant_status)
    client.send(announcement(device, mqtt.discovery.prefix))
    return client
