"""The page to try a clip, or an image."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from haredge.activity.timeline import from_rows, rows_of
from haredge.core.kinds import Kind
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.version import __version__
from haredge.video.palette import PEOPLE, as_hex
from haredge.web.access import Access
from haredge.web.attempts import Attempts
from haredge.web.clip_metrics import ClipMetrics
from haredge.web.clips import Clips, Full, OneEach, ResultsEach
from haredge.web.connections import viewer
from haredge.web.files import page, static_files
from haredge.web.guard import Guard
from haredge.web.live_pages import MOST_ROWS, label_styles
from haredge.web.login import Login
from haredge.web.scrape import Scrape
from haredge.web.streams import Cadence, ViewerLimit, events, ticking
from haredge.web.uploaded_clip import Models, UploadedClip
from haredge.web.uploads import RefusedError, read_to_end, receive, shown_name, too_large

_PROGRESS_S: Final = 0.25
_SWEEP_S: Final = 1.0
_EVENT_STREAMS: Final = (32, 8)
"""At most that many at once: in all, and to one address."""


@dataclass(frozen=True)
class Choice:
    """The models that a visitor may choose from."""

    poses: Sequence[str]
    """Names of the pose networks, the usual one first."""
    activities: Mapping[str, Sequence[str]]
    """Labels of each activity model by its name, the usual one first."""
    stills: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The same of the still models; none if images are not accepted."""

    @property
    def usual(self) -> Models:
        """The first of each."""
        return Models(self.poses[0], next(iter(self.activities)), next(iter(self.stills), None))

    @property
    def kinds(self) -> Collection[Kind]:
        """What can be sent."""
        videos: list[Kind] = ["video"]
        return [*videos, "image"] if self.stills else videos

    def allows(self, models: Models) -> bool:
        """Return whether all are installed: a visitor cannot name a path."""
        known = models.pose in self.poses and models.activity in self.activities
        return known and (models.still in self.stills or models.still is None)


