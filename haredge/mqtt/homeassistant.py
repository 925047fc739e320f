"""Announces the node to Home Assistant: one device with its entities, in one retained message.

Source: Home Assistant's documentation of MQTT device discovery (2024.11 and later), and of its MQTT sensor, binary
sensor, switch, event, image, number, select and device trigger.
"""

from __future__ import annotations

from typing import Final

from haredge.mqtt.homeassistant_activity import activity_entities, skeletons_entity, zone_entity, zone_id
from haredge.mqtt.homeassistant_day import day_entities
from haredge.mqtt.homeassistant_device import Component, Device, online
from haredge.mqtt.homeassistant_diagnostics import diagnostic_entities, lacking
from haredge.mqtt.homeassistant_falls import fall_entities
from haredge.mqtt.messages import Message, Topics
from haredge.mqtt.settings import ACTIVITY_SENSITIVITY, setting_entities
from haredge.version import __version__

__all__ = ["ANNOUNCE_WITHIN_S", "OLDEST", "Device", "announcement", "announcement_topic", "birth_topic"]

ANNOUNCE_WITHIN_S = 5.0
"""After Home Assistant has come back, each device waits some of this: all at once would be a storm."""

OLDEST: Final = "2024.11"
"""Version of Home Assistant from which on it understands the announcement of a device."""

_QOS: Final = 1
"""With which Home Assistant subscribes: what is published with less stays so."""

_RETIRED: Final = {"event": "event"}
"""Platforms of what earlier versions announced under these names."""

_NOT_ALWAYS: Final = {"skeletons": "image", ACTIVITY_SENSITIVITY.name: "select"}
"""Platforms of what a configuration must ask for, or not every model has."""


def birth_topic(prefix: str) -> str:
    """Return the topic on which Home Assistant says ``online`` when it has come back."""
    return f"{prefix}/status"


def announcement_topic(prefix: str, topics: Topics) -> str:
    """Return the topic of a node's announcement."""
    return f"{prefix}/device/{topics.device}/config"


def announcement(device: Device, prefix: str) -> Message:
    """Return the discovery message; sent again with another model's labels, it replaces the first."""
    payload = {
        "dev": _device(device),
        "o": {"name": "haredge", "sw": __version__},
        "availability": [online(device.topics)],
        "cmps": {**_withdrawn(device), **_identified(device)},
    }
    return Message(announcement_topic(prefix, device.topics), payload, qos=1, retain=True)


def _identified(device: Device) -> dict[str, Component]:
    return {name: {**each, "qos": _QOS, **_identity(device, name, each)} for name, each in _entities(device).items()}


def _identity(device: Device, name: str, component: Component) -> Component:
    """Return the id of an entity; a trigger has none."""
    return {} if component["p"] == "device_automation" else {"unique_id": f"{device.id}_{name}"}


def _withdrawn(device: Device) -> dict[str, Component]:
    """Return the entities that are to go: Home Assistant removes one of which only the platform is said."""
    zones = {zone_id(name): "binary_sensor" for name in device.former_zones}
    gone = {**_RETIRED, **_NOT_ALWAYS, **lacking(device), **zones}
    return {name: {"p": platform} for name, platform in gone.items()}


def _device(device: Device) -> Component:
    known = {
        "ids": [device.id],
        "name": device.topics.node,
        "mf": "haredge",
        "mdl": device.board,
        "mdl_id": f"model {device.model}",
        "sw": __version__,
        "sa": device.area,
        "cu": device.page,
    }
    return {key: value for key, value in known.items() if value is not None}


def _entities(device: Device) -> dict[str, Component]:
    return {
        **activity_entities(device),
        **fall_entities(device),
        **day_entities(device.topics),
        **setting_entities(device),
        **diagnostic_entities(device),
        **({"skeletons": skeletons_entity(device.topics)} if device.skeletons else {}),
        **{zone_id(name): zone_entity(device, name) for name in device.zones},
    }
