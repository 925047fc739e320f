"""Promises of haredge.mqtt.publisher: what is said, when, and no more."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
import schemas
from hypothesis import given
from hypothesis import strategies as st
from observed import LABELS, observed
from transports import Listener

from haredge.core.clock import iso_utc, live_clock, recorded_clock
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Occupancy
from haredge.core.zone import Zone
from haredge.mqtt.messages import Topics
from haredge.mqtt.publisher import Publisher, PublisherSettings

BED = Zone("bed", ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)))

HEALTH = {
    "fps": 14.9,
    "dropped": 3,
    "stages_ms": {"pose": 11.2, "classify": 1.2},
    "temperature_c": 51.5,
    "throttled": [],
    "memory_mb": 86.0,
    "uptime_s": 12.0,
    "versions": {"haredge": "0.1"},
}


def publisher(
    listener: Listener, *, prediction_hz: float = 0.0, monotonic: Callable[[], float] = lambda: 0.0
) -> Publisher:
    settings = PublisherSettings(
        topics=Topics("haredge", "kitchen"),
        model="everyday",
        labels=LABELS,
        wall_clock=recorded_clock(1000.0),
        health=lambda: HEALTH,
        prediction_hz=prediction_hz,
    )
    ids = (f"id{n}" for n in itertools.count())
    return Publisher(listener, settings, now=lambda: 1000.0, monotonic=monotonic, new_id=lambda: next(ids))


def test_online_is_said_once_with_the_first_frame() -> None:
    """Not before there is anything to see, and not with every frame."""
    listener = Listener()
    sink = publisher(listener)
    assert listener.heard == []
    for t in (0.0, 0.1, 0.2):
        sink.emit(observed(t))
    assert [message.payload for message in listener.on("status")] == ["online"]


def test_online_is_said_after_all_else() -> None:
    """An automation that waits for it never sees the fall of a process that died, as if it were now."""
    for detecting in (True, False):
        listener = Listener()
        sink = publisher(listener)
        if detecting:
            sink.emit(observed(0.0))
        else:
            sink.pause()
        topics = [message.topic.removeprefix("haredge/kitchen/") for message in listener.heard]
        assert topics.pop() == "status"
        assert set(topics) >= {"activity", "people", "detect/state", "health"}


def test_until_it_is_known_who_is_there_no_room_is_empty() -> None:
    """At the start it is said that it is not known; later nothing: no light goes off and on."""
    listener = Listener()
    sink = publisher(listener)
    unsure = replace(observed(0.0, NO_PERSON), known=False)
    sink.emit(unsure)
    sink.emit(replace(observed(0.1, NO_PERSON), known=False))
    assert [each["count"] for each in listener.payloads("people")] == [None]
    assert [each["label"] for each in listener.payloads("activity")] == [UNKNOWN]
    sink.emit(observed(0.6, since=0.0))
    sink.emit(replace(observed(1.0, NO_PERSON), known=False))
    sink.emit(observed(1.6, since=1.0))
    sink.emit(observed(4.0, NO_PERSON, since=2.0))
    assert [each["count"] for each in listener.payloads("people")] == [None, 1, 1, 0]
    assert [each["label"] for each in listener.payloads("activity")] == [UNKNOWN, "squat", "squat", NO_PERSON]


def test_an_activity_is_published_only_when_it_changes() -> None:
    """Fifteen frames of one squat are one message; its probability wavering is no change."""
    listener = Listener()
    sink = publisher(listener)
    for n in range(15):
        sink.emit(observed(n / 15, "squat", probability=0.8 + n / 100))
    sink.emit(observed(1.0, "clap", since=0.9))
    assert [payload["label"] for payload in listener.payloads("activity")] == ["squat", "clap"]


def test_the_same_label_begun_again_is_published() -> None:
    """Squats before and after a gap in the video are two episodes."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(observed(1.0, since=0.5))
    sink.emit(observed(9.0, since=8.5))
    assert [payload["event_type"] for payload in listener.payloads("event")] == ["start", "end", "start"]


