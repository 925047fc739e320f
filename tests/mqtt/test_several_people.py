"""Promises of haredge.mqtt.publisher when there are several people, and zones: each their own events, bounded rates."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import schemas
from hypothesis import given
from hypothesis import strategies as st
from observed import LABELS, observed, scene, somebody

from haredge.core.clock import iso_utc, recorded_clock
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Fall, Occupancy, Person
from haredge.core.zone import Zone
from haredge.mqtt.messages import Message, Topics
from haredge.mqtt.people_report import CHANGE_S, REFRESH_S
from haredge.mqtt.publisher import Publisher, PublisherSettings

TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
SOFA, MIRROR = Zone("sofa", TRIANGLE, rest=True), Zone("mirror", TRIANGLE, ignore=True)


class Listener:
    """A transport that keeps what it is given, decoded and held against its schema."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def send(self, message: Message) -> None:
        """Keep a message."""
        name = message.topic.removeprefix("haredge/kitchen/")
        if name in {"status", "detect/state", "health"}:
            return
        payload = json.loads(message.encoded())
        schemas.check(name.partition("/")[0], payload)
        self.heard.append((name, payload))

    def on(self, name: str) -> list[Any]:
        """Return the payloads of one topic."""
        return [payload for topic, payload in self.heard if topic == name]


def publisher(listener: Listener) -> Publisher:
    clock = recorded_clock(1000.0)
    settings = PublisherSettings(Topics("haredge", "kitchen"), "m", LABELS, clock, dict, zones=(SOFA, MIRROR))
    ids = (f"id{number}" for number in itertools.count())
    return Publisher(listener, settings, now=lambda: 1000.0, monotonic=lambda: 0.0, new_id=lambda: next(ids))


def said(event: Any) -> tuple[int, str, str]:
    return event["person"], event["event_type"], event["label"]


def test_each_person_has_starts_and_ends_of_their_own() -> None:
    """Two people do different things at the same time; what one does ends nothing of the other's."""
    listener = Listener()
    with closing(publisher(listener)) as sink:
        sink.emit(scene(1.0, somebody(1, "squat", 0.5)))
        sink.emit(scene(2.0, somebody(1, "squat", 0.5), somebody(2, "wave", 1.5)))
        sink.emit(scene(3.0, somebody(1, "clap", 2.5), somebody(2, "wave", 1.5)))
        sink.emit(scene(4.0, somebody(1, "clap", 2.5), somebody(2, UNKNOWN, 3.5)))
    assert [said(event) for event in listener.on("event")] == [
        (1, "start", "squat"),
        (2, "start", "wave"),
        (1, "end", "squat"),
        (1, "start", "clap"),
        (2, "end", "wave"),
        (1, "end", "clap"),
    ]


def test_the_activity_of_who_has_left_ended_when_they_were_last_seen() -> None:
    """Not when it was known that they will not come back, two seconds later."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(scene(1.0, somebody(1, "squat", 0.5), somebody(2)))
    sink.emit(scene(2.0, somebody(1, "squat", 0.5), somebody(2)))
    sink.emit(scene(3.5, somebody(1, "squat", 0.5, hidden=True), somebody(2)))
    sink.emit(scene(4.5, somebody(2)))
    end = listener.on("event")[-1]
    assert (end["person"], end["time"], end["duration_s"], end["reported"]) == (1, iso_utc(1002), 1.5, iso_utc(1004.5))


@pytest.mark.parametrize("end", [Publisher.pause, Publisher.close])
def test_the_activity_of_who_is_hidden_at_the_end_ended_when_they_were_last_seen(
    end: Callable[[Publisher], None],
) -> None:
    """Detection is switched off, or haredge ends, before it is known that they have left; others go on to the end."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(scene(1.0, somebody(1, "squat", 0.5), somebody(2, "squat", 0.5)))
    sink.emit(scene(2.5, somebody(1, "squat", 0.5, hidden=True), somebody(2, "squat", 0.5)))
    end(sink)
    assert [(event["person"], event["time"], event["duration_s"]) for event in listener.on("event")[2:]] == [
        (1, iso_utc(1001.0), 0.5),
        (2, iso_utc(1002.5), 2.0),
    ]


