"""What Home Assistant shows of the board and of haredge itself."""

from __future__ import annotations

from haredge.mqtt.homeassistant_device import DIAGNOSTIC, RARELY_WANTED, Component, Device
from haredge.mqtt.messages import OFFLINE, ONLINE, Topics


def diagnostic_entities(device: Device) -> dict[str, Component]:
    """Return the diagnostics by their part of entity ids; what the board has no sensor for is not among them."""
    topics = device.topics
    entities = {
        "connectivity": _connectivity(topics),
        "fps": _measured(topics, "Frame rate", "fps", "fps", 1) | DIAGNOSTIC | {"icon": "mdi:speedometer"},
        "temperature": _temperature(topics),
        "throttled": _problem(topics, "Throttled", "throttled") | _throttled_by(topics),
        "image_frozen": _problem(topics, "Image frozen", "image_frozen"),
        "camera_too_slow": _problem(topics, "Camera too slow", "camera_too_slow"),
        "board_too_slow": _problem(topics, "Board too slow", "board_too_slow"),
        "memory": _memory(topics),
        "uptime": _uptime(topics),
        "events_waiting": _events_waiting(topics),
    }
    return {name: entity for name, entity in entities.items() if name not in lacking(device)}


def lacking(device: Device) -> dict[str, str]:
    """Return the platform of each entity that the board has no sensor for."""
    platforms = {"temperature_c": ("temperature", "sensor"), "throttled": ("throttled", "binary_sensor")}
    return dict(entity for sensor, entity in platforms.items() if sensor not in device.sensors)


def _connectivity(topics: Topics) -> Component:
    return {
        "p": "binary_sensor",
        "name": "Connectivity",
        "device_class": "connectivity",
        "state_topic": topics.status,
        "availability": [],  # it is known while the node is away, too
        "payload_on": ONLINE,
        "payload_off": OFFLINE,
        **DIAGNOSTIC,
    }


def _measured(topics: Topics, name: str, key: str, unit: str, decimals: int) -> Component:
    return {
        "p": "sensor",
        "name": name,
        "state_topic": topics.health,
        "value_template": f"{{{{ value_json.get('{key}') }}}}",
        "unit_of_measurement": unit,
        "state_class": "measurement",
        "suggested_display_precision": decimals,
    }


def _temperature(topics: Topics) -> Component:
    measured = _measured(topics, "Processor temperature", "temperature_c", "°C", 0)
    return measured | DIAGNOSTIC | {"device_class": "temperature"}


def _memory(topics: Topics) -> Component:
    return _measured(topics, "Memory", "memory_mb", "MiB", 0) | RARELY_WANTED | {"device_class": "data_size"}


def _uptime(topics: Topics) -> Component:
    return _measured(topics, "Uptime", "uptime_s", "s", 0) | RARELY_WANTED | {"device_class": "duration"}


def _events_waiting(topics: Topics) -> Component:
    measured = _measured(topics, "Events waiting", "events_waiting", "events", 0)
    return measured | RARELY_WANTED | {"icon": "mdi:tray-full"}


def _problem(topics: Topics, name: str, key: str) -> Component:
    return {
        "p": "binary_sensor",
        "name": name,
        "device_class": "problem",
        "state_topic": topics.health,
        "value_template": f"{{{{ 'ON' if value_json.get('{key}') else 'OFF' }}}}",
        **DIAGNOSTIC,
    }


def _throttled_by(topics: Topics) -> Component:
    by = ", ".join(
        f"'{name}': value_json.get('{key}')" for name, key in (("by", "throttled"), ("slowed_by", "slowed_by"))
    )
    return {
        "json_attributes_topic": topics.health,
        "json_attributes_template": f"{{{{ {{{by}}} | tojson }}}}",
    }