class ClipPages:
    """Answers the requests of people who try their clips."""

    def __init__(self, clips: Clips, choice: Choice, access: Access, stop: Callable[[], bool]) -> None:
        self._clips = clips
        self._choice = choice
        self._access = access
        self._stop = stop
        self._metrics = Scrape(ClipMetrics(clips))
        self._limit = ViewerLimit(*_EVENT_STREAMS)

    def app(self) -> Starlette:
        """Return the application behind its guard."""
        attempts = Attempts(self._access)
        routes = [
            Route("/", self._page),
            Route("/api/setup", self._setup),
            Route("/api/clips", self._take, methods=["POST"]),
            Route("/api/clips/{id}", self._forget, methods=["DELETE"]),
            Route("/api/clips/{id}/events", self._events),
            Route("/api/clips/{id}/{what}", self._result),
            Route("/healthz", self._health),
            Route("/metrics", self._scrape),
            static_files(),
            *Login(self._access, attempts).routes(),
        ]
        guard = Middleware(Guard, access=self._access, attempts=attempts, part_s=self._clips.limits.part_s)
        return Starlette(routes=routes, middleware=[guard], lifespan=self._sweeping)

    @asynccontextmanager
    async def _sweeping(self, _app: Starlette) -> AsyncIterator[None]:
        """Remove the clips of closed pages as long as the server runs, and then all others."""
        sweeping = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            sweeping.cancel()
            await self._clips.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            self._clips.remove_forgotten()

    async def _page(self, _request: Request) -> Response:
        return page("clip.html")

    async def _setup(self, _request: Request) -> Response:
        limits = self._clips.limits
        return JSONResponse(
            {
                "poses": list(self._choice.poses),
                "activities": list(self._choice.activities),
                "stills": list(self._choice.stills),
                "most_bytes": limits.most_bytes,
                "longest_s": limits.video.longest_s if math.isfinite(limits.video.longest_s) else None,
                "too_large": too_large(limits.most_bytes),
                "locked": self._access.token is not None,
                "version": __version__,
            }
        )

    async def _take(self, request: Request) -> Response:
        most_bytes, parts = self._clips.limits.most_bytes, request.stream()
        if int(request.headers.get("content-length", "0")) > most_bytes:
            return _refused(RefusedError(too_large(most_bytes), 413))
        try:
            clip = self._place_for(request)
            await self._receive(clip, parts)
        except RefusedError as refused:
            await read_to_end(parts, most_bytes)
            return _refused(refused)
        self._clips.start(clip)
        return JSONResponse({"id": clip.id}, 201)

    def _place_for(self, request: Request) -> UploadedClip:
        asked, usual = request.query_params, self._choice.usual
        models = Models(
            asked.get("pose", usual.pose), asked.get("activity", usual.activity), asked.get("still", usual.still)
        )
        if not self._choice.allows(models):
            raise RefusedError("This model is no longer offered here: load the page again.", 422)
        try:
            return self._clips.add(shown_name(asked.get("name", "")), models, viewer(request.scope))
        except OneEach:
            words = "Another clip from your address is here: cancel it, or wait until it is done."
            raise RefusedError(words, 429) from None
        except ResultsEach:
            words = "As many results as are kept for your address are still open: close the page of one, and try again."
            raise RefusedError(words, 429) from None
        except Full:
            raise RefusedError("Others are trying their clips at the moment: try again in a minute.", 503) from None
        except OSError as error:
            raise _no_room(error) from error

    async def _receive(self, clip: UploadedClip, parts: AsyncIterator[bytes]) -> None:
        arrived = False
        try:
            clip.kind = await receive(parts, clip.files.upload, self._clips.limits.most_bytes, self._choice.kinds)
            arrived = True
        except ClientDisconnect:
            words = "The file has stopped arriving: check the connection, and send it again."
            raise RefusedError(words, 408) from None
        except OSError as error:
            raise _no_room(error) from error
        finally:
            if not arrived:
                self._clips.remove(clip)

    async def _forget(self, request: Request) -> Response:
        clip = self._clips.get(request.path_params["id"])
        if clip is not None:
            self._clips.remove(clip)
        return Response(status_code=204)

    async def _events(self, request: Request) -> Response:
        clip = self._clips.get(request.path_params["id"])
        if clip is None:
            # 204 stops an EventSource from connecting again.
            return Response(status_code=204)
        return events(self._messages(clip), self._limit)

    async def _messages(self, clip: UploadedClip) -> AsyncIterator[object]:
        last, cadence = None, Cadence(_PROGRESS_S)
        with self._clips.watching(clip):
            async for _ in ticking(_PROGRESS_S, self._stop):
                if self._clips.get(clip.id) is not clip:
                    return
                before, last = last, self._progress(clip)
                if cadence.due(changed=last != before):
                    yield last

    def _progress(self, clip: UploadedClip) -> dict[str, object]:
        message: dict[str, object] = {"state": clip.state, "name": clip.name, "kind": clip.kind}
        if clip.state == "waiting":
            message["before"] = self._clips.before(clip)
        if clip.state == "working":
            message |= {"share": clip.share, "left_s": clip.left_s}
        if clip.state == "failed":
            message["error"] = clip.error
        if clip.state == "done":
            message |= {"people": [as_hex(colour) for colour in PEOPLE], "warnings": clip.warnings}
            message |= self._of_image(clip) if clip.kind == "image" else self._of_video(clip)
        return message

    def _of_video(self, clip: UploadedClip) -> dict[str, object]:
        labels = self._choice.activities[clip.models.activity]
        return {
            "activities": clip.activities,
            "labels": label_styles((*labels, UNKNOWN, NO_PERSON), labels),
            "rows": list(rows_of(from_rows(clip.activities), MOST_ROWS).items()),
            "nobody": all(row["activity"] == NO_PERSON for row in clip.activities),
        }

    def _of_image(self, clip: UploadedClip) -> dict[str, object]:
        labels = self._choice.stills[clip.models.still or ""]
        return {
            "found": clip.image["people"],
            "whole": clip.image["whole"],
            "labels": label_styles((*labels, UNKNOWN), labels),
        }

    async def _result(self, request: Request) -> Response:
        clip = self._clips.get(request.path_params["id"])
        if clip is None or clip.state != "done":
            return PlainTextResponse("There is no such result (any more).", 404)
        result = _results(clip).get(request.path_params["what"])
        if result is None:
            return PlainTextResponse("There is no such result.", 404)
        path, ending, shown = result
        kept = "attachment" if "download" in request.query_params or not shown else "inline"
        stem = Path(clip.name).stem or clip.kind
        return FileResponse(path, filename=f"{stem}{ending}", content_disposition_type=kept)

    async def _health(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _scrape(self, _request: Request) -> Response:
        return self._metrics.answer()


def _refused(refused: RefusedError) -> Response:
    return JSONResponse({"error": str(refused)}, refused.status)


def _no_room(error: OSError) -> RefusedError:
    return RefusedError(f"There is no room for this file here ({error.strerror}).", 507)


def _results(clip: UploadedClip) -> Mapping[str, tuple[Path, str, bool]]:
    """Return the files of a clip's result by the names of their addresses.

    Each has what its name ends with, behind that of the upload, and whether a browser may show it.
    """
    files = clip.files
    if clip.kind == "image":
        return {"image": (files.image, ".recognised.jpg", True), "people.json": (files.people, ".json", False)}
    return {
        "video": (files.video, f".annotated{files.video.suffix}", True),
        "activities.json": (files.activities, ".json", False),
        "activities.csv": (files.table, ".csv", False),
        "timeline.png": (files.timeline, ".png", True),
    }
