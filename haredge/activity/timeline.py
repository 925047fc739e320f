"""Which activity was when: spans of time, as people read them in a table or see them on a strip."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from haredge.core.labels import NO_PERSON
from haredge.core.types import Activity, Observation

COLUMNS: Final = ("start_s", "end_s", "duration_s", "activity", "probability", "person")
"""Columns of :func:`as_csv`, keys of :func:`as_rows`."""


@dataclass(frozen=True, slots=True)
class Span:
    """One activity from its start to its end."""

    label: str
    start_s: float
    """On the source's clock."""
    end_s: float
    """On the source's clock; for the span that continues, the time of the newest observation."""
    probability: float
    """The highest smoothed probability within the span, in [0, 1]."""
    person: int | None = None
    """Who did it; None for the scene as a whole, and while no person is detected."""

    @property
    def duration_s(self) -> float:
        """How long the activity lasted."""
        return self.end_s - self.start_s


class Timeline:
    """The activities so far, without gaps or overlaps, oldest first.

    An activity's ``since`` lies before the moment at which it was believed; the span before it ends there. With
    ``keep_s``, spans that ended longer ago than that are forgotten, and ``most`` bounds the memory in any case: a view
    that flickers forgets its oldest spans first.
    """

    def __init__(self, keep_s: float = float("inf"), most: int = 100_000, person: int | None = None) -> None:
        """Take how much is kept, and whose activities these are, if they are one person's."""
        self._keep_s = keep_s
        self._person = person
        self._spans: deque[Span] = deque(maxlen=most)

    def add(self, activity: Activity, t: float) -> bool:
        """Take the activity at ``t`` (growing from call to call); return whether a new span has begun."""
        last = self._spans[-1] if self._spans else None
        if last is not None and t < last.end_s:  # the video has started again
            self._spans.clear()
            last = None
        if last is not None and last.label == activity.label and activity.since <= last.end_s:
            self._spans[-1] = replace(last, end_s=t, probability=max(last.probability, activity.probability))
            return False
        self._begin(activity, t)
        return True

    def _begin(self, activity: Activity, t: float) -> None:
        start_s = min(activity.since, t)
        while self._spans and self._spans[-1].start_s >= start_s:
            self._spans.pop()
        if self._spans:
            self._spans[-1] = replace(self._spans[-1], end_s=start_s)
        self._spans.append(Span(activity.label, start_s, t, activity.probability, self._person))
        while self._spans[0].end_s < t - self._keep_s:
            self._spans.popleft()

    def spans(self) -> Sequence[Span]:
        """Return the spans, oldest first."""
        return tuple(self._spans)


class PeopleTimeline:
    """What each person did, and when no person was in view.

    ``keep_s`` and ``most`` bound it as they do a :class:`Timeline`, for all people together.
    """

    def __init__(self, keep_s: float = float("inf"), most: int = 100_000) -> None:
        self._keep_s = keep_s
        self._most = most
        self._start()

    def _start(self) -> None:
        self._t = float("-inf")
        self._scene = Timeline(self._keep_s, self._most)
        self._present: dict[int, Timeline] = {}
        self._seen_s: dict[int, float] = {}
        """When each of those present was last detected."""
        self._past: deque[Span] = deque(maxlen=self._most)

    def add(self, observation: Observation) -> bool:
        """Take an observation (times grow from one to the next); return whether a span has begun, or a person left."""
        t = observation.frame.t
        if t < self._t:  # the video has started again
            self._start()
        self._t = t
        changed = self._scene.add(observation.activity, t)
        people = [person for person in observation.people if person.settled]
        for person in people:
            timeline = self._present.setdefault(person.id, Timeline(self._keep_s, self._most, person.id))
            changed |= timeline.add(person.activity, t)
            if person.pose is not None:
                self._seen_s[person.id] = t
        for gone in self._present.keys() - {person.id for person in people}:
            self._leave(self._present.pop(gone), self._seen_s.pop(gone, t), observation.activity)
            changed = True
        while self._past and self._past[0].end_s < t - self._keep_s:
            self._past.popleft()
        return changed

    def _leave(self, timeline: Timeline, seen_s: float, scene: Activity) -> None:
        """Put a person's spans by, who was last detected at ``seen_s``.

        They end then, or as the room became empty, which is known a moment later: nothing is missing in between.
        """
        left_s = scene.since if scene.label == NO_PERSON else seen_s
        for span in timeline.spans():
            if span.start_s < left_s:
                self._past.append(replace(span, end_s=min(span.end_s, left_s)))

    def spans(self) -> Sequence[Span]:
        """Return all people's spans, and those in which no person was in view, in the order in which they began."""
        empty = [span for span in self._scene.spans() if span.label == NO_PERSON]
        present = [span for timeline in self._present.values() for span in timeline.spans()]
        spans = sorted((*self._past, *empty, *present), key=lambda span: (span.start_s, span.person or 0))
        return tuple(spans[-self._most :])


def rows_of(spans: Iterable[Span], most: int) -> Mapping[int, int]:
    """Return the row, from 0, on which each person's spans are shown; no two people overlap on one.

    Each has a row of their own until ``most`` are taken; then they share the one that has been free for longest. A
    person who comes while none is free has none.
    """
    rows: dict[int, int] = {}
    ends_s: list[float] = []
    for person, (start_s, end_s) in _stays(spans).items():
        if len(ends_s) < most:
            ends_s.append(end_s)
            rows[person] = len(ends_s) - 1
        elif ends_s[row := min(range(most), key=ends_s.__getitem__)] <= start_s:
            ends_s[row] = end_s
            rows[person] = row
    return rows


def _stays(spans: Iterable[Span]) -> dict[int, tuple[float, float]]:
    """Return from when to when each person was in view, in the order in which they came."""
    stays: dict[int, tuple[float, float]] = {}
    for span in sorted(spans, key=lambda span: span.start_s):
        if span.person is not None:
            start_s, end_s = stays.get(span.person, (span.start_s, span.end_s))
            stays[span.person] = (start_s, max(end_s, span.end_s))
    return stays


def as_rows(spans: Iterable[Span]) -> list[dict[str, object]]:
    """Return one mapping for each span with the keys of :data:`COLUMNS`; seconds to the millisecond."""
    return [
        {
            "start_s": round(span.start_s, 3),
            "end_s": round(span.end_s, 3),
            "duration_s": round(span.duration_s, 3),
            "activity": span.label,
            "probability": round(span.probability, 4),
            "person": span.person,
        }
        for span in spans
    ]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[Span]:
    """Return the spans that :func:`as_rows` was given, to the millisecond."""
    return [Span(row["activity"], row["start_s"], row["end_s"], row["probability"], row["person"]) for row in rows]


def as_json(spans: Iterable[Span]) -> str:
    """Return the spans as a JSON array of objects with the keys of :data:`COLUMNS`."""
    return json.dumps(as_rows(spans), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(spans: Iterable[Span]) -> str:
    """Return the spans as CSV (RFC 4180, except for plain line feeds) with a header of :data:`COLUMNS`."""
    return rows_as_csv(as_rows(spans))


def rows_as_csv(rows: Iterable[Mapping[str, object]]) -> str:
    """Return what :func:`as_rows` gives as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
