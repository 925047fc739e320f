"""Promises of ``haredge mqtt forget``, with a real mosquitto: all that a node has left is cleared, no more."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import MOSQUITTO, Broker, Subscriber
from ports import free_port

from haredge import cli
from haredge.core.clock import recorded_clock
from haredge.core.types import Activity
from haredge.mqtt import messages
from haredge.mqtt.connection import MAX_RECEIVED_BYTES
from haredge.mqtt.homeassistant import Device, announcement
from haredge.mqtt.messages import Message, Topics

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


def left_by(topics: Topics, status: str = messages.OFFLINE) -> list[Message]:
    """Return what a node leaves at its broker."""
    return [
        messages.status(topics, status),
        messages.detection(topics, on=True),
        messages.activity(topics, Activity("squat", 0.8, 0.0), "everyday", 5.0, 5.5),
        messages.people(topics, [], recorded_clock(5.0), 0.0),
        messages.zone(topics, "sofa", 5.0, 5.5, occupied=True),
        messages.zone(topics, "bed-2", 5.0, 5.5, occupied=None),
        messages.health(topics, {"fps": 15.0}, 5.0),
        announcement(Device(topics, "everyday", ["squat"]), "homeassistant"),
    ]


OTHERS = [
    *left_by(Topics("haredge", "kitchen2"), messages.ONLINE),
    Message("haredge/kitchen/note", "a neighbour's", retain=True),
    Message("haredge/kitchen/detect/set", "ON", retain=True),
    Message("haredge/kitchen/zone/mine", "a neighbour's", retain=True),
    Message("haredge/kitchen/zone/deeper/sofa", '{"occupied":true,"since":"","reported":""}', retain=True),
    Message("homeassistant/device/kitchen/config", "{}", retain=True),
]


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """Give a broker, and a configuration of the renamed node in the current folder."""
    running = Broker(tmp_path)
    running.start()
    monkeypatch.chdir(tmp_path)
    configure(running)
    yield running
    running.stop()


def configure(broker: Broker) -> None:
    Path("config.yaml").write_text(f"mqtt: {{host: 127.0.0.1, port: {broker.port}, node: den}}\n")


def retain(broker: Broker, left: list[Message]) -> None:
    client = Subscriber(broker.port, "nothing")
    for message in left:
        client.publish(message.topic, message.encoded().decode(), retain=True)
    client.close()


def kept(broker: Broker) -> set[str]:
    """Return the topics of all that the broker retains."""
    reader = Subscriber(broker.port, "#")
    reader.publish("end", "now")
    reader.wait_for("end", "now")
    reader.close()
    return {message.topic for message in reader.received if message.retain}


def topics_of(left: list[Message]) -> set[str]:
    return {message.topic for message in left}


def test_all_that_a_node_has_left_is_listed_and_cleared(broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    """Its device goes from Home Assistant; other nodes, and what others retain beneath its name, stay as they are."""
    left = left_by(Topics("haredge", "kitchen"))
    retain(broker, [*left, *OTHERS, Message("haredge/kitchen/instance", "x")])
    assert cli.main(["mqtt", "forget", "kitchen", "--yes"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {topic}\n" in shown for topic in topics_of(left))
    assert shown.endswith("cleared: 9 topics\n")
    assert kept(broker) == topics_of(OTHERS)
    assert cli.main(["mqtt", "forget", "kitchen"]) == 0
    assert capsys.readouterr().out == f"127.0.0.1:{broker.port} keeps nothing of haredge/kitchen\n"


@pytest.mark.parametrize("labels", [20, 500])
def test_the_announcement_of_a_model_of_many_labels_is_cleared_too(labels: int, broker: Broker) -> None:
    """It is larger than what haredge reads of a broker otherwise; the default model's is."""
    device = Device(Topics("haredge", "kitchen"), "everyday", [f"activity_number_{n}" for n in range(labels)])
    message = announcement(device, "homeassistant")
    assert len(message.encoded()) > MAX_RECEIVED_BYTES
    retain(broker, [message])
    assert cli.main(["mqtt", "forget", "kitchen", "--yes"]) == 0
    assert kept(broker) == set()


