"""The live view's pages, from the sink to the wire."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from http.client import HTTPResponse

import numpy as np
import pytest

pytest.importorskip("starlette")

import crowd
import promtool
import serving
from observed import LABELS, observed, picture
from serving import Client

from haredge.core.labels import NO_PERSON
from haredge.core.types import FallAlarm, Image, Occupancy
from haredge.core.zone import Zone
from haredge.opencv import cv2
from haredge.web.access import access_to
from haredge.web.live import LiveView
from haredge.web.live_pages import EVENT_STREAMS, LivePages

HEALTH: Mapping[str, object] = {
    "fps": 14.9,
    "dropped": 3,
    "stages_ms": {"pose": 12.5},
    "temperature_c": 61.5,
    "throttled": ("under_voltage",),
    "memory_available_mb": 512.0,
    "uptime_s": 12.0,
    "versions": {"haredge": "1"},
}


@pytest.fixture
def live() -> LiveView:
    return LiveView(LABELS, lambda: HEALTH)


@pytest.fixture
def client(live: LiveView) -> Iterator[Client]:
    with pages(live) as client:
        yield client


def pages(live: LiveView) -> AbstractContextManager[Client]:
    access = access_to("127.0.0.1", (), None)
    return serving.served(lambda stop: LivePages(live, access, stop).app())


def images(response: HTTPResponse) -> Iterator[Image]:
    """Yield the images of a stream."""
    for line in iter(response.readline, b""):
        if found := re.match(rb"Content-Length: (\d+)", line):
            response.readline()
            data = response.read(int(found[1]))
            yield np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def test_events_report_the_current_activity(client: Client, live: LiveView) -> None:
    """At once all that is known, then what has changed; times are seconds ago."""
    live.emit(observed(10.0, NO_PERSON, since=10.0))
    live.emit(observed(12.0, "squat", since=11.5))
    with client.events("/api/events") as events:
        first = next(events)
        assert first["label"] == "squat"
        assert first["since_s"] == 0.5
        (person,) = first["people"]
        assert person["probabilities"] == [0.93, 0.05, 0.02]
        assert (person["id"], person["label"], person["since_s"], person["seen"]) == (1, "squat", 0.5, True)
        assert first["spans"] == [["no_person", 2.0, 0.5, None, None], ["squat", 0.5, 0.0, 1, 0]]
        assert first["figures"]["fps"] == 14.9
        assert first["stale"] is False
        live.emit(observed(13.0, "squat", since=11.5))
        second = next(events)
        assert second["since_s"] == 1.5
        assert "spans" not in second
        assert "figures" not in second


def test_everyone_in_view_is_reported() -> None:
    """With zone and fall, and why they are unknown; not who is not believed to be there yet."""
    live = LiveView(crowd.LABELS, lambda: HEALTH, background=("other",))
    glimpse = crowd.person(9, crowd.skeleton(32, 24, 20), settled=False)
    alarm = FallAlarm("confirmed", 6.0, 3, "hall", "lies")
    live.emit(replace(crowd.crowd([*crowd.family(), glimpse], picture()), fall_alarm=alarm))
    with pages(live) as client, client.events("/api/events") as events:
        event = next(events)
    people = event["people"]
    assert event["alarm"] == {"words": "fall, person 3, hall", "since_s": 4.0, "why": "lies"}
    assert [person["id"] for person in people] == [1, 2, 3, 4]
    assert [person["guess"] for person in people] == ["", "no activity: other 41 %", "", ""]
    assert [person["zone"] for person in people] == ["", "sofa", "hall", "by the window"]
    assert [(person["fall"], person["alarming"]) for person in people] == [("", False)] * 2 + [
        ("fall", True),
        ("", False),
    ]


def test_zones_are_those_that_hold_now(client: Client, live: LiveView) -> None:
    """With who is in them; an open page, too, follows a configuration that was read again."""
    zone = Zone("bed", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0)), rest=True)
    bed = {
        "name": "bed",
        "polygon": [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0]],
        "ignore": False,
        "rest": True,
        "occupied": False,
    }

    def show(t: float, *occupied: bool) -> None:
        live.emit(replace(observed(t), zones=tuple(Occupancy(zone, each, 0.0) for each in occupied)))

    show(1.0, False)
    with client.events("/api/events") as events:
        assert next(events)["zones"] == [bed]
        show(2.0, False)
        assert "zones" not in next(events)
        show(3.0, True)
        assert next(events)["zones"] == [bed | {"occupied": True}]
        show(4.0)
        assert next(events)["zones"] == []


def test_a_view_that_does_not_see_yet_says_so(client: Client) -> None:
    """The page opens before the first frame."""
    with client.events("/api/events") as events:
        assert next(events) == {"stale": True, "paused": False}
    assert client.get("/healthz").status == 503


def test_health_is_that_of_the_loop(client: Client, live: LiveView) -> None:
    """Fine as long as frames come through."""
    live.emit(observed(0.0))
    answer = client.get("/healthz")
    assert (answer.status, answer.text) == (200, "ok\n")


def test_detection_that_was_switched_off_is_in_good_health(client: Client, live: LiveView) -> None:
    """A container whose camera was to stay dark is not restarted for it; the page says what is the matter."""
    live.pause()
    answer = client.get("/healthz")
    assert (answer.status, answer.text) == (200, "ok: detection is off\n")
    with client.events("/api/events") as events:
        assert next(events) == {"stale": True, "paused": True}
        live.emit(observed(0.0))
        assert next(events)["paused"] is False


def test_the_skeleton_is_on_black(client: Client, live: LiveView) -> None:
    """No pixel of the room is in the image, only the skeleton; and each new observation is a new image."""
    live.emit(observed(0.0, NO_PERSON))
    with client.stream("/api/images") as response:
        shown = images(response)
        assert not next(shown).any()
        live.emit(observed(1.0, "squat"))
        person = next(shown)
        assert person.shape == (48, 64, 3)
        assert person.any()


def test_the_cameras_image_is_refused_unless_it_is_allowed(client: Client, live: LiveView) -> None:
    """Whatever a viewer asks."""
    live.emit(observed(0.0))
    assert client.get("/api/images?of=camera").status == 403
    assert client.get("/api/setup").json["allow_picture"] is False


def test_an_allowed_image_is_shown_when_it_is_asked_for() -> None:
    """And the skeleton on black otherwise."""
    live = LiveView(LABELS, lambda: HEALTH, keep_image=True)
    live.emit(observed(0.0, NO_PERSON))
    with pages(live) as client:
        for of, bright in (("camera", True), ("skeleton", False), ("", False)):
            with client.stream(f"/api/images?of={of}") as response:
                assert next(images(response)).any() == bright


def test_viewers_that_never_read_disturb_nobody(client: Client, live: LiveView) -> None:
    """They hold connections and read nothing; the loop continues, and another viewer sees the newest."""
    dead = []
    for path in ("/api/events", "/api/images", "/api/images"):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(("127.0.0.1", client.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {client.host}\r\n\r\n".encode())
        dead.append(connection)
    try:
        with client.events("/api/events") as events:
            for n in range(3000):
                live.emit(observed(n / 15))
            while (event := next(events)).get("since_s") != pytest.approx(2999 / 15, abs=0.01):
                assert event["stale"] in {True, False}
    finally:
        for connection in dead:
            connection.close()
    assert live.frames == 3000


def test_too_many_viewers_are_turned_away(client: Client, live: LiveView) -> None:
    """With words; and there is room again when one leaves."""
    live.emit(observed(0.0))
    other = client.from_address("127.0.0.2")
    with ExitStack() as streams:
        opened = [streams.enter_context(of.stream("/api/images")) for of in (client, client, client)]
        refused = client.get("/api/images")
        assert (refused.status, "Too many viewers from this address" in refused.text) == (429, True)
        opened.append(streams.enter_context(other.stream("/api/images")))
        assert all(response.status == 200 for response in opened)
        refused = other.get("/api/images")
        assert (refused.status, "Too many viewers:" in refused.text) == (503, True)
    for n in range(500):  # a viewer who has disconnected is noticed when the next image is sent
        live.emit(observed(1.0 + n))
        with client.stream("/api/images") as response:
            if response.status == 200:
                return
    pytest.fail("a place stays taken")


def test_viewers_who_come_at_once_are_counted_one_by_one(client: Client, live: LiveView) -> None:
    """Forty who ask at the same moment: no more get in than places there are."""
    live.emit(observed(0.0))
    with ExitStack() as stack:
        connections = [stack.enter_context(client.open_raw()) for _ in range(40)]
        for connection in connections:
            connection.sendall(f"GET /api/events HTTP/1.1\r\nHost: {client.host}\r\n\r\n".encode())
        answers = Counter(connection.recv(12)[-3:] for connection in connections)
    assert answers == {b"200": EVENT_STREAMS[1], b"429": 40 - EVENT_STREAMS[1]}


def test_metrics_of_a_start_count_no_one(client: Client, live: LiveView) -> None:
    """A gap in the graph of people is not an empty room."""
    live.emit(replace(observed(0.0, NO_PERSON), known=False))
    lines = client.get("/metrics").text.splitlines()
    assert 'haredge_activity{activity="unknown"} 1.0' in lines
    assert not [line for line in lines if line.startswith("haredge_people ")]


def test_metrics_of_detection_that_is_off_are_not_of_what_was_last_seen(client: Client, live: LiveView) -> None:
    """An alert on the newest frame's age does not fire, and no one is counted, until it is on again."""

    def told() -> set[str]:
        return {line.split("{")[0].split(" ")[0] for line in client.get("/metrics").text.splitlines()}

    of_now = {"haredge_last_frame_age_seconds", "haredge_people", "haredge_activity"}
    live.emit(observed(0.0))
    assert of_now < told()
    live.pause()
    assert not of_now & told()
    assert "haredge_detection_on 0.0" in client.get("/metrics").text.splitlines()
    live.emit(observed(1.0))
    assert of_now < told()
    assert "haredge_detection_on 1.0" in client.get("/metrics").text.splitlines()


