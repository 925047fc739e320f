"""The live view's pages: what goes on, the last hour, the picture, the figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from haredge.activity.timeline import Span
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.video.palette import as_hex, as_words, colours
from haredge.web.access import Access
from haredge.web.attempts import Attempts
from haredge.web.files import page, static_files
from haredge.web.guard import Guard
from haredge.web.live import KEPT_S, Glimpse, LiveView
from haredge.web.login import Login
from haredge.web.metrics import Metrics
from haredge.web.pictures import Pictures
from haredge.web.streams import ViewerLimit, events, mjpeg, ticking

EVENTS_S: Final = 0.2
PICTURES_S: Final = 0.1
"""Five times a second numbers move, ten times a second a picture: enough for eyes, and little for a Pi."""

ALIVE_S: Final = 5.0
"""A stream says something at least so often, so that both ends learn when the other has gone."""

EVENT_STREAMS: Final = (16, 8)
IMAGE_STREAMS: Final = (4, 3)
"""At most so many at once: in all, and to one address."""


class LivePages:
    """Answers the requests of the live view's viewers."""

    def __init__(self, live: LiveView, access: Access, stop: Callable[[], bool]) -> None:
        """Take the view, who may see it, and what tells that the server stops."""
        self._live = live
        self._access = access
        self._stop = stop
        self._metrics = Metrics(live)
        self._pictures = {of_camera: Pictures(live, of_camera=of_camera) for of_camera in (False, True)}
        self._event_limit, self._image_limit = ViewerLimit(*EVENT_STREAMS), ViewerLimit(*IMAGE_STREAMS)

    def app(self) -> Starlette:
        """Return the application behind its guard."""
        attempts = Attempts(self._access)
        routes = [
            Route("/", self._page),
            Route("/api/setup", self._setup),
            Route("/api/events", self._events),
            Route("/api/picture.mjpeg", self._picture),
            Route("/healthz", self._health),
            Route("/metrics", self._scrape),
            static_files(),
            *Login(self._access, attempts).routes(),
        ]
        guard = Middleware(Guard, access=self._access, attempts=attempts)
        return Starlette(routes=routes, middleware=[guard])

    async def _page(self, _request: Request) -> Response:
        return page("live.html")

    async def _setup(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "labels": described((*self._live.labels, UNKNOWN, NO_PERSON), self._live.labels),
                "bars": len(self._live.labels),
                "allow_picture": self._live.keeps_picture,
                "locked": self._access.token is not None,
                "kept_s": KEPT_S,
            }
        )

    async def _events(self, _request: Request) -> Response:
        return events(self._told(), self._event_limit)

    async def _told(self) -> AsyncIterator[object]:
        last, quiet_s, stale = None, ALIVE_S, None
        async for _ in ticking(EVENTS_S, self._stop):
            glimpse = self._live.glimpse
            quiet_s += EVENTS_S
            if glimpse is last and stale == self._live.stale and quiet_s < ALIVE_S:
                continue
            stale, quiet_s = self._live.stale, 0.0
            yield {"stale": stale, **(_changes(glimpse, last) if glimpse else {})}
            last = glimpse

    async def _picture(self, request: Request) -> Response:
        of_camera = request.query_params.get("of") == "camera"
        if of_camera and not self._live.keeps_picture:
            return PlainTextResponse("The camera's picture is not shown: see view.allow_picture in config.yaml.", 403)
        return mjpeg(self._drawn(self._pictures[of_camera]), self._image_limit)

    async def _drawn(self, pictures: Pictures) -> AsyncIterator[bytes]:
        last, quiet_s = None, 0.0
        async for _ in ticking(PICTURES_S, self._stop):
            picture = await pictures.newest()
            quiet_s += PICTURES_S
            if picture is not last or quiet_s >= ALIVE_S:
                last, quiet_s = picture, 0.0
                yield picture

    async def _health(self, _request: Request) -> Response:
        if self._live.stale:
            return PlainTextResponse("no frame has come through lately\n", 503)
        return PlainTextResponse("ok\n")

    async def _scrape(self, _request: Request) -> Response:
        return self._metrics.answer()


def described(shown: Sequence[str], labels: Sequence[str]) -> list[dict[str, str]]:
    """Return what a page must know of labels: name, words and colour."""
    palette = colours(labels)
    return [{"name": label, "words": as_words(label), "colour": as_hex(palette[label])} for label in shown]


def _changes(now: Glimpse, last: Glimpse | None) -> dict[str, object]:
    """Return what a viewer must be told. Times are seconds ago, so that neither clock need be right."""
    told: dict[str, object] = {
        "label": now.activity.label,
        "probability": round(now.activity.probability, 3),
        "since_s": round(now.t - now.activity.since, 2),
        "probabilities": None if now.probabilities is None else [round(p, 3) for p in now.probabilities],
    }
    if last is None or now.spans is not last.spans:
        told["spans"] = [_span(span, now.t) for span in now.spans]
    if last is None or now.figures is not last.figures:
        told["figures"] = now.figures
    return told


def _span(span: Span, now_s: float) -> list[object]:
    return [span.label, round(now_s - span.start_s, 2), round(now_s - span.end_s, 2)]
