"""What Home Assistant shows of falls: a safety sensor, a button, an event, and triggers for automations.

Source: Home Assistant's documentation of MQTT binary sensor, button, event and device trigger.
"""

from __future__ import annotations

from typing import Final, get_args

from haredge.mqtt.fall_messages import ACKNOWLEDGE, EventType
from haredge.mqtt.messages import Topics

EVENTS: Final[tuple[str, ...]] = get_args(EventType)
"""Types of fall events."""


def fall_entities(topics: Topics) -> dict[str, dict[str, object]]:
    """Return the components of a node's announcement that are about falls, by name."""
    return {
        "fall": _fall(topics),
        "fall_event": _event(topics),
        "fall_acknowledge": _acknowledge(topics),
        **{kind: _trigger(topics, kind) for kind in EVENTS},
    }


def _fall(topics: Topics) -> dict[str, object]:
    values = ", ".join(f"'{key}': value_json.{key}" for key in ("since", "fell", "person", "zone", "why"))
    return {
        "p": "binary_sensor",
        "name": "Fall",
        "device_class": "safety",
        "state_topic": topics.fall,
        "value_template": "{{ 'OFF' if value_json.state == 'clear' else 'ON' }}",
        "json_attributes_topic": topics.fall,
        "json_attributes_template": f"{{{{ {{'fall': value_json.state, {values}}} | tojson }}}}",
    }


def _event(topics: Topics) -> dict[str, object]:
    return {
        "p": "event",
        "name": "Fall event",
        "event_types": list(EVENTS),
        "state_topic": topics.fall_event,
        "icon": "mdi:human-handsdown",
    }


def _acknowledge(topics: Topics) -> dict[str, object]:
    return {
        "p": "button",
        "name": "Acknowledge fall",
        "command_topic": topics.fall_acknowledge,
        "payload_press": ACKNOWLEDGE,
        "icon": "mdi:check-bold",
    }


def _trigger(topics: Topics, kind: str) -> dict[str, object]:
    return {
        "p": "device_automation",
        "automation_type": "trigger",
        "topic": topics.fall_event,
        "type": kind,
        "subtype": "fall",
        "payload": kind,
        "value_template": "{{ value_json.event_type }}",
    }