def test_every_start_has_its_end() -> None:
    """The end comes when the next activity begins, and carries the same id and the length."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(observed(5.0, "squat", since=4.0))
    sink.emit(observed(7.0, UNKNOWN, since=6.5))
    start, end = listener.payloads("event")
    assert (start["id"], start["event_type"]) == ("id0", "start")
    assert (end["id"], end["event_type"], end["duration_s"]) == ("id0", "end", 2.5)
    assert end["start"] == start["time"] == "1970-01-01T00:16:44.000Z"


def test_messages_say_when_it_began_and_when_that_was_reported() -> None:
    """`since` and `time` are set back to when it happened, `reported` is the frame after which it was known."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(observed(5.0, "squat", since=4.0))
    sink.emit(observed(7.0, UNKNOWN, since=6.5))
    start, end = listener.payloads("event")
    assert (start["time"], start["reported"]) == (iso_utc(1004.0), iso_utc(1005.0))
    assert (end["time"], end["reported"]) == (iso_utc(1006.5), iso_utc(1007.0))
    first, second = listener.payloads("activity")
    assert (first["since"], first["reported"]) == (iso_utc(1004.0), iso_utc(1005.0))
    assert (second["since"], second["reported"]) == (iso_utc(1006.5), iso_utc(1007.0))


@pytest.mark.parametrize("label", [NO_PERSON, UNKNOWN])
def test_states_that_are_no_activity_make_no_event(label: str) -> None:
    """An empty room is a state on the activity topic, not an event."""
    listener = Listener()
    publisher(listener).emit(observed(1.0, label))
    assert listener.payloads("activity")[0]["label"] == label
    assert listener.on("event") == []


def test_closing_ends_the_activity_and_then_says_offline() -> None:
    """A reader that counts on ends gets one, and ``offline`` is the last word."""
    listener = Listener()
    with closing(publisher(listener)) as sink:
        sink.emit(observed(5.0, since=4.0))
    assert listener.payloads("event")[-1]["event_type"] == "end"
    assert listener.payloads("event")[-1]["duration_s"] == 1.0
    assert (listener.heard[-1].topic, listener.heard[-1].payload) == ("haredge/kitchen/status", "offline")


@pytest.mark.parametrize("set_by_s", [-86_400.0, 86_400.0])
def test_a_clock_that_is_set_in_the_middle_changes_dates_and_no_duration(set_by_s: float) -> None:
    """The end repeats the start in the corrected time; the duration does not depend on that clock."""
    listener, wall = Listener(), [1_000_000.0]
    settings = PublisherSettings(
        Topics("haredge", "kitchen"), "everyday", LABELS, live_clock(lambda: wall[0], lambda: 0.0), dict
    )
    sink = Publisher(listener, settings, now=lambda: wall[0], monotonic=lambda: 0.0)
    sink.emit(observed(1.0, "squat", since=1.0))
    wall[0] += set_by_s
    sink.emit(observed(13.5, UNKNOWN, since=13.5))
    start, end = listener.payloads("event")
    assert start["start"] == iso_utc(1_000_001.0)
    assert (end["start"], end["time"]) == (iso_utc(1_000_001.0 + set_by_s), iso_utc(1_000_013.5 + set_by_s))
    assert (end["id"], end["duration_s"]) == (start["id"], 12.5)


def test_what_continues_when_the_clock_is_set_is_sent_again_once() -> None:
    """A room that is empty since before the network had set the clock is not empty since 1970 for the whole night."""
    listener, ahead = Listener(), [0.0]
    settings = PublisherSettings(
        Topics("haredge", "kitchen"),
        "everyday",
        LABELS,
        live_clock(lambda: 1000.0 + ahead[0], lambda: 0.0),
        dict,
        zones=[BED],
    )
    sink = Publisher(listener, settings, now=lambda: 1000.0, monotonic=lambda: 0.0)
    for t, ahead[0] in ((1.0, 0.0), (2.0, 0.0), (3.0, 0.5), (4.0, 1e9), (5.0, 1e9)):
        sink.emit(replace(observed(t, NO_PERSON, since=1.0), zones=(Occupancy(BED, occupied=False, since=1.0),)))
    right, wrong = iso_utc(1_000_001_001.0), iso_utc(1001.0)
    assert [said["since"] for said in listener.payloads("activity")] == [wrong, right]
    assert [said["since"] for said in listener.payloads("zone/bed")] == [wrong, right]
    assert len(listener.payloads("people")) == 2


