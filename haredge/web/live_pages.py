"""The live view's pages: the current activity, the last hour, the image, the health values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from haredge.activity.timeline import Span, rows_of
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Person
from haredge.version import __version__
from haredge.video.palette import PEOPLE, as_hex, colours
from haredge.video.words import FALLS, alarm_words, alarming, as_words, guess
from haredge.web.access import Access
from haredge.web.attempts import Attempts
from haredge.web.connections import address_of
from haredge.web.files import page, static_files
from haredge.web.guard import Guard
from haredge.web.live import KEPT_S, LiveView, Snapshot
from haredge.web.live_metrics import LiveMetrics
from haredge.web.login import Login
from haredge.web.scrape import Scrape
from haredge.web.snapshot_renderer import SnapshotRenderer
from haredge.web.state_api import StateApi
from haredge.web.streams import Cadence, ViewerLimit, events, jpegs, ticking

EVENTS_S: Final = 0.2
IMAGES_S: Final = 0.1
"""Numbers change five times a second, the image ten times: enough for eyes, and little work for a Pi."""

EVENT_STREAMS: Final = (16, 8)
MOST_ROWS: Final = 8
"""Rows of people in the time line."""

IMAGE_STREAMS: Final = (4, 3)
"""At most that many at once: in all, and to one address."""


class LivePages:
    """Answers the requests of the live view's viewers."""

    def __init__(self, live: LiveView, access: Access, stop: Callable[[], bool]) -> None:
        """Take the view, the rules of access, and a function that returns whether the server stops."""
        self._live = live
        self._access = access
        self._stop = stop
        self._metrics = Scrape(LiveMetrics(live))
        self._renderers = {of_camera: SnapshotRenderer(live, of_camera=of_camera) for of_camera in (False, True)}
        self._event_limit, self._image_limit = ViewerLimit(*EVENT_STREAMS), ViewerLimit(*IMAGE_STREAMS)

    def app(self) -> Starlette:
        """Return the application behind its guard."""
        attempts = Attempts(self._access)
        routes = [
            Route("/", self._page),
            Route("/api/setup", self._setup),
            Route("/api/events", self._events),
            Route("/api/images", self._picture),
            Route("/healthz", self._health),
            Route("/metrics", self._scrape),
            static_files(),
            *StateApi(self._live, self._stop).routes(),
            *Login(self._access, attempts).routes(),
        ]
        guard = Middleware(Guard, access=self._access, attempts=attempts)
        return Starlette(routes=routes, middleware=[guard])

    async def _page(self, _request: Request) -> Response:
        return page("live.html")

    async def _setup(self, request: Request) -> Response:
        return JSONResponse(
            {
                "labels": label_styles((*self._live.labels, UNKNOWN, NO_PERSON), self._live.labels),
                "bars": len(self._live.labels),
                "people": [as_hex(colour) for colour in PEOPLE],
                "allow_picture": self._live.keeps_image,
                "locked": self._access.asks(address_of(request.scope)),
                "kept_s": KEPT_S,
                "version": __version__,
            }
        )

    async def _events(self, _request: Request) -> Response:
        return events(self._messages(), self._event_limit)

    async def _messages(self) -> AsyncIterator[object]:
        last, cadence = None, Cadence(EVENTS_S)
        seeing: dict[str, bool] = {}
        async for _ in ticking(EVENTS_S, self._stop):
            snapshot, before = self._live.snapshot, seeing
            seeing = {"stale": self._live.stale, "paused": self._live.paused}
            if cadence.due(changed=snapshot is not last or seeing != before):
                yield {**seeing, **(self._changes(snapshot, last) if snapshot else {})}
                last = snapshot

    def _changes(self, now: Snapshot, last: Snapshot | None) -> dict[str, object]:
        """Return what has changed for a viewer. Times are seconds ago, so that neither clock need be correct."""
        labels, background = self._live.labels, self._live.background
        changes: dict[str, object] = {
            "age_s": round(self._live.age_s(), 2),
            "label": now.activity.label,
            "probability": round(now.activity.probability, 3),
            "since_s": round(now.t - now.activity.since, 2),
            "people": [_person(person, now.t, labels, background) for person in now.people if person.settled],
            "alarm": _alarm(now),
            "size": now.size,
        }
        if last is None or _zones(now) != _zones(last):
            changes["zones"] = _zones(now)
        if last is None or now.spans is not last.spans:
            rows = rows_of(now.spans, MOST_ROWS)
            changes["spans"] = [_span(span, rows.get(span.person or 0), now.t) for span in now.spans]
        if last is None or now.health is not last.health:
            changes["figures"] = now.health
        return changes

    async def _picture(self, request: Request) -> Response:
        of_camera = request.query_params.get("of") == "camera"
        if of_camera and not self._live.keeps_image:
            return PlainTextResponse("The camera's image is not shown: see view.allow_picture in config.yaml.", 403)
        return jpegs(self._images(self._renderers[of_camera]), self._image_limit)

    async def _images(self, images: SnapshotRenderer) -> AsyncIterator[bytes]:
        last, cadence = None, Cadence(IMAGES_S)
        async for _ in ticking(IMAGES_S, self._stop):
            before, last = last, await images.newest()
            if cadence.due(changed=last is not before):
                yield last

    async def _health(self, _request: Request) -> Response:
        if self._live.paused:
            return PlainTextResponse("ok: detection is off\n")
        if self._live.stale:
            return PlainTextResponse("no frame has come through lately\n", 503)
        return PlainTextResponse("ok\n")

    async def _scrape(self, _request: Request) -> Response:
        return self._metrics.answer()


def label_styles(shown: Sequence[str], labels: Sequence[str]) -> list[dict[str, str]]:
    """Return how a page shows labels: name, words and colour."""
    palette = colours(labels)
    return [{"name": label, "words": as_words(label), "colour": as_hex(palette[label])} for label in shown]


def _person(person: Person, t: float, labels: Sequence[str], background: Collection[str]) -> dict[str, object]:
    prediction, fall = person.prediction, person.fall
    return {
        "id": person.id,
        "label": person.activity.label,
        "probability": round(person.activity.probability, 3),
        "since_s": round(t - person.activity.since, 2),
        "guess": guess(person, labels, background),
        "seen": person.pose is not None,
        "probabilities": None if prediction is None else [round(p, 3) for p in prediction.probabilities.tolist()],
        "zone": as_words(person.zone or ""),
        "fall": FALLS[fall.state] if fall else "",
        "fall_why": fall.why if fall else "",
        "alarming": alarming(fall),
    }


def _span(span: Span, row: int | None, now_s: float) -> list[object]:
    return [span.label, round(now_s - span.start_s, 2), round(now_s - span.end_s, 2), span.person, row]


def _alarm(now: Snapshot) -> dict[str, object] | None:
    alarm = now.fall_alarm
    if alarm is None or not (words := alarm_words(alarm)):
        return None
    return {"words": words, "since_s": round(now.t - alarm.since, 2), "why": alarm.why}


def _zones(now: Snapshot) -> list[dict[str, object]]:
    return [
        {
            "name": each.zone.name,
            "polygon": each.zone.polygon,
            "ignore": each.zone.ignore,
            "rest": each.zone.rest,
            "occupied": each.occupied,
        }
        for each in now.zones
    ]
