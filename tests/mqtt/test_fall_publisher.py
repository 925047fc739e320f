"""Promises of haredge.mqtt.fall_publisher: what goes out of a fall, in which order, and what does not go out twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import schemas
from brokers import Broker, Subscriber
from mqtt_parts import TOPICS, Connect

from haredge.core.types import FallAlarm
from haredge.mqtt.fall_messages import FallReport
from haredge.mqtt.fall_publisher import FallPublisher
from haredge.mqtt.messages import Message

CLEAR = FallAlarm("clear", 0.0)
POSSIBLE = FallAlarm("possible", 5.0, 1, "kitchen", "low, fast", "id0")
CONFIRMED = FallAlarm("confirmed", 15.0, 1, "kitchen", "lies still", "id0")
UP_AGAIN = FallAlarm("clear", 40.0, why="up again", id="id0")


class Memory:
    """Keeps falls, and counts how often it is asked to."""

    def __init__(self, *reports: FallReport) -> None:
        self.reports: Sequence[FallReport] = reports
        self.kept: list[Sequence[FallReport]] = []

    def keep(self, reports: Sequence[FallReport], alarm: FallAlarm | None = None) -> None:
        self.reports = reports
        self.alarm = alarm
        self.kept.append(reports)


class Sent:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)

    def payloads(self, topic: str) -> list[Any]:
        return [json.loads(message.encoded()) for message in self.messages if message.topic == topic]

    @property
    def states(self) -> list[str]:
        return [payload["state"] for payload in self.payloads(TOPICS.fall)]

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(payload["event_type"], payload["id"]) for payload in self.payloads(TOPICS.fall_event)]


def published(*alarms: FallAlarm, memory: Memory | None = None) -> tuple[Sent, FallPublisher]:
    sent = Sent()
    publisher = FallPublisher(sent, TOPICS, lambda t: 1000.0 + t, memory or Memory(), now=lambda: 2000.0)
    for alarm in alarms:
        publisher.update(alarm, alarm.since)
        publisher.update(alarm, alarm.since + 0.1)
    return sent, publisher


def test_a_fall_from_its_first_report_to_its_end() -> None:
    """Each state once, retained; each step an event of one fall."""
    sent, _ = published(CLEAR, POSSIBLE, CONFIRMED, UP_AGAIN)
    assert sent.states == ["clear", "possible", "confirmed", "clear"]
    assert sent.events == [("fall_possible", "id0"), ("fall_confirmed", "id0"), ("fall_cleared", "id0")]
    confirmed = sent.payloads(TOPICS.fall)[2]
    assert (confirmed["fell"], confirmed["since"]) == ("1970-01-01T00:16:45.000Z", "1970-01-01T00:16:55.000Z")
    assert (confirmed["person"], confirmed["zone"], confirmed["why"]) == (1, "kitchen", "lies still")
    assert sent.payloads(TOPICS.fall_event)[2]["why"] == "up again"


def test_all_payloads_are_as_documented() -> None:
    """States are retained, events wait for a broker that is away."""
    sent, _ = published(CLEAR, POSSIBLE, CONFIRMED, UP_AGAIN)
    for message in sent.messages:
        name = "fall" if message.topic == TOPICS.fall else "fall_event"
        schemas.check(name, json.loads(message.encoded()))
        assert (message.qos, message.retain) == (1, name == "fall")


def test_another_persons_fall_is_another_fall() -> None:
    """When the one is over and another person lies there, the first one's end is reported before."""
    sent, _ = published(CONFIRMED, FallAlarm("possible", 20.0, 2, None, "low", "id1"))
    assert sent.events == [("fall_confirmed", "id0"), ("fall_cleared", "id0"), ("fall_possible", "id1")]
    assert sent.states == ["confirmed", "possible"]


