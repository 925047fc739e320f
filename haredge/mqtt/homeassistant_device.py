"""What Home Assistant gets to know of a node, and what each of its entities is made with."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.core.label_names import Language, label_names
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.sensitivity import Sensitivity
from haredge.mqtt.messages import Topics

Component = dict[str, object]
"""One part of an announcement: an entity, or a trigger of the device."""


@dataclass(frozen=True, slots=True)
class Device:
    """What Home Assistant gets to know of one node."""

    topics: Topics
    model: str
    """Name of the activity model."""
    labels: Sequence[str]
    """The labels that may be reported."""
    board: str | None = None
    """What the node runs on, "Raspberry Pi 4 Model B Rev 1.4"."""
    zones: Sequence[str] = ()
    """Names of the zones whose occupancy is published."""
    former_zones: Sequence[str] = ()
    """Names of zones that there were once: their entities are withdrawn."""
    sensors: Collection[str] = ()
    """Which of :data:`haredge.board.OPTIONAL` the board has."""
    sensitivities: Sequence[Sensitivity] = ("normal",)
    """Those that the activity model can be set to."""
    skeletons: bool = False
    """Whether an image of skeletons is published."""
    language: Language = "en"
    """That of the activities' names."""
    area: str | None = None
    """The room that is suggested for the device."""
    page: str | None = None
    """Address of the live view, as others in the network reach it."""

    @property
    def id(self) -> str:
        """What Home Assistant knows the device by; changes only with base or node."""
        return self.topics.device

    @property
    def names(self) -> Mapping[str, str]:
        """What each activity is called, that of an empty room and that of one that is not recognised included."""
        return label_names((*self.labels, NO_PERSON, UNKNOWN), self.language)


def online(topics: Topics) -> dict[str, object]:
    """Return the availability of all that is known while the node runs."""
    return {"topic": topics.status}


def while_detecting(topics: Topics) -> dict[str, object]:
    """Return the availability of what is not known while the camera is closed."""
    detecting = {"topic": topics.detect_state, "payload_available": "ON", "payload_not_available": "OFF"}
    return {"availability": [online(topics), detecting], "availability_mode": "all"}


def trigger(topic: str, payload: str, subtype: str, kind: str, template: str) -> Component:
    """Return a trigger of the device, which the editor of automations shows as ``"subtype" kind``.

    There are many: the short names of keys, which Home Assistant documents, keep the announcement small.
    """
    return {
        "p": "device_automation",
        "atype": "trigger",
        "t": topic,
        "type": kind,
        "stype": subtype,
        "pl": payload,
        "val_tpl": template,
    }


DIAGNOSTIC: Final[Component] = {"entity_category": "diagnostic"}
RARELY_WANTED: Final[Component] = {**DIAGNOSTIC, "enabled_by_default": False}
"""Home Assistant lists it, and keeps no history of it until a person enables it."""


def literal(text: str) -> str:
    """Return a text as a template writes it: JSON's escapes are Jinja's, too."""
    return json.dumps(text, ensure_ascii=False)
