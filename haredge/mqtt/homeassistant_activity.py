"""What Home Assistant shows of people and of what they do, and which triggers it offers for that."""

from __future__ import annotations

from typing import Final

from haredge.core.label_names import Language
from haredge.core.zone import entity_name
from haredge.mqtt.homeassistant_device import DIAGNOSTIC, Component, Device, literal, trigger, while_detecting
from haredge.mqtt.messages import Topics

_STEPS: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "en": (("start", "begins"), ("end", "ends")),
    "de": (("start", "beginnt"), ("end", "endet")),
}
"""Types of event, and how the editor of automations calls them."""

_STEP_AND_LABEL: Final = "{{ value_json.event_type }} {{ value_json.label }}"

_EVERYONE = (
    "{% set all = namespace(people=[]) %}"
    "{% for p in value_json.people %}"
    "{% set all.people = all.people + [{'id': p.id, 'label': p.label, 'since': p.since, 'zone': p.zone}] %}"
    "{% endfor %}"
    "{{ {'people': all.people} | tojson }}"
)
"""Without boxes and probabilities: Home Assistant's database would keep each of them, every few seconds."""


def activity_entities(device: Device) -> dict[str, Component]:
    """Return the components that are about activities, by their part of entity ids."""
    return {
        "activity": _activity(device),
        "person": _person(device.topics),
        "people": _people(device.topics),
        "probability": _probability(device.topics),
        "started": _event(device, "Activity started", "start"),
        "ended": _event(device, "Activity ended", "end"),
        "detect": _switch(device.topics),
        **_triggers(device),
    }


def skeletons_entity(topics: Topics) -> Component:
    """Return the image of skeletons; its state is when the last one came."""
    return {
        "p": "image",
        "name": "Skeletons",
        "image_topic": topics.skeletons,
        "content_type": "image/jpeg",
        **while_detecting(topics),
        "icon": "mdi:human",
    }


def zone_entity(device: Device, name: str) -> Component:
    """Return the occupancy of a zone."""
    return {
        "p": "binary_sensor",
        "name": f"Zone {name.replace('_', ' ')}",
        "device_class": "occupancy",
        "state_topic": device.topics.zone(name),
        **while_detecting(device.topics),
        "value_template": _on_if("value_json.occupied"),
    }


def zone_id(name: str) -> str:
    """Return a zone's part of entity ids."""
    return f"zone_{entity_name(name)}"


def _on_if(value: str) -> str:
    """Return a template for a value that is null while it is not known, so that nothing flashes on meanwhile."""
    return f"{{{{ 'None' if {value} is none else 'ON' if {value} else 'OFF' }}}}"


def _activity(device: Device) -> Component:
    names = device.names
    table = ", ".join(f"{literal(label)}: {literal(name)}" for label, name in names.items())
    attributes = "'label': value_json.label, 'since': value_json.since, 'model': value_json.model"
    return {
        "p": "sensor",
        "name": "Activity",
        "device_class": "enum",
        "options": list(names.values()),
        "state_topic": device.topics.activity,
        "value_template": f"{{{{ {{{table}}}[value_json.label] }}}}",
        "json_attributes_topic": device.topics.activity,
        "json_attributes_template": f"{{{{ {{{attributes}}} | tojson }}}}",
        "icon": "mdi:human-handsup",
    }


def _person(topics: Topics) -> Component:
    return {
        "p": "binary_sensor",
        "name": "Person",
        "device_class": "occupancy",
        "state_topic": topics.people,
        **while_detecting(topics),
        "value_template": _on_if("value_json.count"),
    }


def _people(topics: Topics) -> Component:
    return {
        "p": "sensor",
        "name": "People",
        "state_topic": topics.people,
        **while_detecting(topics),
        "value_template": "{{ value_json.count }}",
        "json_attributes_topic": topics.people,
        "json_attributes_template": _EVERYONE,
        "state_class": "measurement",
        "icon": "mdi:account-group",
    }


def _probability(topics: Topics) -> Component:
    return {
        "p": "sensor",
        "name": "Probability",
        "state_topic": topics.activity,
        "value_template": "{{ (100 * value_json.probability) | round(0) | int }}",
        "unit_of_measurement": "%",
        "state_class": "measurement",
        **DIAGNOSTIC,
        "icon": "mdi:percent-outline",
    }


def _event(device: Device, name: str, kind: str) -> Component:
    """Return an event entity whose types are the labels; the template is empty for the other kind, which is ignored."""
    return {
        "p": "event",
        "name": name,
        "event_types": list(device.labels),
        "state_topic": device.topics.event,
        "value_template": (
            f"{{% if value_json.event_type == '{kind}' %}}"
            "{{ dict(value_json, event_type=value_json.label) | tojson }}"
            "{% endif %}"
        ),
        "icon": "mdi:run",
    }


def _triggers(device: Device) -> dict[str, Component]:
    """Return a trigger of the device for each label's start and end: an automation's editor offers them by name."""
    names = device.names
    return {
        f"{kind}_{number}": trigger(device.topics.event, f"{kind} {label}", names[label], words, _STEP_AND_LABEL)
        for kind, words in _STEPS[device.language]
        for number, label in enumerate(device.labels)
    }


def _switch(topics: Topics) -> Component:
    return {
        "p": "switch",
        "name": "Detection",
        "command_topic": topics.detect_set,
        "state_topic": topics.detect_state,
        "icon": "mdi:motion-sensor",
    }