def test_two_falls_at_a_time_are_told_one_by_one() -> None:
    """Events are of each, at their own times; the state is that of who has lain there longest."""
    other = FallAlarm("possible", 8.0, 2, None, "low", "id1")
    lies = replace(other, state="confirmed", since=18.0, why="lies still")
    sent, _ = published(
        POSSIBLE,
        replace(POSSIBLE, others=(other,)),
        replace(CONFIRMED, others=(other,)),
        replace(CONFIRMED, others=(lies,)),
        replace(lies, others=(UP_AGAIN,)),
        FallAlarm("clear", 60.0, why="acknowledged", id="id1"),
    )
    assert sent.events == [
        ("fall_possible", "id0"),
        ("fall_possible", "id1"),
        ("fall_confirmed", "id0"),
        ("fall_confirmed", "id1"),
        ("fall_cleared", "id0"),
        ("fall_cleared", "id1"),
    ]
    events = sent.payloads(TOPICS.fall_event)
    assert [(event["time"][17:19], event["why"], event["person"]) for event in events[3:]] == [
        ("58", "lies still", 2),
        ("20", "up again", 1),
        ("40", "acknowledged", 2),
    ]
    assert [(state["state"], state["id"]) for state in sent.payloads(TOPICS.fall)] == [
        ("possible", "id0"),
        ("confirmed", "id0"),
        ("confirmed", "id1"),
        ("clear", None),
    ]
    assert sent.payloads(TOPICS.fall)[2]["fell"] == events[1]["fell"]


def test_the_state_says_who_lies_where_by_now() -> None:
    """Who crawls into another room, or is found under another number, is looked for there; that is no event."""
    moved = replace(CONFIRMED, zone="hall"), replace(CONFIRMED, zone="hall", person=3)
    sent, _ = published(CLEAR, CONFIRMED, *moved, UP_AGAIN)
    states = sent.payloads(TOPICS.fall)[1:4]
    assert [(state["person"], state["zone"]) for state in states] == [(1, "kitchen"), (1, "hall"), (3, "hall")]
    assert {state["since"] for state in states} == {"1970-01-01T00:16:55.000Z"}
    assert sent.events == [("fall_confirmed", "id0"), ("fall_cleared", "id0")]
    assert sent.payloads(TOPICS.fall_event)[-1]["zone"] == "hall"


def test_a_loop_that_begins_again_is_no_change_while_no_one_has_fallen() -> None:
    """A reload, and detection that is switched on again: the state has been clear all the time, for the same reason."""
    sent, publisher = published(CLEAR, CONFIRMED, UP_AGAIN, FallAlarm("clear", 50.0))
    assert sent.states == ["clear", "confirmed", "clear"]
    publisher.update(CONFIRMED, 60.0)
    publisher.acknowledge()
    publisher.update(FallAlarm("clear", 70.0), 70.0)
    assert [state["why"] for state in sent.payloads(TOPICS.fall)][2:] == ["up again", "lies still", "acknowledged"]


def test_a_fall_kept_over_a_restart_is_no_new_one() -> None:
    """The state is published again, for a broker that has forgotten it; there is no second event."""
    kept = FallReport("ab", "confirmed", 1015.2, 1005.0, 1, "kitchen", "lies still")
    sent, publisher = published(replace(CONFIRMED, id="ab"), memory=Memory(kept))
    assert (sent.states, sent.events) == (["confirmed"], [])
    assert sent.payloads(TOPICS.fall)[0]["id"] == "ab"
    publisher.update(UP_AGAIN, 40.0)
    assert sent.events == [("fall_cleared", "ab")]


def test_a_fall_kept_over_a_restart_goes_on_when_the_clock_is_set() -> None:
    """A board without a clock begins in the past: the fall keeps its id and its times, and is reported once."""
    kept = FallReport("ab", "confirmed", 90_000.0, 89_990.0, 1, "kitchen", "lies still")
    sent, publisher = published(replace(CONFIRMED, id="ab"), memory=Memory(kept))
    assert (sent.states, sent.events) == (["confirmed"], [])
    payload = sent.payloads(TOPICS.fall)[0]
    assert (payload["id"], payload["since"], payload["fell"]) == (
        "ab",
        "1970-01-02T01:00:00.000Z",
        "1970-01-02T00:59:50.000Z",
    )
    publisher.update(UP_AGAIN, 40.0)
    assert sent.events == [("fall_cleared", "ab")]