@pytest.mark.parametrize(("answer", "cleared"), [("y\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_it_asks_first(answer: str, cleared: bool, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything but a yes is a no."""
    left = left_by(Topics("haredge", "kitchen"))
    retain(broker, left)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert cli.main(["mqtt", "forget", "kitchen"]) == int(not cleared)
    assert kept(broker) == (set() if cleared else topics_of(left))


def test_a_node_that_is_running_is_left_alone(broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    """It would announce itself again; a status that is wrong can be cleared all the same."""
    left = left_by(Topics("haredge", "kitchen"), messages.ONLINE)
    retain(broker, left)
    assert cli.main(["mqtt", "forget", "kitchen", "--yes"]) == 1
    assert capsys.readouterr().err.startswith("haredge: haredge/kitchen is online: stop it first")
    assert kept(broker) == topics_of(left)
    assert cli.main(["mqtt", "forget", "kitchen", "--yes", "--even-online"]) == 0
    assert kept(broker) == set()


def test_an_announcement_under_another_prefix_is_cleared_alone(
    broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a node that runs: its prefix was changed, or discovery switched off."""
    topics = Topics("haredge", "kitchen")
    current = [*left_by(topics, messages.ONLINE)]
    old = announcement(Device(topics, "everyday", ["squat"]), "lights")
    retain(broker, [*current, old])
    assert cli.main(["mqtt", "forget", "kitchen", "--announcement", "lights", "--yes"]) == 0
    assert capsys.readouterr().out.endswith(f"  {old.topic}\ncleared: 1 topic\n")
    assert kept(broker) == topics_of(current)


def test_another_nodes_announcement_of_the_same_id_stays(broker: Broker) -> None:
    """Node c of a/b and node b_c of a have one device id between them."""
    theirs = left_by(Topics("a", "b_c"))
    ours = left_by(Topics("a/b", "c"))[:-1]
    retain(broker, [*theirs, *ours])
    assert cli.main(["mqtt", "forget", "c", "--base", "a/b", "--yes"]) == 0
    assert kept(broker) == topics_of(theirs)


def test_what_strangers_retain_beneath_its_name_is_left_alone(broker: Broker) -> None:
    """Whatever it holds: nested beyond reason, not JSON, not text."""
    left = left_by(Topics("haredge", "kitchen"))
    strange = [Message(f"haredge/kitchen/zone/{name}", text) for name, text in (("deep", "[" * 5000), ("odd", "}"))]
    retain(broker, [*left, *strange])
    assert cli.main(["mqtt", "forget", "kitchen", "--yes"]) == 0
    assert kept(broker) == topics_of(strange)


def test_a_broker_that_is_away_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to check."""
    (tmp_path / "away.yaml").write_text(f"mqtt: {{host: 127.0.0.1, port: {free_port()}}}\n")
    assert cli.main(["mqtt", "forget", "kitchen", "--config", str(tmp_path / "away.yaml")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "no broker at 127.0.0.1" in line
    assert "check mqtt.host" in line


@pytest.mark.parametrize("rules", ["topic read #", "topic read #\ntopic write haredge/kitchen/status"])
def test_what_the_access_list_forbids_is_one_line(
    rules: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The topic is named, and nothing is said to be cleared that is not."""
    left = left_by(Topics("haredge", "kitchen"))
    (tmp_path / "acl").write_text("topic readwrite #\n")
    broker = Broker(tmp_path, ("allow_anonymous true", f"acl_file {tmp_path}/acl", "persistence true"))
    broker.start()
    monkeypatch.chdir(tmp_path)
    configure(broker)
    retain(broker, left)
    broker.stop()
    (tmp_path / "acl").write_text(f"{rules}\ntopic readwrite end\n")
    broker.start()
    assert cli.main(["mqtt", "forget", "kitchen", "--yes"]) == 1
    out, err = capsys.readouterr()
    assert "cleared" not in out
    (line,) = err.splitlines()
    assert "access list" in line
    assert "haredge/kitchen/" in line
    assert kept(broker) == topics_of(left)
    broker.stop()


@pytest.mark.parametrize("node", ["a/b", "#", "+", ""])
def test_only_one_nodes_name_is_taken(node: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wildcard would reach other nodes."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["mqtt", "forget", node])
    assert ended.value.code == 2
    assert "allowed are" in capsys.readouterr().err