def test_events_say_in_which_zone() -> None:
    """That in which the activity began, and that in which it ended."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(scene(1.0, somebody(1, "squat", 0.5, zone="sofa")))
    sink.emit(scene(2.0, somebody(1, "squat", 0.5, zone=None)))
    sink.emit(scene(3.0, somebody(1, UNKNOWN, 2.5, zone="bed")))
    assert [event["zone"] for event in listener.on("event")] == ["sofa", None]


def test_who_is_not_settled_is_not_spoken_of() -> None:
    """Neither counted nor in an event: it may be a chair."""
    listener = Listener()
    publisher(listener).emit(scene(1.0, somebody(1, "squat", settled=False)))
    assert [(people["count"], people["people"]) for people in listener.on("people")] == [(0, [])]
    assert listener.on("event") == []


def test_people_are_sent_when_something_changes() -> None:
    """Someone comes, a label, a zone, a fall, someone goes; a hidden person has no box."""
    listener = Listener()
    sink = publisher(listener)
    changes: Sequence[Sequence[Person]] = (
        (),
        (somebody(1),),
        (somebody(1), somebody(2)),
        (somebody(1, "wave", 2.5), somebody(2)),
        (somebody(1, "wave", 2.5, zone="sofa"), somebody(2)),
        (somebody(1, "wave", 2.5, zone="sofa"), somebody(2, fall=Fall("possible", 4.5))),
        (somebody(2, fall=Fall("possible", 4.5), hidden=True),),
    )
    for number, people in enumerate(changes):
        sink.emit(scene(float(number), *people))
    sent = listener.on("people")
    assert [people["count"] for people in sent] == [0, 1, 2, 2, 2, 2, 1]
    assert sent[1]["people"][0]["box"] == {"left": 0.156, "top": 0.417, "right": 0.312, "bottom": 0.833}
    assert [person["id"] for person in sent[2]["people"]] == [1, 2]
    last = sent[-1]["people"][0]
    assert (last["box"], last["fall"], last["label"]) == (None, "possible", "squat")


def test_what_changed_last_is_sent_when_nothing_follows() -> None:
    """A file ends a moment after a change: what stays on the topic is how it ended, and nothing is said twice."""
    for last, counts in ((2.1, [1, 2]), (3.0, [1, 2])):
        listener = Listener()
        with closing(publisher(listener)) as sink:
            sink.emit(scene(2.0, somebody(1)))
            sink.emit(scene(last, somebody(1), somebody(2)))
        assert [people["count"] for people in listener.on("people")] == counts
    listener = Listener()
    with closing(publisher(listener)) as sink:
        sink.emit(scene(2.0, somebody(1)))
        sink.emit(scene(2.1, somebody(1), somebody(2)))
        sink.pause()
    assert [people["count"] for people in listener.on("people")] == [1, None]


def test_a_box_that_reaches_beyond_the_image_ends_at_its_edge() -> None:
    """Shares are from 0 to 1, as the schema says."""
    listener = Listener()
    publisher(listener).emit(scene(1.0, somebody(1, x=-5.0), somebody(2, x=60.0)))
    boxes = [person["box"] for person in listener.on("people")[0]["people"]]
    assert (boxes[0]["left"], boxes[1]["right"]) == (0, 1)


def test_people_who_only_move_are_sent_now_and_then() -> None:
    """Home's database and the SD card would fill: a minute of dancing is a dozen messages, of standing still one."""
    dancing, still = Listener(), Listener()
    for listener, step in ((dancing, 0.01), (still, 0.0)):
        sink = publisher(listener)
        for number in range(60 * 15):
            sink.emit(scene(number / 15, somebody(1, x=step * number), somebody(2)))
    assert len(dancing.on("people")) == 60 / REFRESH_S
    assert len(still.on("people")) == 1


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(1, 30), st.sampled_from([*LABELS, UNKNOWN]), st.booleans()),
            max_size=30,
            unique_by=lambda person: person[0],
        ),
        min_size=1,
        max_size=40,
    )
)
def test_rates_are_bounded_whatever_the_number_of_people(
    frames: Sequence[Sequence[tuple[int, str, bool]]],
) -> None:
    """A crowd that comes, goes and changes with each frame: four messages per second, and the last one is the truth."""
    listener, hz = Listener(), 15
    sink = publisher(listener)
    for number, people in enumerate(frames):
        sink.emit(scene(number / hz, *(somebody(who, label, 0.0, hidden=hidden) for who, label, hidden in people)))
    assert len(listener.on("people")) <= 1 + len(frames) / hz / CHANGE_S
    last = [(who, label) for who, label, _ in frames[-1]]
    for number in range(round(CHANGE_S * hz) + 1):
        sink.emit(scene((len(frames) + number) / hz, *(somebody(who, label, 0.0) for who, label in last)))
    assert [(person["id"], person["label"]) for person in listener.on("people")[-1]["people"]] == last