def test_the_falls_of_two_kept_over_a_restart_each_come_to_an_end() -> None:
    """Neither is reported a second time."""
    one = FallReport("ab", "confirmed", 1015.2, 1005.0, 1, "kitchen", "lies still")
    other = replace(CONFIRMED, id="cd", person=None)
    memory = Memory(one, replace(one, id="cd"))
    sent, publisher = published(replace(CONFIRMED, id="ab", others=(other,)), memory=memory)
    assert sent.events == []
    publisher.update(replace(other, others=(replace(UP_AGAIN, id="ab"),)), 40.0)
    publisher.update(replace(UP_AGAIN, id="cd"), 50.0)
    assert sent.events == [("fall_cleared", "ab"), ("fall_cleared", "cd")]
    assert not memory.reports


def test_memory_knows_when_a_fall_began_on_the_sources_clock() -> None:
    """The detector that starts over is given it as it was, whatever the time of day is by then."""
    memory = Memory()
    published(CLEAR, POSSIBLE, CONFIRMED, memory=memory)
    assert memory.alarm == CONFIRMED


def test_a_fall_is_acknowledged_while_the_camera_is_closed() -> None:
    """And only then if there is one."""
    sent, publisher = published(CLEAR, POSSIBLE)
    publisher.acknowledge()
    publisher.acknowledge()
    assert sent.states == ["clear", "possible", "clear"]
    assert sent.events[-1] == ("fall_cleared", "id0")
    assert sent.payloads(TOPICS.fall)[-1]["why"] == "acknowledged"


def test_a_start_with_the_camera_closed_says_what_stands() -> None:
    """A broker may have lost the fall in a power cut, or keep one that haredge has not: it is put right, once."""
    kept = FallReport("ab", "confirmed", 1015.0, 1005.0, 1, "kitchen", "lies still")
    for memory, state, since in ((Memory(kept), "confirmed", "00:16:55"), (Memory(), "clear", "00:33:20")):
        sent, publisher = published(memory=memory)
        publisher.pause()
        publisher.pause()
        (payload,) = sent.payloads(TOPICS.fall)
        schemas.check("fall", payload)
        assert (payload["state"], payload["since"][11:19]) == (state, since)
        assert sent.events == []


def test_a_pause_after_frames_says_nothing_new() -> None:
    """The fall stands as it was."""
    sent, publisher = published(CLEAR, POSSIBLE)
    publisher.pause()
    assert sent.states == ["clear", "possible"]


def test_memory_is_written_once_a_step() -> None:
    """Few writes to an SD card: none while all is well."""
    memory = Memory()
    published(CLEAR, POSSIBLE, CONFIRMED, UP_AGAIN, memory=memory)
    assert [[report.state for report in reports] for reports in memory.kept] == [["possible"], ["confirmed"], []]


def test_memory_is_told_when_another_fall_is_over() -> None:
    """What goes on when the loop begins again are the falls that stand."""
    memory, other = Memory(), FallAlarm("possible", 8.0, 2, None, "low", "id1")
    published(
        replace(CONFIRMED, others=(other,)), replace(CONFIRMED, others=(replace(UP_AGAIN, id="id1"),)), memory=memory
    )
    assert memory.alarm
    assert [alarm.id for alarm in memory.alarm.standing] == ["id0"]


def test_a_real_broker_keeps_the_state_and_passes_on_the_events(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """A subscriber that comes later learns that someone lies there."""
    early = listen(broker.port)
    client = connect(broker.port)
    publisher = FallPublisher(client, TOPICS, lambda t: 1000.0 + t, Memory())
    for alarm in (CLEAR, POSSIBLE, CONFIRMED):
        publisher.update(alarm, alarm.since)
    early.wait_for(TOPICS.fall_event, lambda payload: bool(json.loads(payload)["event_type"] == "fall_confirmed"))
    assert [json.loads(payload)["event_type"] for payload in early.on(TOPICS.fall_event)] == [
        "fall_possible",
        "fall_confirmed",
    ]
    late = listen(broker.port)
    late.wait_for(TOPICS.fall, lambda payload: bool(json.loads(payload)["state"] == "confirmed"))
    assert late.on(TOPICS.fall_event) == []
