"""Which activity was when: spans of time, as people read them in a table or see them on a strip."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from haredge.core.types import Activity

COLUMNS: Final = ("start_s", "end_s", "duration_s", "activity", "probability")
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

    def __init__(self, keep_s: float = float("inf"), most: int = 100_000) -> None:
        self._keep_s = keep_s
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
        self._spans.append(Span(activity.label, start_s, t, activity.probability))
        while self._spans[0].end_s < t - self._keep_s:
            self._spans.popleft()

    def spans(self) -> Sequence[Span]:
        """Return the spans, oldest first."""
        return tuple(self._spans)


def as_rows(spans: Iterable[Span]) -> list[dict[str, object]]:
    """Return one mapping for each span with the keys of :data:`COLUMNS`; seconds to the millisecond."""
    return [
        {
            "start_s": round(span.start_s, 3),
            "end_s": round(span.end_s, 3),
            "duration_s": round(span.duration_s, 3),
            "activity": span.label,
            "probability": round(span.probability, 4),
        }
        for span in spans
    ]


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
