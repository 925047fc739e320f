"""Promises of haredge.mqtt.homeassistant that need no Home Assistant (see test_home_assistant.py for those that do)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from observed import LABELS

from haredge.board import OPTIONAL
from haredge.core.clock import recorded_clock
from haredge.core.label_names import Language
from haredge.core.labels import LONGEST, NO_PERSON, UNKNOWN, mistake_in
from haredge.core.sensitivity import SENSITIVITIES
from haredge.core.types import Activity, Box
from haredge.mqtt import messages
from haredge.mqtt.homeassistant import Device, announcement, birth_topic
from haredge.mqtt.messages import PersonReport, Topics
from haredge.mqtt.settings import SETTINGS

SCHEMAS = Path(__file__).parents[2] / "docs/schemas"
KITCHEN = Device(Topics("haredge", "kitchen"), "everyday", LABELS, "Raspberry Pi 4 Model B Rev 1.4")


MEASURED = replace(KITCHEN, sensitivities=SENSITIVITIES)


def announced(device: Device = KITCHEN) -> Any:
    return json.loads(announcement(device, "homeassistant").encoded())


def test_one_retained_message_announces_the_device() -> None:
    """On the topic that Home Assistant documents for devices, with the parts that it requires."""
    message = announcement(KITCHEN, "homeassistant")
    assert (message.topic, message.retain) == ("homeassistant/device/haredge_kitchen/config", True)
    assert {"dev", "o", "cmps"} <= announced().keys()
    assert announced()["dev"]["ids"] == ["haredge_kitchen"]
    assert announced()["o"]["name"] == "haredge"


def test_every_entity_has_a_platform_and_an_id_of_its_own() -> None:
    """Two nodes in one house share none."""
    nodes = [announced(), announced(Device(Topics("haredge", "hall"), "everyday", LABELS))]
    entities = [entity for node in nodes for entity in node["cmps"].values() if len(entity) > 1]
    platforms = {"sensor", "binary_sensor", "event", "switch", "button", "number", "select", "device_automation"}
    assert {entity["p"] for entity in entities} == platforms
    ids = [entity["unique_id"] for entity in entities if entity["p"] != "device_automation"]
    assert len(set(ids)) == len(ids)


def test_the_activity_is_an_enum_of_all_that_it_may_be() -> None:
    """A state that is not among the options would be an error in Home Assistant."""
    activity = announced()["cmps"]["activity"]
    assert activity["device_class"] == "enum"
    assert activity["options"] == ["Squat", "Clap", "Wave", "No person", "Not recognised"]


def rendered(entity: Any, key: str, message: messages.Message) -> str:
    """Return what Home Assistant makes of a message, by its own template engine."""
    jinja2 = pytest.importorskip("jinja2")
    environment = jinja2.Environment()  # as Home Assistant: not for a page
    return str(environment.from_string(entity[key]).render(value_json=json.loads(message.encoded())))


PRINTABLE = st.text(min_size=1, max_size=LONGEST).filter(lambda text: mistake_in(text) is None)


@given(st.lists(PRINTABLE, min_size=1, max_size=4, unique=True), st.sampled_from(["en", "de"]))
@example(["Nicht erkannt"], "de")
def test_every_label_is_shown_as_one_of_the_options(labels: list[str], language: Language) -> None:
    """Whatever characters a model's labels have; "unknown", Home Assistant's word for no data, is none of them."""
    device = replace(KITCHEN, labels=labels, language=language)
    entity = announced(device)["cmps"]["activity"]
    shown = []
    for label in (*labels, NO_PERSON, UNKNOWN):
        message = messages.activity(KITCHEN.topics, Activity(label, 0.9, 0.0), "everyday", 0.0, 0.0)
        shown.append(rendered(entity, "value_template", message))
    assert shown == entity["options"]
    assert len(set(shown)) == len(shown)
    assert UNKNOWN not in shown


def test_names_are_in_the_language_that_is_asked_for() -> None:
    """And so are the triggers; topics, ids and types of events stay."""
    english, german = announced()["cmps"], announced(replace(KITCHEN, language="de"))["cmps"]
    assert german["activity"]["options"][-2:] == ["Niemand", "Nicht erkannt"]
    assert [german["start_0"][key] for key in ("stype", "type")] == ["Kniebeuge", "beginnt"]
    assert [german["fall_confirmed"][key] for key in ("stype", "type")] == ["Sturz", "ist bestätigt"]
    assert english.keys() == german.keys()
    assert english["started"] == german["started"]


def test_an_event_entity_has_the_labels_as_its_types() -> None:
    """One for starts and one for ends; what is of the other kind is empty, which Home Assistant ignores."""
    parts = announced()["cmps"]
    episode = messages.Episode("id1", 1, "sofa", Activity("squat", 0.9, 0.0), "everyday")
    begun = messages.event_start(KITCHEN.topics, episode, 0.0, 0.5)
    over = messages.event_end(KITCHEN.topics, episode, 0.0, 7.5, 8.0)
    assert parts["started"]["event_types"] == parts["ended"]["event_types"] == list(LABELS)
    for entity, own, other in ((parts["started"], begun, over), (parts["ended"], over, begun)):
        assert rendered(entity, "value_template", other) == ""
        assert json.loads(rendered(entity, "value_template", own)) == {
            **json.loads(own.encoded()),
            "event_type": "squat",
        }


def test_each_activity_is_a_trigger_of_the_device() -> None:
    """Its start and its end, by the name that the editor of automations offers; no two are the same."""
    triggers = [part for part in announced()["cmps"].values() if part["p"] == "device_automation"]
    episode = messages.Episode("id1", 1, "sofa", Activity("clap", 0.9, 0.0), "everyday")
    begun = messages.event_start(KITCHEN.topics, episode, 0.0, 0.5)
    of_activities = [each for each in triggers if each["t"] == KITCHEN.topics.event]
    fired = [each for each in of_activities if rendered(each, "val_tpl", begun) == each["pl"]]
    assert [(each["stype"], each["type"]) for each in fired] == [("Clap", "begins")]
    assert len({(each["stype"], each["type"]) for each in triggers}) == len(triggers)


def test_only_what_the_board_measures_is_announced() -> None:
    """An entity of an earlier start, or of an earlier version, is withdrawn."""
    without, with_both = (
        announced()["cmps"],
        announced(replace(KITCHEN, sensors=("temperature_c", "throttled")))["cmps"],
    )
    assert without["temperature"] == {"p": "sensor"}
    assert without["throttled"] == {"p": "binary_sensor"}
    assert with_both["temperature"]["device_class"] == "temperature"
    assert with_both["throttled"]["device_class"] == "problem"
    assert without["event"] == with_both["event"] == {"p": "event"}


def test_every_diagnostic_shows_what_health_has() -> None:
    """A key that the schema of `health` does not have would be an entity that never has a value."""
    schema = json.loads((SCHEMAS / "health.json").read_text())
    parts = announced(replace(KITCHEN, sensors=OPTIONAL))["cmps"]
    shown = {
        key
        for part in parts.values()
        if part.get("state_topic") == KITCHEN.topics.health
        for key in re.findall(r"value_json\.get\('(\w+)'\)", part["value_template"])
    }
    assert {"board_too_slow", "camera_too_slow", "fps", "image_frozen", "memory_mb"} <= shown
    assert shown <= schema["properties"].keys()


def test_what_is_rarely_wanted_is_off_until_a_person_wants_it() -> None:
    """Its history would fill a database."""
    parts = announced(replace(KITCHEN, sensors=OPTIONAL))["cmps"]
    off = {name for name, part in parts.items() if part.get("enabled_by_default") is False}
    assert off == {"memory", "uptime", "events_waiting"}


def test_the_sensitivities_are_those_that_the_model_can_be_set_to() -> None:
    """One that it was never measured at would be refused; where there is no choice, there is no entity."""
    three = announced(MEASURED)["cmps"]["activity_sensitivity"]
    assert (three["p"], three["options"]) == ("select", ["low", "normal", "high"])
    assert announced()["cmps"]["activity_sensitivity"] == {"p": "select"}


def test_the_image_is_there_only_if_it_was_asked_for() -> None:
    """Of the skeletons' topic, unavailable while the camera is closed; switched off again, it is withdrawn."""
    image = announced(replace(KITCHEN, skeletons=True))["cmps"]["skeletons"]
    assert (image["p"], image["image_topic"]) == ("image", "haredge/kitchen/skeletons")
    assert "haredge/kitchen/detect/state" in [each["topic"] for each in image["availability"]]
    assert announced()["cmps"]["skeletons"] == {"p": "image"}


