"""What was reported for a video, compared with its true labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from haredge.activity.timeline import Span
from haredge.core.labels import NO_PERSON, UNKNOWN

SILENT: Final = (UNKNOWN, NO_PERSON)
"""Labels that say nothing of an activity, and so are neither correct nor incorrect."""


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """Seconds of one video, or of several, by what was reported."""

    told_s: Mapping[str, float] = field(default_factory=dict)
    """Seconds for which each label was reported, :data:`SILENT` ones included."""
    right_s: float = 0.0
    wrong_s: float = 0.0
    """Seconds for which a label was reported that is not one of the true ones."""
    false_activities: int = 0
    """How often such a label began."""

    @property
    def length_s(self) -> float:
        """Seconds in all."""
        return sum(self.told_s.values())

    @property
    def false_an_hour(self) -> float | None:
        """False activities an hour; None of no time at all."""
        return 3600 * self.false_activities / self.length_s if self.length_s else None

    def share(self, seconds: float) -> float | None:
        """Give seconds as a part of all; None of no time at all."""
        return seconds / self.length_s if self.length_s else None


def score(spans: Iterable[Span], true: Collection[str]) -> SegmentScores:
    """Compare spans with the true labels; any of them is correct at any time, and if there are none, all are wrong."""
    return sum_scores(_score(span, true) for span in spans)


def _score(span: Span, true: Collection[str]) -> SegmentScores:
    told_s = {span.label: span.duration_s}
    if span.label in true:
        return SegmentScores(told_s, right_s=span.duration_s)
    if span.label in SILENT:
        return SegmentScores(told_s)
    return SegmentScores(told_s, wrong_s=span.duration_s, false_activities=1)


def sum_scores(verdicts: Iterable[SegmentScores]) -> SegmentScores:
    """Add up the scores of several spans or videos."""
    told_s: dict[str, float] = {}
    right_s = wrong_s = 0.0
    false_activities = 0
    for verdict in verdicts:
        for label, seconds in verdict.told_s.items():
            told_s[label] = told_s.get(label, 0.0) + seconds
        right_s += verdict.right_s
        wrong_s += verdict.wrong_s
        false_activities += verdict.false_activities
    return SegmentScores(told_s, right_s, wrong_s, false_activities)
