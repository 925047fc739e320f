"""Promises of haredge.doctor.broker, against a real mosquitto."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from brokers import MOSQUITTO, Broker, Subscriber
from odd_broker import OddBroker, connack
from ports import free_port

from haredge.board import OPTIONAL
from haredge.config.schema import MOST_ZONES, Discovery, MqttConfig
from haredge.core.sensitivity import SENSITIVITIES
from haredge.doctor import Check
from haredge.doctor.broker import ROOM_BYTES, broker
from haredge.mqtt.homeassistant import Device, announcement
from haredge.mqtt.messages import Topics
from haredge.service.known_zones import MOST as MOST_FORMER

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")

NO_DISCOVERY = Discovery(enabled=False)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[object]:
    """Give what starts a broker with settings, and stops it at the end."""
    brokers: list[Broker] = []

    def begin(*settings: str) -> Broker:
        brokers.append(Broker(tmp_path, settings))
        brokers[0].start()
        return brokers[0]

    yield begin
    for started in brokers:
        started.stop()


def acl(folder: Path, lines: Sequence[str]) -> tuple[str, str]:
    path = folder / "acl"
    path.write_text("".join(f"{line}\n" for line in lines))
    return "allow_anonymous true", f"acl_file {path}"


def report(config: MqttConfig) -> list[Check]:
    return list(broker(config))


def test_a_broker_that_takes_everything_is_fine(start) -> None:  # type: ignore[no-untyped-def]
    """It answers, and a message on haredge's own topic and on Home Assistant's comes back."""
    checks = report(MqttConfig(host="127.0.0.1", port=start("allow_anonymous true").port, node="hall"))
    assert [(check.name, check.status) for check in checks] == [("broker", "ok"), *[("publishing", "ok")] * 2]
    assert "MQTT 5" in checks[0].words
    assert [check.words for check in checks[1:]] == [
        "haredge/hall/doctor: arrives",
        "homeassistant/device/haredge_hall/doctor: arrives",
    ]


def test_another_node_that_home_assistant_would_take_for_this_one_is_a_warning(start) -> None:  # type: ignore[no-untyped-def]
    """Each would replace the other's device; both are named, and how to be rid of one that is gone."""
    port = start("allow_anonymous true").port
    subscriber = Subscriber(port, "#")
    for base, node, status in (("a", "b_c", "warn"), ("a_b", "c", "ok")):
        topics = Topics(base, node)
        message = announcement(Device(topics, "everyday", ["walking"]), "homeassistant")
        subscriber.publish(message.topic, json.dumps(message.payload), retain=True)
        *_, check = report(MqttConfig(host="127.0.0.1", port=port, base="a_b", node="c"))
        assert check.status == status
        if status == "warn":
            assert check.words == "a/b_c is announced to Home Assistant under the id of a_b/c, a_b_c"
            assert "haredge mqtt forget b_c --base a" in check.remedy
    subscriber.close()


def test_a_broker_that_is_away_is_a_failure() -> None:
    """And nothing more is tried."""
    (check,) = report(MqttConfig(host="127.0.0.1", port=free_port()))
    assert check.status == "fail"
    assert "refused" in check.words.lower()


def test_a_wrong_password_is_a_failure(start) -> None:  # type: ignore[no-untyped-def]
    """A broker that wants a name says so, and so does the doctor, with what to check."""
    (check,) = report(MqttConfig(host="127.0.0.1", port=start("allow_anonymous false").port))
    assert check.status == "fail"
    assert "refuses" in check.words
    assert "mqtt.username" in check.remedy


def test_an_access_list_that_forbids_writing_is_a_failure(start, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """MQTT 5 reports it; the remedy names the topics."""
    config = MqttConfig(host="127.0.0.1", port=start(*acl(tmp_path, ["topic read #"])).port, discovery=NO_DISCOVERY)
    check = report(config)[-1]
    assert (check.name, check.status) == ("publishing", "fail")
    assert f"{config.base}/{config.node}/#" in check.remedy


def test_an_access_list_that_forbids_reading_is_a_warning(start, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Haredge can publish, and cannot be switched; what it publishes is not seen to arrive."""
    config = MqttConfig(host="127.0.0.1", port=start(*acl(tmp_path, ["topic write #"])).port, discovery=NO_DISCOVERY)
    check = report(config)[-1]
    assert (check.name, check.status) == ("publishing", "warn")
    assert "did not come back" in check.words


def test_the_documented_access_list_is_enough(start, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """What docs/mqtt.md says lets haredge do all that it does."""
    page = (Path(__file__).parents[2] / "docs" / "mqtt.md").read_text()
    rules = page.partition("user kitchen\n")[2].partition("```")[0].splitlines()
    checks = report(MqttConfig(host="127.0.0.1", port=start(*acl(tmp_path, rules)).port, node="kitchen"))
    assert [check.status for check in checks] == ["ok"] * 3


def test_an_unreadable_password_file_is_a_failure_of_the_broker(tmp_path: Path) -> None:
    """It is reported like any other, not raised."""
    (check,) = report(MqttConfig(port=free_port(), username="haredge", password_file=tmp_path / "none"))
    assert check.status == "fail"
    assert "password_file" in check.words


def test_nothing_stays_behind(start) -> None:  # type: ignore[no-untyped-def]
    """The probe leaves no retained message on the broker."""
    port = start("allow_anonymous true").port
    report(MqttConfig(host="127.0.0.1", port=port, node="hall"))
    subscriber = Subscriber(port, "#")
    subscriber.publish("end", "now")
    subscriber.wait_for("end", "now")
    subscriber.close()
    assert [message.topic for message in subscriber.received] == ["end"]


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        (b"\x25\0", "without retained messages"),
        (b"\x24\0", "QoS 0 at most"),
        (b"\x27" + (1000).to_bytes(4, "big"), "packets of 1000 bytes at most"),
    ],
)
def test_what_a_broker_does_not_support_is_a_warning(properties: bytes, words: str) -> None:
    """It works, with less; what to allow at the broker is said."""
    limited = OddBroker(lambda peer: connack(peer.level, 0, properties))
    check = next(broker(MqttConfig(host="127.0.0.1", port=limited.port, node="kitchen")))
    assert (check.status, words in check.words, "allow" in check.remedy or "raise" in check.remedy) == (
        "warn",
        True,
        True,
    )
    limited.close()


def test_a_broker_is_warned_of_if_the_largest_announcement_would_not_fit() -> None:
    """That of the labels that come with haredge, with all zones that there may be, and all that there were."""
    folders = (Path(__file__).parents[2] / "models" / name / "manifest.json" for name in ("everyday", "still"))
    labels = sorted({label for file in folders for label in json.loads(file.read_text())["labels"]})
    zones = [f"{number:040}" for number in range(MOST_ZONES + MOST_FORMER)]
    device = Device(
        Topics("haredge", "kitchen"),
        "everyday",
        labels,
        "Raspberry Pi 4 Model B Rev 1.4",
        zones=zones[:MOST_ZONES],
        former_zones=zones[MOST_ZONES:],
        sensors=OPTIONAL,
        sensitivities=SENSITIVITIES,
        skeletons=True,
        language="de",
    )
    assert len(announcement(device, "homeassistant").encoded()) < ROOM_BYTES