def test_the_device_leads_to_its_live_view_and_room() -> None:
    """If there are any; Home Assistant takes no null."""
    device = announced(replace(KITCHEN, page="http://kitchen.local:8765/", area="Küche"))["dev"]
    assert (device["cu"], device["sa"], device["mdl"]) == ("http://kitchen.local:8765/", "Küche", KITCHEN.board)
    assert not {"cu", "sa"} & announced()["dev"].keys()


def test_home_assistant_subscribes_with_the_quality_with_which_is_published() -> None:
    """Each component says so: before 2025 Home Assistant does not take it from the device."""
    parts = [part for part in announced()["cmps"].values() if len(part) > 1]
    assert {part["qos"] for part in parts} == {1}


def test_all_topics_are_the_nodes_own() -> None:
    """Nothing points elsewhere; availability is the status topic."""
    node = announced(MEASURED)
    assert node["availability"] == [{"topic": "haredge/kitchen/status"}]
    topics = {
        value for each in node["cmps"].values() for key, value in each.items() if key.endswith("topic") or key == "t"
    }
    names = ("status", "activity", "people", "event", "day", "health", "detect/set", "detect/state")
    falls = ("fall", "fall/event", "fall/acknowledge")
    settings = [f"setting/{each.name}{end}" for each in SETTINGS for end in ("", "/set")]
    assert topics == {f"haredge/kitchen/{name}" for name in (*names, *falls, *settings)}