def test_predictions_are_sent_only_when_asked_for() -> None:
    """All probabilities several times a second are for a study, not for a house."""
    listener = Listener()
    publisher(listener).emit(observed(1.0))
    assert listener.on("prediction") == []


def test_predictions_keep_to_their_rate() -> None:
    """At most the configured number per second of frame time, each as documented."""
    listener = Listener()
    sink = publisher(listener, prediction_hz=2.0)
    for n in range(31):
        sink.emit(observed(n / 15))
    assert 4 <= len(listener.on("prediction")) <= 5
    for payload in listener.payloads("prediction"):
        schemas.check("prediction", payload)


def test_health_comes_at_once_and_then_every_interval() -> None:
    """By the clock on the wall, so that a video read fast or a slow camera changes nothing.

    Once more soon after the first, which knows no frame rate.
    """
    listener, clock = Listener(), [0.0]
    sink = publisher(listener, monotonic=lambda: clock[0])
    sent = []
    for second in range(66):
        before, clock[0] = len(listener.on("health")), float(second)
        sink.emit(observed(second * 100.0))
        sent += [second] * (len(listener.on("health")) - before)
    assert sent == [0, 5, 30, 60]
    schemas.check("health", listener.payloads("health")[0])
    assert listener.on("health")[0].retain


def test_a_pause_ends_what_was_going_on() -> None:
    """Without a camera the activity has ended; the node stays online, and publishes once that detection is off."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(observed(5.0, since=4.0))
    for _ in range(3):
        sink.pause()
    sink.emit(observed(60.0, NO_PERSON, since=60.0))
    assert [message.payload for message in listener.on("detect/state")] == ["ON", "OFF", "ON"]
    assert all(message.retain for message in listener.on("detect/state"))
    assert [payload["label"] for payload in listener.payloads("activity")] == ["squat", UNKNOWN, NO_PERSON]
    assert [payload["event_type"] for payload in listener.payloads("event")] == ["start", "end"]
    assert [message.payload for message in listener.on("status")] == ["online"]


def test_what_is_shown_while_detection_is_on_is_known_by_then() -> None:
    """Switched on, an empty room is announced as empty before detection is said to be on: no light flashes on."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(observed(5.0, since=4.0))
    sink.pause()
    before = len(listener.heard)
    sink.emit(observed(60.0, NO_PERSON, since=60.0))
    topics = [message.topic.removeprefix("haredge/kitchen/") for message in listener.heard[before:]]
    assert topics[:3] == ["activity", "people", "detect/state"]


def test_switched_off_from_the_start_is_online() -> None:
    """A node that waits to be switched on can be switched on."""
    listener = Listener()
    publisher(listener).pause()
    assert [message.payload for message in listener.on("detect/state")] == ["OFF"]
    assert [message.payload for message in listener.on("status")] == ["online"]


@given(st.lists(st.tuples(st.sampled_from([*LABELS, NO_PERSON, UNKNOWN]), st.integers(1, 20)), max_size=20))
def test_starts_and_ends_alternate(story: list[tuple[str, int]]) -> None:
    """Whatever happens, each start is followed by its own end before the next start, and ids never repeat."""
    listener, t = Listener(), 0.0
    with closing(publisher(listener)) as sink:
        for label, frames in story:
            since = t
            for _ in range(frames):
                sink.emit(observed(t, label, since))
                t += 1 / 15
    events = listener.payloads("event")
    assert [event["event_type"] for event in events] == ["start", "end"] * (len(events) // 2)
    starts, ends = events[::2], events[1::2]
    assert [event["id"] for event in starts] == [event["id"] for event in ends]
    assert len({event["id"] for event in starts}) == len(starts)
    for event in events:
        schemas.check("event", event)
