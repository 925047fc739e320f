"""Promises of haredge.web.state_api: a program gets what docs/views.md says, by the pages' rules."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

pytest.importorskip("starlette")

import serving
from observed import LABELS, observed, scene, somebody
from serving import Client

from haredge.core.labels import NO_PERSON
from haredge.core.types import Fall, FallAlarm, Occupancy
from haredge.core.zone import Zone
from haredge.web.access import Access, access_to
from haredge.web.live import LiveView
from haredge.web.live_pages import LivePages
from haredge.web.state_api import STREAMS
from haredge.web.streams import ALIVE_S

SOFA = Zone("sofa", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
MIRROR = Zone("mirror", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)), ignore=True)


@pytest.fixture
def live() -> LiveView:
    return LiveView(LABELS, lambda: {"fps": 14.9})


@pytest.fixture
def client(live: LiveView) -> Iterator[Client]:
    with serving.served(lambda stop: LivePages(live, access_to("127.0.0.1", (), None), stop).app()) as client:
        yield client


def test_before_the_first_frame_nothing_is_known(client: Client) -> None:
    """And that is said, so that no program takes it for an empty room."""
    for path in ("/api/state", "/api/people", "/api/stream"):
        with client.stream(path) as response:
            assert response.status == 503


def test_the_state_is_what_the_scene_is(client: Client, live: LiveView) -> None:
    """Activity, count, zones but those that are ignored, and the health values; times in seconds ago."""
    two = somebody(1, "squat", 1.5, zone="sofa"), somebody(2, "clap", 2.0, settled=False)
    live.emit(scene(4.0, *two, zones=[Occupancy(SOFA, True, 3.0), Occupancy(MIRROR, False, 0.0)]))
    state = client.get("/api/state").json
    assert (state["label"], state["probability"], state["since_s"], state["count"]) == ("squat", 0.9, 2.5, 1)
    assert state["zones"] == {"sofa": {"occupied": True, "since_s": 1.0}}
    assert (state["fall"], state["stale"], state["health"]) == (None, False, {"fps": 14.9})


def test_after_a_start_no_one_is_counted_yet(client: Client, live: LiveView) -> None:
    """As over MQTT: a room that is not known to be empty is unknown, and has no count."""
    live.emit(replace(observed(0.0, NO_PERSON), known=False))
    state = client.get("/api/state").json
    assert (state["label"], state["probability"], state["count"]) == ("unknown", 0.0, None)
    live.emit(observed(2.0, NO_PERSON))
    state = client.get("/api/state").json
    assert (state["label"], state["count"]) == (NO_PERSON, 0)


def test_people_are_listed_as_over_mqtt(client: Client, live: LiveView) -> None:
    """Those who are in view for long enough, hidden ones without a box."""
    fallen = somebody(1, "squat", 1.5, x=16.0, zone="sofa", fall=Fall("possible", 3.0))
    live.emit(scene(4.0, fallen, somebody(2, "clap", 2.0, hidden=True), somebody(3, settled=False)))
    first, second = client.get("/api/people").json["people"]
    assert first["box"] == {"left": 0.25, "top": 0.417, "right": 0.406, "bottom": 0.833}
    assert (first["id"], first["zone"], first["fall"]) == (1, "sofa", "possible")
    assert (second["id"], second["box"], second["fall"]) == (2, None, None)


def test_a_stream_has_each_change_and_nothing_else(client: Client, live: LiveView) -> None:
    """Probabilities and boxes change with each frame, and are not worth a message."""
    live.emit(observed(1.0, NO_PERSON))
    with client.events("/api/stream") as stream:
        assert next(stream)["label"] == NO_PERSON
        live.emit(observed(2.0, "squat", since=1.5, probability=0.7))
        assert next(stream)["label"] == "squat"
        live.emit(observed(3.0, "squat", since=1.5, probability=0.8))
        live.emit(observed(4.0, "clap", since=3.5))
        said = next(stream)
        assert (said["label"], said["people"][0]["label"], said["since_s"]) == ("clap", "clap", 0.5)


def test_a_stream_says_who_lies_where_by_now(client: Client, live: LiveView) -> None:
    """Also of one who is not in view at the moment, so that nothing else has changed."""
    lies = FallAlarm("confirmed", 1.0, 1, "hall", "lies still")
    places = [lies, replace(lies, zone="bath"), replace(lies, person=None)]
    live.emit(replace(observed(2.0, NO_PERSON), fall_alarm=lies))
    began = time.monotonic()
    with client.events("/api/stream") as stream:
        said = [next(stream)["fall"]]
        for t, alarm in enumerate(places[1:], 3):
            live.emit(replace(observed(float(t), NO_PERSON), fall_alarm=alarm))
            said.append(next(stream)["fall"])
    assert [(fall["person"], fall["zone"]) for fall in said] == [(1, "hall"), (1, "bath"), (None, "hall")]
    assert time.monotonic() - began < ALIVE_S, "it is sent as a change, not by the way"


def test_streams_are_bounded(client: Client, live: LiveView) -> None:
    """One address cannot take all places."""
    live.emit(observed(1.0))
    with ExitStack() as streams:
        opened = [streams.enter_context(client.stream("/api/stream")) for _ in range(STREAMS[1])]
        assert [response.status for response in opened] == [200] * STREAMS[1]
        assert client.get("/api/stream").status == 429


def test_the_rules_of_access_are_the_pages(live: LiveView) -> None:
    """Without the token nothing is answered, with it everything is."""
    live.emit(observed(1.0))
    access = Access(frozenset({"localhost"}), True, "0123456789abcdef")
    with serving.served(lambda stop: LivePages(live, access, stop).app()) as client:
        for path in ("/api/state", "/api/people", "/api/stream"):
            assert client.get(path).status == 401
            with client.stream(path, Authorization="Bearer 0123456789abcdef") as response:
                assert response.status == 200