def test_a_fall_is_a_safety_sensor_with_a_button_and_triggers() -> None:
    """On from a possible fall until it is cleared; each step of a fall can start an automation of the device."""
    parts = announced()["cmps"]
    assert parts["fall"]["device_class"] == "safety"
    assert (parts["fall_acknowledge"]["p"], parts["fall_acknowledge"]["payload_press"]) == ("button", "ACKNOWLEDGE")
    triggers = [part for part in parts.values() if part.get("t") == "haredge/kitchen/fall/event"]
    assert [trigger["pl"] for trigger in triggers] == parts["fall_event"]["event_types"]
    assert [trigger["type"] for trigger in triggers] == ["is possible", "is confirmed", "is over"]


@pytest.mark.parametrize("entity", ["person", "people", "zone_sofa"])
def test_who_is_there_is_not_known_while_the_camera_is_closed(entity: str) -> None:
    """The activity is "unknown" then, which otherwise means a person: occupancy must not come on in a dark room."""
    person = announced(replace(KITCHEN, zones=("sofa",)))["cmps"][entity]
    topics = {each["topic"]: each.get("payload_not_available", "offline") for each in person["availability"]}
    assert topics == {"haredge/kitchen/status": "offline", "haredge/kitchen/detect/state": "OFF"}
    assert person["availability_mode"] == "all"


def test_each_zone_is_an_occupancy_sensor() -> None:
    """Of its own, named after the zone, with an id that Home Assistant keeps apart from all others."""
    cmps = announced(replace(KITCHEN, zones=("sofa", "Reading-corner_2")))["cmps"]
    sofa, corner = cmps["zone_sofa"], cmps["zone_reading_corner_2"]
    assert (sofa["p"], sofa["device_class"], sofa["name"]) == ("binary_sensor", "occupancy", "Zone sofa")
    assert (corner["name"], corner["state_topic"]) == ("Zone Reading-corner 2", "haredge/kitchen/zone/Reading-corner_2")
    assert corner["unique_id"] == "haredge_kitchen_zone_reading_corner_2"


def test_a_zone_that_is_gone_is_withdrawn() -> None:
    """Home Assistant removes an entity of which only the platform is said; one that is only written otherwise stays."""
    cmps = announced(replace(KITCHEN, zones=("bed",), former_zones=("sofa", "Bed")))["cmps"]
    assert cmps["zone_sofa"] == {"p": "binary_sensor"}
    assert cmps["zone_bed"]["state_topic"] == "haredge/kitchen/zone/bed"


def test_people_are_counted_and_listed_without_what_changes_all_the_time() -> None:
    """The template, by Jinja itself: who does what since when and where, and neither box nor probability."""
    jinja2 = pytest.importorskip("jinja2")
    entity = announced()["cmps"]["people"]
    report = PersonReport(2, Activity("squat", 0.9, 0.0), Box(0, 0, 1, 1), "sofa", None)
    for people in ([], [report], [report, replace(report, id=3, zone=None)]):
        payload = json.loads(messages.people(KITCHEN.topics, people, recorded_clock(0.0), 1.0).encoded())
        said = {
            key: jinja2.Template(entity[key]).render(value_json=payload) for key in entity if key.endswith("template")
        }
        assert said["value_template"] == str(len(people))
        assert json.loads(said["json_attributes_template"]) == {
            "people": [
                {"id": each.id, "label": "squat", "since": "1970-01-01T00:00:00.000Z", "zone": each.zone}
                for each in people
            ]
        }


@pytest.mark.parametrize(("base", "id_"), [("haredge", "haredge_kitchen"), ("house/eyes", "house_eyes_kitchen")])
def test_the_id_may_stand_in_a_topic(base: str, id_: str) -> None:
    """A base of several levels makes no further levels in the discovery topic."""
    assert announcement(Device(Topics(base, "kitchen"), "m", LABELS), "ha").topic == f"ha/device/{id_}/config"


def test_home_assistants_birth_is_under_its_prefix() -> None:
    """Changing the prefix changes both."""
    assert birth_topic("ha") == "ha/status"
