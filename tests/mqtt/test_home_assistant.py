"""Promises of haredge.mqtt.homeassistant, kept to Home Assistant itself.

Home Assistant needs a newer Python than haredge. Where it is not on the path as ``hass``, the environment variable
HAREDGE_HASS gives the command that starts it (``/opt/ha/bin/hass``); otherwise these tests are skipped. How to make
such an environment is in CONTRIBUTING.md. Run them with the loopback alone (``unshare --net``, ``ip link set lo up``):
when Home Assistant cannot read its configuration, it listens on every address.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, Subscriber, answers
from deadline import wait_until
from mqtt_parts import TOPICS, Connect, publisher
from observed import LABELS, observed, picture, scene, somebody
from ports import free_port

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.sensitivity import SENSITIVITIES
from haredge.core.types import Occupancy
from haredge.core.zone import Zone
from haredge.mqtt import messages
from haredge.mqtt.client import MqttClient
from haredge.mqtt.day_publisher import day_message
from haredge.mqtt.fall_messages import FallReport, Moment
from haredge.mqtt.fall_messages import fall as fall_message
from haredge.mqtt.homeassistant import Device, announcement, birth_topic
from haredge.mqtt.messages import OFFLINE, ONLINE, nothing_on
from haredge.mqtt.settings import (
    ACTIVITY_SENSITIVITY,
    FALL_CONFIRM_S,
    FALL_SENSITIVITY,
    HOLD_S,
    MIN_DURATION_S,
    SETTINGS,
    THRESHOLD_PERCENT,
    setting_message,
)
from haredge.scene.day import Day
from haredge.video.draw.encode import as_jpeg

PREFIX = "homeassistant"
OPTIONS = ["Squat", "Clap", "Wave", "No person", "Not recognised"]
HASS = shlex.split(os.environ.get("HAREDGE_HASS", "")) or ([found] if (found := shutil.which("hass")) else [])

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not HASS, reason="Home Assistant is not installed (HAREDGE_HASS gives the command)"),
]

CONFIGURATION = """
homeassistant:
  time_zone: UTC
http:
  server_host: 127.0.0.1
  server_port: {port}
mqtt_statestream:
  base_topic: house
  publish_attributes: true
automation:
  - triggers: [{{trigger: homeassistant, event: start}}]
    actions: [{{action: mqtt.publish, data: {{topic: started, payload: "yes"}}}}]
  - triggers: [{{trigger: mqtt, topic: tap}}]
    actions: [{{action: switch.toggle, target: {{entity_id: switch.kitchen_detection}}}}]
  - triggers: [{{trigger: event, event_type: entity_registry_updated, event_data: {{action: remove}}}}]
    actions:
      - action: mqtt.publish
        data: {{topic: removed, payload: "{{{{ trigger.event.data.entity_id }}}}"}}
  - alias: Fall
    use_blueprint:
      path: haredge/fall.yaml
      input:
        fall: binary_sensor.kitchen_fall
        acknowledge: button.kitchen_acknowledge_fall
        phone: script.phone
        others: script.others
        seconds: 10
        escalation:
          - action: mqtt.publish
            data: {{topic: escalated, payload: "yes"}}
  - alias: Stillness
    use_blueprint:
      path: haredge/stillness.yaml
      input:
        last: sensor.kitchen_last_movement
        detection: switch.kitchen_detection
        minutes_on: 0
        after: "00:00:00"
        before: "23:59:59"
        notify: script.others
  - triggers: [{{trigger: mqtt, topic: answer}}]
    actions:
      - event: mobile_app_notification_action
        event_data: {{action: "{{{{ trigger.payload }}}}"}}
script:
  phone:
    sequence:
      - action: mqtt.publish
        data: {{topic: phone, payload: "{{{{ {{'message': message, 'data': data}} | tojson }}}}"}}
  others:
    sequence:
      - action: mqtt.publish
        data: {{topic: others, payload: "{{{{ message }}}}"}}
logger:
  default: warning
