"""Two people, from their poses to a subscriber at a real broker: only the camera and the pose network are synthetic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemas
from brokers import Broker, Subscriber, need_mosquitto
from deadline import wait_until
from synthetic_people import KnownApart, Someone, frames, still

pytest.importorskip("ai_edge_litert")

from sink_contexts import sink_context

from haredge.activity.classifier import WindowClassifier
from haredge.activity.filter import ActivityFilter
from haredge.activity.recogniser import WindowedRecogniser
from haredge.activity.thresholds import resolve
from haredge.compose import zones
from haredge.config.load import load
from haredge.core.clock import recorded_clock
from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.pipeline import observe
from haredge.service.publishing import open_sink
from haredge.service.sink_context import SinkContext

MODEL = WindowClassifier.open(Path(__file__).parents[2] / "models" / "everyday")
LEFT, RIGHT = "[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]", "[[0.5, 0], [1, 0], [1, 1], [0.5, 1]]"
PEOPLE = (
    Someone(1, "squat", still(-1.0)),
    Someone(2, "waving", still(1.0), comes=3.0, goes=9.0),
)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Give a broker that keeps what is retained over a restart."""
    need_mosquitto()
    (tmp_path / "broker").mkdir()
    running = Broker(tmp_path / "broker", ("allow_anonymous true", "persistence true"))
    running.start()
    yield running
    running.stop()


class Node:
    """haredge without camera and pose network."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self.broker = folder, broker
        self.skeletons = False

    def context(self, zone_lines: str, *, live: bool = False) -> SinkContext:
        where = f"host: 127.0.0.1, port: {self.broker.port}, node: den, skeletons: {str(self.skeletons).lower()}"
        mqtt = f"mqtt: {{{where}}}\n"
        (self.folder / "config.yaml").write_text(mqtt + f"zones: {{{zone_lines}}}\n")
        config = load(self.folder / "config.yaml")
        return sink_context(config=config, manifest=MODEL.manifest, live=live, wall_clock=recorded_clock(1000.0))

    def observations(self, context: SinkContext, people: tuple[Someone, ...], seconds: float) -> Iterator[Observation]:
        levels = resolve(MODEL.manifest, context.config.activity)
        return observe(
            frames(seconds),
            KnownApart(people, seconds),
            lambda: WindowedRecogniser(MODEL),
            lambda: ActivityFilter(MODEL.labels, levels, MODEL.manifest.rest),
            zones=zones(context.config),
        )

    def run(
        self,
        zone_lines: str = "",
        people: tuple[Someone, ...] = PEOPLE,
        seconds: float = 14.0,
        *,
        live: bool = False,
    ) -> None:
        """Publish some seconds, as quickly as they can be computed."""
        context = self.context(zone_lines, live=live)
        with closing(opened(context)) as sink:
            for observation in self.observations(context, people, seconds):
                sink.emit(observation)


def opened(context: SinkContext) -> Sink:
    sink = open_sink(context)
    assert sink is not None
    return sink


@pytest.fixture
def node(tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Node:
    """Give a node with a state folder of its own."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return Node(tmp_path, broker)


@pytest.fixture
def subscriber(broker: Broker) -> Iterator[Subscriber]:
    """Give one who hears everything."""
    with closing(Subscriber(broker.port, "#")) as listening:
        yield listening


def on(subscriber: Subscriber, name: str) -> list[Any]:
    payloads = [json.loads(payload) for payload in subscriber.on(f"haredge/den/{name}") if payload]
    for payload in payloads:
        schemas.check(name.partition("/")[0], payload)
    return payloads


def finished(subscriber: Subscriber, times: int = 1) -> None:
    wait_until(lambda: subscriber.on("haredge/den/status").count(b"offline") > times, "the run is over")


