"""What programs ask of the live view: the state of the scene and the people in it, at once or as it changes.

docs/views.md describes it to a reader. Times are seconds ago, so that neither clock need be correct.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from haredge.core.types import Person
from haredge.web.live import LiveView, Snapshot
from haredge.web.streams import Cadence, ViewerLimit, events, ticking

CHANGES_S: Final = 0.25
"""Seconds between two messages of the stream at least."""

STREAMS: Final = (8, 4)
"""At most that many at once: in all, and to one address."""

_DECIMALS: Final = 3

_NOTHING_YET: Final = JSONResponse({"error": "no frame has come through yet"}, 503, {"Retry-After": "1"})


class StateApi:
    """Answers programs; the same rules of access as the pages' stand before it."""

    def __init__(self, live: LiveView, stop: Callable[[], bool]) -> None:
        """Take the view, and a function that returns whether the server stops."""
        self._live = live
        self._stop = stop
        self._limit = ViewerLimit(*STREAMS)

    def routes(self) -> Sequence[Route]:
        """Return the routes of the interface."""
        return [
            Route("/api/state", self._state),
            Route("/api/people", self._people),
            Route("/api/stream", self._stream),
        ]

    async def _state(self, _request: Request) -> Response:
        snapshot = self._live.snapshot
        if snapshot is None:
            return _NOTHING_YET
        return JSONResponse({**self._state_of(snapshot), "health": snapshot.health})

    async def _people(self, _request: Request) -> Response:
        snapshot = self._live.snapshot
        return _NOTHING_YET if snapshot is None else JSONResponse(self._people_of(snapshot))

    async def _stream(self, _request: Request) -> Response:
        return _NOTHING_YET if self._live.snapshot is None else events(self._changes(), self._limit)

    async def _changes(self) -> AsyncIterator[object]:
        """Yield state and people when something changes that is not just a time, a probability or a box."""
        last, cadence = None, Cadence(CHANGES_S)
        async for _ in ticking(CHANGES_S, self._stop):
            if (snapshot := self._live.snapshot) is None:
                continue
            before, last = last, (self._live.stale, _lasting(snapshot))
            if cadence.due(changed=last != before):
                yield {**self._state_of(snapshot), **self._people_of(snapshot)}

    def _state_of(self, now: Snapshot) -> dict[str, object]:
        settled = [person for person in now.people if person.settled]
        return {
            "stale": self._live.stale,
            "label": now.activity.label,
            "probability": round(now.activity.probability, _DECIMALS),
            "since_s": _ago(now, now.activity.since),
            "count": len(settled) if now.known else None,
            "fall": _fall(now),
            "zones": {
                each.zone.name: {"occupied": each.occupied, "since_s": _ago(now, each.since)}
                for each in now.zones
                if not each.zone.ignore
            },
        }

    def _people_of(self, now: Snapshot) -> dict[str, object]:
        people = [_person(person, now) for person in now.people if person.settled]
        return {"stale": self._live.stale, "people": people}


def _person(person: Person, now: Snapshot) -> dict[str, object]:
    return {
        "id": person.id,
        "label": person.activity.label,
        "probability": round(person.activity.probability, _DECIMALS),
        "since_s": _ago(now, person.activity.since),
        "zone": person.zone,
        "fall": None if person.fall is None else person.fall.state,
        "box": None if person.pose is None else person.pose.box.in_shares(now.size).rounded(_DECIMALS),
    }


def _fall(now: Snapshot) -> dict[str, object] | None:
    alarm = now.fall_alarm
    if alarm is None:
        return None
    return {
        "state": alarm.state,
        "since_s": _ago(now, alarm.since),
        "person": alarm.person,
        "zone": alarm.zone,
        "why": alarm.why,
    }


def _lasting(now: Snapshot) -> object:
    """Return what of a snapshot is a change, if it is another."""
    fall = now.fall_alarm
    return (
        (now.activity.label, now.activity.since, now.known),
        None if fall is None else (fall.state, fall.since, fall.person, fall.zone),
        [(each.zone.name, each.occupied) for each in now.zones],
        [
            (each.id, each.activity.label, each.activity.since, each.zone, each.fall and each.fall.state)
            for each in now.people
            if each.settled
        ],
    )


def _ago(now: Snapshot, t: float) -> float:
    return round(now.t - t, 2)