"""


BLUEPRINTS = Path(__file__).parents[2] / "homeassistant" / "blueprints"


class House:
    """A running Home Assistant, seen through what it streams of its states."""

    def __init__(self, folder: Path, broker: Broker, eyes: Subscriber) -> None:
        self.eyes = eyes
        self.log = folder / "hass.log"
        port = free_port()
        (folder / ".storage").mkdir()
        (folder / "configuration.yaml").write_text(CONFIGURATION.format(port=port))
        shutil.copytree(BLUEPRINTS, folder / "blueprints")
        entry = {"entry_id": "1", "version": 1, "domain": "mqtt", "title": "mqtt", "source": "user",
                 "data": {"broker": "127.0.0.1", "port": broker.port, "discovery": True}}  # fmt: skip
        entries = {"version": 1, "minor_version": 1, "key": "core.config_entries", "data": {"entries": [entry]}}
        (folder / ".storage" / "core.config_entries").write_text(json.dumps(entries))
        with self.log.open("wb") as log:
            command = [*HASS, "--config", str(folder), "--skip-pip"]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        wait_until(lambda: self._alive() and answers(port), f"Home Assistant listens; {self.log}", 300)
        # It is at the broker before its automations listen.
        wait_until(
            lambda: eyes.last("started") == b"yes" and eyes.last(birth_topic(PREFIX)) == b"online", "it runs", 300
        )

    def _alive(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return True

    def shows(self, entity: str, state: str) -> None:
        """Wait until an entity has a state."""
        self.eyes.wait_for(f"house/{entity.replace('.', '/')}/state", state)

    def shows_attribute(self, entity: str, attribute: str, value: object) -> None:
        """Wait until an entity has an attribute's value."""
        topic = f"house/{entity.replace('.', '/')}/{attribute}"
        self.eyes.wait_for(topic, lambda payload: json.loads(payload) == value)

    def complaints(self) -> list[str]:
        """Return what its log says of the device, of MQTT or of the automations."""
        lines = self.log.read_text().splitlines()
        about = ("kitchen", "haredge", "components.mqtt.", "components.automation", "components.script", "blueprint")
        return [line for line in lines if any(word in line for word in about)]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=300)


@pytest.fixture
def house(broker: Broker, listen: Callable[..., Subscriber], tmp_path: Path) -> Iterator[House]:
    """Give a Home Assistant at the broker."""
    folder = tmp_path / "hass"
    folder.mkdir()
    eyes = Subscriber(broker.port, "#")
    house = House(folder, broker, eyes)
    yield house
    house.stop()
    eyes.close()


def announced(client: MqttClient, labels: tuple[str, ...] = LABELS, model: str = "everyday", **zones: Any) -> None:
    client.send(announcement(Device(TOPICS, model, labels, "Raspberry Pi 4", **zones), PREFIX))


def test_home_assistant_finds_every_entity(broker: Broker, connect: Connect, house: House) -> None:
    """One announcement makes a device whose entities follow what haredge publishes; nothing of it is complained of."""
    heard: list[bytes] = []
    client = connect(broker.port, listeners={TOPICS.detect_set: heard.append})
    announced(client)
    sink = publisher(client)
    house.shows("sensor.kitchen_activity", "unavailable")
    sink.emit(observed(1.0, NO_PERSON))
    house.shows("sensor.kitchen_activity", "No person")
    house.shows("binary_sensor.kitchen_person", "off")
    house.shows("binary_sensor.kitchen_connectivity", "on")
    sink.emit(observed(2.0, "squat", since=1.5))
    house.shows("sensor.kitchen_activity", "Squat")
    house.shows_attribute("sensor.kitchen_activity", "label", "squat")
    house.shows("binary_sensor.kitchen_person", "on")
    house.shows("sensor.kitchen_probability", "93")
    house.shows("sensor.kitchen_frame_rate", "14.9")
    house.shows_attribute("sensor.kitchen_activity", "options", OPTIONS)
    house.shows_attribute("event.kitchen_activity_started", "event_type", "squat")
    house.shows_attribute("event.kitchen_activity_started", "person", 1)
    house.shows("switch.kitchen_detection", "on")
    house.eyes.publish("tap", "")
    wait_until(lambda: heard == [b"OFF"], "the switch has been used")
    sink.pause()
    house.shows("switch.kitchen_detection", "off")
    house.shows("binary_sensor.kitchen_person", "unavailable")
    house.shows_attribute("event.kitchen_activity_ended", "event_type", "squat")
    house.shows("sensor.kitchen_activity", "Not recognised")
    before = len(house.eyes.on("house/binary_sensor/kitchen_person/state"))
    sink.emit(observed(60.0, NO_PERSON, since=60.0))
    house.shows("switch.kitchen_detection", "on")
    house.shows("sensor.kitchen_activity", "No person")
    house.shows("binary_sensor.kitchen_person", "off")
    assert house.eyes.on("house/binary_sensor/kitchen_person/state")[before:] == [b"off"], "nothing has flashed on"
    sink.close()
    house.shows("switch.kitchen_detection", "unavailable")
    house.shows("binary_sensor.kitchen_connectivity", "off")
    assert not house.eyes.on("house/sensor/kitchen_memory/state"), "off until a person wants it"
    assert house.complaints() == []


