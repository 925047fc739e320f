"""Announces the node to Home Assistant: one device with its entities, in one retained message.

Source: Home Assistant's documentation of MQTT device discovery (2024.11 and later), and of its MQTT sensor, binary
sensor, switch and event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.zone import entity_name
from haredge.mqtt.homeassistant_day import day_entities
from haredge.mqtt.homeassistant_falls import fall_entities
from haredge.mqtt.messages import Message, Topics
from haredge.version import __version__

ANNOUNCE_WITHIN_S = 5.0
"""After Home Assistant has come back, each device waits some of this: all at once would be a storm."""


@dataclass(frozen=True, slots=True)
class Device:
    """What Home Assistant gets to know of one node."""

    topics: Topics
    model: str
    """Name of the activity model."""
    labels: Sequence[str]
    """The model's labels."""
    board: str | None = None
    """What the node runs on, "Raspberry Pi 4 Model B Rev 1.4"."""
    zones: Sequence[str] = ()
    """Names of the zones whose occupancy is published."""
    former_zones: Sequence[str] = ()
    """Names of zones that there were once: their entities are withdrawn."""

    @property
    def id(self) -> str:
        """What Home Assistant knows the device by; changes only with base or node."""
        return self.topics.device


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
        "availability": [_online(device.topics)],
        "cmps": {**_withdrawn(device), **_identified(device)},
    }
    return Message(announcement_topic(prefix, device.topics), payload, qos=1, retain=True)


def _identified(device: Device) -> dict[str, dict[str, object]]:
    return {name: {"unique_id": f"{device.id}_{name}", **entity} for name, entity in _entities(device).items()}


def _withdrawn(device: Device) -> dict[str, dict[str, object]]:
    """Return the entities that are to go: Home Assistant removes one of which only the platform is said."""
    return {_zone_id(name): {"p": "binary_sensor"} for name in device.former_zones}


def _device(device: Device) -> dict[str, object]:
    known = {
        "ids": [device.id],
        "name": device.topics.node,
        "mf": "haredge",
        "mdl": f"activity model {device.model}",
        "sw": __version__,
        "hw": device.board,
    }
    return {key: value for key, value in known.items() if value is not None}


def _online(topics: Topics) -> dict[str, object]:
    return {"topic": topics.status}


def _entities(device: Device) -> dict[str, dict[str, object]]:
    return {
        "activity": _activity(device),
        "person": _person(device.topics),
        "people": _people(device.topics),
        "probability": _probability(device.topics),
        "event": _event(device.topics),
        "detect": _switch(device.topics),
        **fall_entities(device.topics),
        **day_entities(device.topics),
        "fps": _fps(device.topics),
        "temperature": _temperature(device.topics),
        "image_frozen": _image_frozen(device.topics),
        "camera_too_slow": _camera_too_slow(device.topics),
        **{_zone_id(name): _zone(device.topics, name) for name in device.zones},
    }


def _zone_id(name: str) -> str:
    """Return a zone's part of entity ids."""
    return f"zone_{entity_name(name)}"


def _activity(device: Device) -> dict[str, object]:
    return {
        "p": "sensor",
        "name": "Activity",
        "device_class": "enum",
        "options": [*device.labels, NO_PERSON, UNKNOWN],
        "state_topic": device.topics.activity,
        "value_template": "{{ value_json.label }}",
        "json_attributes_topic": device.topics.activity,
        "json_attributes_template": "{{ {'since': value_json.since, 'model': value_json.model} | tojson }}",
        "icon": "mdi:human-handsup",
    }


def _person(topics: Topics) -> dict[str, object]:
    return {
        "p": "binary_sensor",
        "name": "Person",
        "device_class": "occupancy",
        "state_topic": topics.activity,
        **_while_detecting(topics),
        "value_template": f"{{{{ 'OFF' if value_json.label == '{NO_PERSON}' else 'ON' }}}}",
    }


