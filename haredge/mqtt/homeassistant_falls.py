"""What Home Assistant shows of falls: a safety sensor, a button, an event, and triggers for automations.

Source: Home Assistant's documentation of MQTT binary sensor, button, event and device trigger.
"""

from __future__ import annotations

from typing import Final, get_args

from haredge.core.label_names import Language
from haredge.mqtt.fall_messages import ACKNOWLEDGE, EventType
from haredge.mqtt.homeassistant_device import Component, Device, trigger
from haredge.mqtt.messages import Topics

EVENTS: Final[tuple[str, ...]] = get_args(EventType)
"""Types of fall events."""


_WORDS: Final[dict[Language, tuple[str, dict[EventType, str]]]] = {
    "en": ("Fall", {"fall_possible": "is possible", "fall_confirmed": "is confirmed", "fall_cleared": "is over"}),
    "de": ("Sturz", {"fall_possible": "ist möglich", "fall_confirmed": "ist bestätigt", "fall_cleared": "ist vorbei"}),
}
"""How the editor of automations calls a fall and its steps."""


def fall_entities(device: Device) -> dict[str, Component]:
    """Return the components of a node's announcement that are about falls, by name."""
    topics, (fall, steps) = device.topics, _WORDS[device.language]
    return {
        "fall": _fall(topics),
        "fall_event": _event(topics),
        "fall_acknowledge": _acknowledge(topics),
        **{
            kind: trigger(topics.fall_event, kind, fall, words, "{{ value_json.event_type }}")
            for kind, words in steps.items()
        },
    }


def _fall(topics: Topics) -> Component:
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


def _event(topics: Topics) -> Component:
    return {
        "p": "event",
        "name": "Fall event",
        "event_types": list(EVENTS),
        "state_topic": topics.fall_event,
        "icon": "mdi:human-handsdown",
    }


def _acknowledge(topics: Topics) -> Component:
    return {
        "p": "button",
        "name": "Acknowledge fall",
        "command_topic": topics.fall_acknowledge,
        "payload_press": ACKNOWLEDGE,
        "icon": "mdi:check-bold",
    }