def test_people_are_counted_and_zones_come_and_go(broker: Broker, connect: Connect, house: House) -> None:
    """How many there are, and of each what they do where; a zone that is gone takes its entity with it, at once."""
    client = connect(broker.port)
    announced(client, zones=("sofa", "reading-corner"))
    sink = publisher(client)
    sofa, corner = (Zone(name, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))) for name in ("sofa", "reading-corner"))
    sink.emit(scene(1.0, zones=[Occupancy(sofa, False, 0.0), Occupancy(corner, False, 0.0)]))
    house.shows("sensor.kitchen_people", "0")
    house.shows("binary_sensor.kitchen_zone_sofa", "off")
    two = somebody(1, "squat", 1.5, zone="sofa"), somebody(2, UNKNOWN, 1.5)
    sink.emit(scene(2.0, *two, zones=[Occupancy(sofa, True, 1.5), Occupancy(corner, False, 0.0)]))
    house.shows("sensor.kitchen_people", "2")
    house.shows("binary_sensor.kitchen_zone_sofa", "on")
    house.shows("binary_sensor.kitchen_zone_reading_corner", "off")
    topic = "house/sensor/kitchen_people/people"
    house.eyes.wait_for(topic, lambda payload: len(json.loads(payload)) == 2)  # state and attributes come one by one
    people = json.loads(house.eyes.last(topic) or b"null")
    assert [(each["id"], each["label"], each["zone"]) for each in people] == [(1, "squat", "sofa"), (2, UNKNOWN, None)]
    assert [sorted(each) for each in people] == [["id", "label", "since", "zone"]] * 2
    house.shows_attribute("event.kitchen_activity_started", "person", 1)
    house.shows_attribute("event.kitchen_activity_started", "zone", "sofa")
    sink.pause()
    house.shows("sensor.kitchen_people", "unavailable")
    house.shows("binary_sensor.kitchen_zone_sofa", "unavailable")
    sink.emit(scene(3.0, zones=[Occupancy(sofa, True, 1.5), Occupancy(corner, False, 0.0)]))
    house.shows("binary_sensor.kitchen_zone_sofa", "on")
    announced(client, zones=("reading-corner",), former_zones=("sofa",))
    client.send(nothing_on(TOPICS.zone("sofa")))
    house.eyes.wait_for("removed", "binary_sensor.kitchen_zone_sofa")
    sink.emit(scene(9.0, somebody(1), zones=[Occupancy(corner, True, 8.0)]))
    house.shows("binary_sensor.kitchen_zone_reading_corner", "on")
    assert house.complaints() == []


def test_settings_are_shown_as_they_are(broker: Broker, connect: Connect, house: House) -> None:
    """Each has an entity, and every value that the configuration allows is one of it."""
    client = connect(broker.port)
    announced(client, sensitivities=SENSITIVITIES)
    publisher(client).emit(observed(1.0))
    shown = {
        "select.kitchen_fall_sensitivity": (FALL_SENSITIVITY, "high"),
        "select.kitchen_activity_sensitivity": (ACTIVITY_SENSITIVITY, "low"),
        "number.kitchen_fall_confirmed_after": (FALL_CONFIRM_S, "600"),
        "number.kitchen_activity_kept_for": (HOLD_S, "3600"),
        "number.kitchen_shortest_activity": (MIN_DURATION_S, "3600"),
        "number.kitchen_activity_threshold": (THRESHOLD_PERCENT, "100"),
    }
    for entity, (setting, value) in shown.items():
        client.send(setting_message(TOPICS, setting, value))
        house.shows(entity, value)
    assert {setting for setting, _ in shown.values()} == set(SETTINGS)
    assert house.complaints() == []