def test_metrics_are_as_prometheus_wants_them(client: Client, live: LiveView) -> None:
    """Base units, counters that end in _total, help for each."""
    live.emit(observed(0.0, NO_PERSON))
    live.emit(observed(2.0, "squat", since=1.5))
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = set(answer.text.splitlines())
    assert {
        "haredge_frames_total 2.0",
        "haredge_people 1.0",
        'haredge_activity{activity="squat"} 1.0',
        'haredge_activity{activity="no_person"} 0.0',
        'haredge_activity_seconds_total{activity="squat"} 2.0',
        "haredge_frames_dropped_total 3.0",
        'haredge_stage_median_seconds{stage="pose"} 0.0125',
        "haredge_board_temperature_celsius 61.5",
        'haredge_throttled{reason="under_voltage"} 1.0',
        f"haredge_board_memory_available_bytes {512 * 2**20:.1f}".replace("536870912.0", "5.36870912e+08"),
    } <= lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)


def test_promtool_finds_nothing_to_say(client: Client, live: LiveView) -> None:
    """Names, units and help are as Prometheus's conventions ask."""
    live.emit(observed(0.0, NO_PERSON))
    live.emit(observed(2.0, "squat", since=1.5))
    assert promtool.said_of(client.get("/metrics").body) == (0, "")


def test_everything_a_page_needs_comes_from_here(client: Client) -> None:
    """No address of another server is in any page, style or script, and what they name is there."""
    for path in ("/", "/login", "/static/live.js", "/static/style.css", "/static/page.js"):
        answer = client.get(path)
        assert answer.status == 200
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(", answer.text)
        for named in re.findall(r'(?:src|href)="([^"#][^"]+)"|from "\./([^"]+)"', answer.text):
            assert client.get(f"/{named[0]}" if named[0] else f"/static/{named[1]}").status == 200
