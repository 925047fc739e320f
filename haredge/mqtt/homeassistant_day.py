"""What Home Assistant shows of the day: when a person was last in view and last moved, and the minutes of it."""

from __future__ import annotations

from haredge.mqtt.homeassistant_device import Component
from haredge.mqtt.messages import Topics


def day_entities(topics: Topics) -> dict[str, Component]:
    """Return the entities of the day, by their part of entity ids."""
    return {
        "last_seen": _timestamp(topics, "Last seen", "last_seen", "mdi:account-clock"),
        "last_movement": _timestamp(topics, "Last movement", "last_movement", "mdi:motion-sensor"),
        "in_view": {
            "p": "sensor",
            "name": "In view today",
            "device_class": "duration",
            "unit_of_measurement": "min",
            "state_class": "total_increasing",
            "state_topic": topics.day,
            "value_template": "{{ value_json.in_view_min }}",
            "json_attributes_topic": topics.day,
            "json_attributes_template": "{{ value_json.activity_min | tojson }}",
        },
    }


def _timestamp(topics: Topics, name: str, key: str, icon: str) -> Component:
    return {
        "p": "sensor",
        "name": name,
        "device_class": "timestamp",
        "state_topic": topics.day,
        "value_template": f"{{{{ value_json.{key} }}}}",
        "icon": icon,
    }