def _while_detecting(topics: Topics) -> dict[str, object]:
    """Return the availability of what is not known while the camera is closed.

    The activity is "unknown" then, which otherwise means a person.
    """
    detecting = {"topic": topics.detect_state, "payload_available": "ON", "payload_not_available": "OFF"}
    return {"availability": [_online(topics), detecting], "availability_mode": "all"}


_EVERYONE = (
    "{% set all = namespace(people=[]) %}"
    "{% for p in value_json.people %}"
    "{% set all.people = all.people + [{'id': p.id, 'label': p.label, 'since': p.since, 'zone': p.zone}] %}"
    "{% endfor %}"
    "{{ {'people': all.people} | tojson }}"
)
"""Without boxes and probabilities: Home Assistant's database would keep each of them, every few seconds."""


def _people(topics: Topics) -> dict[str, object]:
    return {
        "p": "sensor",
        "name": "People",
        "state_topic": topics.people,
        **_while_detecting(topics),
        "value_template": "{{ value_json.count }}",
        "json_attributes_topic": topics.people,
        "json_attributes_template": _EVERYONE,
        "state_class": "measurement",
        "icon": "mdi:account-group",
    }


def _zone(topics: Topics, name: str) -> dict[str, object]:
    return {
        "p": "binary_sensor",
        "name": f"Zone {name.replace('_', ' ')}",
        "device_class": "occupancy",
        "state_topic": topics.zone(name),
        **_while_detecting(topics),
        "value_template": "{{ 'ON' if value_json.occupied else 'OFF' }}",
    }


def _probability(topics: Topics) -> dict[str, object]:
    return {
        "p": "sensor",
        "name": "Probability",
        "state_topic": topics.activity,
        "value_template": "{{ (100 * value_json.probability) | round(0) | int }}",
        "unit_of_measurement": "%",
        "state_class": "measurement",
        "entity_category": "diagnostic",
        "icon": "mdi:percent-outline",
    }


def _event(topics: Topics) -> dict[str, object]:
    return {
        "p": "event",
        "name": "Activity event",
        "event_types": ["start", "end"],
        "state_topic": topics.event,
        "icon": "mdi:run",
    }


def _switch(topics: Topics) -> dict[str, object]:
    return {
        "p": "switch",
        "name": "Detection",
        "command_topic": topics.detect_set,
        "state_topic": topics.detect_state,
        "icon": "mdi:motion-sensor",
    }


def _fps(topics: Topics) -> dict[str, object]:
    return {
        "p": "sensor",
        "name": "Frame rate",
        "state_topic": topics.health,
        "value_template": "{{ value_json.fps }}",
        "unit_of_measurement": "fps",
        "state_class": "measurement",
        "suggested_display_precision": 1,
        "entity_category": "diagnostic",
        "icon": "mdi:speedometer",
    }


def _temperature(topics: Topics) -> dict[str, object]:
    return {
        "p": "sensor",
        "name": "Processor temperature",
        "device_class": "temperature",
        "state_topic": topics.health,
        "value_template": "{{ value_json.temperature_c }}",
        "unit_of_measurement": "°C",
        "state_class": "measurement",
        "entity_category": "diagnostic",
    }


def _image_frozen(topics: Topics) -> dict[str, object]:
    return {
        "p": "binary_sensor",
        "name": "Image frozen",
        "device_class": "problem",
        "state_topic": topics.health,
        "value_template": "{{ 'ON' if value_json.image_frozen else 'OFF' }}",
        "entity_category": "diagnostic",
    }


def _camera_too_slow(topics: Topics) -> dict[str, object]:
    return {
        "p": "binary_sensor",
        "name": "Camera too slow",
        "device_class": "problem",
        "state_topic": topics.health,
        "value_template": "{{ 'ON' if value_json.camera_too_slow else 'OFF' }}",
        "entity_category": "diagnostic",
    }