def test_skeletons_are_an_image_that_comes_and_goes(broker: Broker, connect: Connect, house: House) -> None:
    """Its state is when it came; who switches it off again is rid of it."""
    client = connect(broker.port)
    announced(client, skeletons=True)
    publisher(client).emit(observed(1.0))
    house.shows("image.kitchen_skeletons", "unknown")
    client.send(messages.skeletons(TOPICS, as_jpeg(picture())))
    topic = "house/image/kitchen_skeletons/state"
    house.eyes.wait_for(topic, lambda payload: payload.startswith(b"20"))
    announced(client)
    house.eyes.wait_for("removed", "image.kitchen_skeletons")
    assert house.complaints() == []


def test_another_model_is_announced_again(broker: Broker, connect: Connect, house: House) -> None:
    """After a change of model the entity knows the new labels, and is still the same entity."""
    client = connect(broker.port)
    announced(client)
    publisher(client).emit(observed(1.0))
    house.shows_attribute("sensor.kitchen_activity", "options", OPTIONS)
    announced(client, ("squat", "handstand"), "circus")
    house.shows_attribute("sensor.kitchen_activity", "options", ["Squat", "Handstand", *OPTIONS[-2:]])
    house.shows("sensor.kitchen_activity", "Squat")


def test_home_assistant_that_comes_back_gets_all_again(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber], tmp_path: Path
) -> None:
    """Its birth message brings everything once more, whatever it or the broker may have missed."""
    births: list[bytes] = []
    client = connect(broker.port, listeners={birth_topic(PREFIX): births.append})
    announced(client)
    publisher(client).emit(observed(1.0))
    (tmp_path / "hass").mkdir()
    house = House(tmp_path / "hass", broker, Subscriber(broker.port, "#"))
    try:
        wait_until(lambda: births == [b"online"], "Home Assistant says that it is there")
        client.republish_within(within_s=0.1)
        house.shows("sensor.kitchen_activity", "Squat")
    finally:
        house.stop()
        house.eyes.close()


def fallen(number: int, since_s: float) -> FallReport:
    return FallReport(f"id{number}", "confirmed", since_s, since_s, 1, "hall", "lies still")


def test_the_blueprints_do_what_they_say(broker: Broker, connect: Connect, house: House) -> None:
    """A fall is asked about once; an answer acknowledges it, no answer brings help; stillness is said once."""
    acknowledged: list[bytes] = []
    client = connect(broker.port, listeners={TOPICS.fall_acknowledge: acknowledged.append})
    announced(client)
    publisher(client).emit(observed(1.0))
    house.shows("switch.kitchen_detection", "on")

    def report(fall: FallReport | None) -> None:
        client.send(fall_message(TOPICS, fall, Moment(time.time(), time.time(), "")))
        house.shows("binary_sensor.kitchen_fall", "off" if fall is None else "on")

    def asked(times: int) -> Any:
        wait_until(lambda: len(house.eyes.on("phone")) == times, f"asked {times} times")
        return json.loads(house.eyes.on("phone")[-1])["data"]["actions"]

    report(None)
    report(fallen(1, time.time()))
    well, _ = asked(1)
    house.eyes.publish("answer", well["action"])
    wait_until(lambda: acknowledged == [b"ACKNOWLEDGE"], "the fall is acknowledged")
    report(None)
    second = fallen(2, time.time())
    report(second)
    asked(2)
    house.eyes.wait_for("others", lambda payload: b"There was no answer." in payload)
    house.eyes.wait_for("escalated", "yes")
    for status in (OFFLINE, ONLINE):
        client.send(messages.status(TOPICS, status))
        house.shows("binary_sensor.kitchen_fall", "unavailable" if status == OFFLINE else "on")
    report(fallen(3, time.time()))  # of someone else, who lies there, too
    assert len(asked(3)) == 2, "the second fall was not asked about again"
    report(None)
    house.eyes.wait_for("phone", lambda payload: b"clear_notification" in payload)
    report(fallen(4, time.time() - 86400))  # the clock of the board is behind
    asked(5)
    day = Day(date="2026-11-20", last_seen_s=time.time(), last_movement_s=time.time() - 13 * 3600)
    client.send(day_message(TOPICS, day, time.time()))
    house.eyes.wait_for("others", lambda payload: b"Not for 13.0 hours" in payload)
    assert house.complaints() == []