STORY = st.lists(st.dictionaries(st.integers(1, 4), st.sampled_from([*LABELS, UNKNOWN])), max_size=30)


@given(STORY, st.sampled_from(["closed", "paused"]))
def test_of_each_person_starts_and_ends_alternate(story: Sequence[dict[int, str]], end: str) -> None:
    """However people come, go and change: a start is followed by its own end before that person's next, nothing stays
    open, and no two episodes have one id."""  # noqa: D205, D209
    listener, began = Listener(), dict[int, tuple[str, float]]()
    sink = publisher(listener)
    for t, people in enumerate(story):
        began = {
            who: began[who] if began.get(who, ("", 0.0))[0] == label else (label, float(t))
            for who, label in people.items()
        }
        sink.emit(scene(float(t), *(somebody(who, *began[who]) for who in people)))
    if end == "closed":
        sink.close()
    else:
        sink.pause()
    by_person = defaultdict(list)
    for event in listener.on("event"):
        by_person[event["person"]].append(event)
    for events in by_person.values():
        assert [event["event_type"] for event in events] == ["start", "end"] * (len(events) // 2)
        assert [event["id"] for event in events[::2]] == [event["id"] for event in events[1::2]]
        assert all(a["time"] <= b["time"] for a, b in itertools.pairwise(events))
    ids = [event["id"] for event in listener.on("event") if event["event_type"] == "start"]
    assert len(set(ids)) == len(ids)


def test_a_zone_is_sent_when_it_changes() -> None:
    """One that is ignored never is."""
    listener = Listener()
    sink = publisher(listener)
    for t, occupied, since in ((1.0, False, 0.0), (2.0, False, 0.0), (3.0, True, 2.5), (4.0, True, 2.5)):
        sink.emit(scene(t, zones=[Occupancy(SOFA, occupied, since), Occupancy(MIRROR, False, 0.0)]))
    zones = [(name, payload["occupied"]) for name, payload in listener.heard if name.startswith("zone/")]
    assert zones == [("zone/sofa", False), ("zone/sofa", True)]
    last = listener.on("zone/sofa")[-1]
    assert (last["since"], last["reported"]) == (iso_utc(1002.5), iso_utc(1003.0))


def test_nothing_is_known_while_the_camera_is_closed() -> None:
    """Everyone's activities have ended, who is there and in which zone is unknown; all of it is said again after."""
    listener = Listener()
    sink = publisher(listener)
    busy = scene(1.0, somebody(1, zone="sofa"), somebody(2, "wave"), zones=[Occupancy(SOFA, True, 0.5)])
    sink.emit(busy)
    sink.pause()
    sink.pause()
    sink.emit(busy)
    assert [people["count"] for people in listener.on("people")] == [2, None, 2]
    assert [zone["occupied"] for zone in listener.on("zone/sofa")] == [True, None, True]
    assert [said(event)[:2] for event in listener.on("event")][2:4] == [(1, "end"), (2, "end")]


def test_a_camera_that_is_closed_from_the_start_leaves_no_zone_occupied() -> None:
    """What was retained before is corrected, though nothing has been observed."""
    listener = Listener()
    publisher(listener).pause()
    assert [(name, payload["occupied"]) for name, payload in listener.heard if name.startswith("zone")] == [
        ("zone/sofa", None)
    ]


def test_a_zone_that_went_before_the_first_frame_is_not_spoken_of() -> None:
    """Its topic has been cleared by then, and would be there again."""
    listener = Listener()
    bed = replace(SOFA, name="bed")
    publisher(listener).emit(replace(scene(1.0, zones=[Occupancy(bed, None, 1.0)]), known=False))
    assert [(name, payload["occupied"]) for name, payload in listener.heard if name.startswith("zone")] == [
        ("zone/bed", None)
    ]


def test_the_scenes_activity_is_its_own() -> None:
    """It changes with the scene's label, not with each person's."""
    listener = Listener()
    sink = publisher(listener)
    sink.emit(scene(1.0, somebody(1, "squat", 0.5)))
    sink.emit(scene(2.0, somebody(1, "squat", 0.5), somebody(2, "wave", 1.5)))
    sink.emit(observed(3.0, NO_PERSON, 2.5))
    assert [activity["label"] for activity in listener.on("activity")] == ["squat", NO_PERSON]
