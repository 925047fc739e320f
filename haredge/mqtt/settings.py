"""Settings that people change over MQTT while haredge runs: their topics, what they may be, and what is published.

Home Assistant shows them as a select and as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from haredge.core.sensitivity import SENSITIVITIES
from haredge.mqtt.homeassistant_device import Component, Device
from haredge.mqtt.messages import Message, Topics


@dataclass(frozen=True, slots=True)
class Setting:
    """One of them; a choice if it has options, else an amount."""

    name: str
    """In the topics: ``setting/<name>`` and ``setting/<name>/set``."""
    title: str
    icon: str
    options: tuple[str, ...] = ()
    most: float = 0.0
    """Home Assistant shows none that is larger, or smaller than ``least``."""
    least: float = 0.0
    step: float = 1.0
    unit: str = "s"


FALL_SENSITIVITY: Final = Setting("fall_sensitivity", "Fall sensitivity", "mdi:tune-vertical", options=SENSITIVITIES)
FALL_CONFIRM_S: Final = Setting("fall_confirm_s", "Fall confirmed after", "mdi:timer-alert-outline", least=1, most=600)
ACTIVITY_SENSITIVITY: Final = Setting(
    "activity_sensitivity", "Activity sensitivity", "mdi:tune-vertical", options=SENSITIVITIES
)
HOLD_S: Final = Setting("hold_s", "Activity kept for", "mdi:timer-lock-outline", most=3600, step=0.1)
MIN_DURATION_S: Final = Setting("min_duration_s", "Shortest activity", "mdi:timer-sand", most=3600, step=0.1)
"""0 is that of the model, one of its own for each label."""
THRESHOLD_PERCENT: Final = Setting("threshold_percent", "Activity threshold", "mdi:percent-outline", most=100, unit="%")
"""0 is that of the model, a threshold of its own for each label."""

SETTINGS: Final = (
    FALL_SENSITIVITY,
    FALL_CONFIRM_S,
    ACTIVITY_SENSITIVITY,
    HOLD_S,
    MIN_DURATION_S,
    THRESHOLD_PERCENT,
)


def setting_message(topics: Topics, setting: Setting, value: str) -> Message:
    """Say what a setting is now."""
    return Message(topics.setting(setting.name), value, qos=1, retain=True)


def setting_entities(device: Device) -> dict[str, Component]:
    """Return the components of a node's announcement that change settings, by their part of entity ids.

    Where the activity model has but one sensitivity, there is none to choose.
    """
    own = replace(ACTIVITY_SENSITIVITY, options=tuple(device.sensitivities))
    offered = [own if each is ACTIVITY_SENSITIVITY else each for each in SETTINGS]
    return {each.name: _entity(device.topics, each) for each in offered if len(each.options) != 1}


def _entity(topics: Topics, setting: Setting) -> Component:
    common = {
        "name": setting.title,
        "state_topic": topics.setting(setting.name),
        "command_topic": topics.setting_set(setting.name),
        "entity_category": "config",
        "icon": setting.icon,
    }
    if setting.options:
        return {"p": "select", **common, "options": list(setting.options)}
    amount = {"min": setting.least, "max": setting.most, "step": setting.step, "unit_of_measurement": setting.unit}
    return {"p": "number", **common, **amount, "mode": "box"}