def test_two_people_are_published_each_with_what_they_do(node: Node, subscriber: Subscriber) -> None:
    """One squats all the time, the other comes, waves and goes: the scene is the first one's, events are each one's."""
    node.run()
    finished(subscriber)
    assert list(dict.fromkeys(people["count"] for people in on(subscriber, "people"))) == [None, 1, 2]
    assert on(subscriber, "people")[-1]["count"] == 1
    events = on(subscriber, "event")
    for person, label in ((1, "squat"), (2, "waving")):
        own = [event for event in events if event["person"] == person]
        assert (own[0]["event_type"], own[0]["label"]) == ("start", label)
        assert [event["event_type"] for event in own] == ["start", "end"] * (len(own) // 2)
    assert [activity["label"] for activity in on(subscriber, "activity")][-1] == "squat"
    (left,) = [event for event in events if event["person"] == 2 and event["event_type"] == "end"][-1:]
    assert left["time"] == "1970-01-01T00:16:48.900Z"


def test_zones_are_occupied_by_those_in_them(node: Node, subscriber: Subscriber) -> None:
    """The second person's is occupied while they are there; a zone that is ignored hides the person in it."""
    node.run(f"left: {{polygon: {LEFT}}}, right: {{polygon: {RIGHT}}}")
    finished(subscriber)
    assert [zone["occupied"] for zone in on(subscriber, "zone/left")] == [None, True]
    unknown, *right = on(subscriber, "zone/right")
    assert [zone["occupied"] for zone in (unknown, *right)] == [None, False, True, False]
    assert (right[1]["since"], right[1]["reported"]) == ("1970-01-01T00:16:43.000Z", "1970-01-01T00:16:43.500Z")
    assert {event["zone"] for event in on(subscriber, "event") if event["person"] == 2} == {"right"}
    before = len(on(subscriber, "people"))
    node.run(f"left: {{polygon: {LEFT}, ignore: yes}}")
    finished(subscriber, 3)
    assert max(people["count"] or 0 for people in on(subscriber, "people")[before:]) == 1
    assert {event["label"] for event in on(subscriber, "event")[-2:]} == {"waving"}


def test_a_zone_that_is_renamed_takes_its_entity_and_its_topic_with_it(node: Node, broker: Broker) -> None:
    """Over a restart: a subscriber who comes later finds nothing of the old name but that it is withdrawn."""
    node.run(f"left: {{polygon: {LEFT}}}", seconds=2.0)
    node.run(f"sofa: {{polygon: {LEFT}}}", seconds=2.0)
    with closing(Subscriber(broker.port, "#")) as late:
        late.wait_for("haredge/den/zone/sofa", bool)
        entities = json.loads(late.on("homeassistant/device/haredge_den/config")[-1])["cmps"]
        assert late.on("haredge/den/zone/left") == []
    assert entities["zone_left"] == {"p": "binary_sensor"}
    assert entities["zone_sofa"]["state_topic"] == "haredge/den/zone/sofa"


def test_a_zone_that_is_renamed_while_detection_is_off_takes_its_entity_with_it(
    node: Node, broker: Broker, subscriber: Subscriber
) -> None:
    """At once after the reload, not when someone switches detection on again."""
    context = node.context(f"left: {{polygon: {LEFT}}}", live=True)
    later = node.context(f"sofa: {{polygon: {LEFT}}}", live=True)
    now = [context.config]
    with closing(opened(replace(context, reloaded=lambda: now[0]))) as sink:
        sink.pause()
        subscriber.wait_for("haredge/den/zone/left", bool)
        now[0] = later.config
        sink.pause()
        subscriber.wait_for("haredge/den/zone/left", "")
    entities = json.loads(subscriber.on("homeassistant/device/haredge_den/config")[-1])["cmps"]
    assert entities["zone_left"] == {"p": "binary_sensor"}
    assert entities["zone_sofa"]["state_topic"] == "haredge/den/zone/sofa"


def test_events_of_several_people_wait_in_order_for_a_broker_that_is_away(node: Node, broker: Broker) -> None:
    """Over a restart: none is lost, and each person's come in the order in which they happened."""
    people = (
        Someone(1, "squat", still(-1.0)),
        Someone(2, "clapping", still(1.0), comes=1.0),
        Someone(3, "waving", still(0.2), comes=2.0, goes=8.0),
    )
    broker.stop()
    node.run(people=people)
    broker.start()
    context = node.context("")
    with closing(Subscriber(broker.port)) as subscriber, closing(opened(context)) as sink:
        sink.emit(next(node.observations(context, (), 1.0)))
        wait_until(lambda: len(on(subscriber, "event")) == 6, "all events have come")
        events = on(subscriber, "event")
    assert [(event["person"], event["event_type"], event["label"]) for event in events] == [
        (1, "start", "squat"),
        (2, "start", "clapping"),
        (3, "start", "waving"),
        (3, "end", "waving"),
        (1, "end", "squat"),
        (2, "end", "clapping"),
    ]


def test_a_camera_goes_on_with_the_day_after_a_restart(node: Node, subscriber: Subscriber) -> None:
    """The minutes of both runs add up, and a video that is tried in between counts nothing."""
    for times, live in ((1, True), (2, False), (3, True)):
        node.run(live=live)
        finished(subscriber, 2 * times - 1)
    days = [day for day in on(subscriber, "day") if day["in_view_min"]]
    assert [day["in_view_min"] for day in days] == [0.2, 0.2, 0.2, 0.5]
    assert days[-1]["activity_min"]["squat"] >= days[0]["activity_min"]["squat"] > 0.0
    assert days[-1]["last_seen"] == "1970-01-01T00:16:53.900Z"


@pytest.mark.parametrize("asked_for", [False, True])
def test_skeletons_are_published_only_if_they_are_asked_for(
    node: Node, subscriber: Subscriber, *, asked_for: bool
) -> None:
    """As a JPEG on a topic of its own, of which the broker keeps nothing."""
    node.skeletons = asked_for
    node.run(seconds=4.0)
    finished(subscriber)
    images = subscriber.on("haredge/den/skeletons")
    assert bool(images) is asked_for
    assert all(image.startswith(b"\xff\xd8\xff") for image in images)
    with closing(Subscriber(node.broker.port, "haredge/den/#")) as late:
        late.wait_for("haredge/den/status", "offline")
        assert late.on("haredge/den/skeletons") == []
