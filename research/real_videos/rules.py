"""Choose, for each label, the probability and the time from which it is reported: from replays.

The thresholds together maximise the share of labelled time that is right, at a bounded share of clips in which
something false is reported, and a bounded number of false activities an hour of whole videos, by trying one label's
after the other until none changes. Of what happens once and is over, as a person who sits down, it counts that it is
reported, not for how long. Whatever is reported in a clip without a label of the model's is false. Clips are
short, each of something else, and have no quiet minutes in which a rule could be wrong; whole videos have.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from haredge.activity.thresholds import LEAVE_SHARE, MIN_DURATION_S, Threshold
from haredge.evaluation.segments import SegmentScores, score, sum_scores
from research.real_videos.replay import Replay

ENTERS: Final = (0.45, 0.55, 0.65, 0.75, 0.85, 0.9)
"""Probabilities that are tried."""

DURATIONS_S: Final = (0.0, 0.25, MIN_DURATION_S)
"""Least durations that are tried."""

CANDIDATES: Final = tuple(Threshold(enter, duration_s) for duration_s in DURATIONS_S for enter in ENTERS)

PENALTY: Final = 10.0
"""Share of time right that each share of clips beyond the bound costs."""

PENALTY_AN_HOUR: Final = 0.02
"""The same for each false activity an hour of whole videos."""

SWEEPS: Final = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """How much may be false."""

    mistaken: float
    """Share of clips in which something false is reported."""
    false_an_hour: float
    """False activities that begin in an hour of whole videos."""


BOUNDS: Final = {"low": Bound(0.01, 3), "normal": Bound(0.03, 10), "high": Bound(0.06, 30)}
"""By sensitivity."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a set of thresholds is worth."""

    right: float
    """Share of the time of clips with a label of the model's in which it was reported."""
    at_some_time: float
    """Share of clips with such a label in which it was reported at some time."""
    reported: float
    """Share of the time that is right, where a clip of what happens once counts whole if it is reported."""
    mistaken: float
    """Share of all clips in which something false was reported."""
    false_an_hour: float
    """False activities that began in an hour of whole videos; 0 if there are none."""

    def __str__(self) -> str:
        return (
            f"right {self.right:.1%} of the time, at some time in {self.at_some_time:.1%} of the clips; "
            f"something false in {self.mistaken:.1%} of all, "
            f"and {self.false_an_hour:.0f} times an hour of whole videos"
        )

    def worth(self, bound: Bound) -> float:
        """Return what is maximised."""
        beyond = max(0.0, self.mistaken - bound.mistaken), max(0.0, self.false_an_hour - bound.false_an_hour)
        return self.reported - PENALTY * beyond[0] - PENALTY_AN_HOUR * beyond[1]


@dataclass(frozen=True)
class Material:
    """Replays with the model's labels for them."""

    labels: Sequence[str]
    background: Collection[str]
    replays: Sequence[Replay]
    true: Sequence[Collection[str]]
    """What is right in each replay: a clip's label, or nothing if that is none of the model's or of its background; of
    a whole video all labels that occur in it, two at least, of which any is right at any time."""
    events: Collection[str] = ()
    """Labels of what happens once and is over."""

    def scores(self, thresholds: Mapping[str, Threshold]) -> list[SegmentScores]:
        """Return what each replay comes to with a set of thresholds."""
        return [self._score(number, thresholds) for number in range(len(self.replays))]

    def changed(
        self, scores: Sequence[SegmentScores], thresholds: Mapping[str, Threshold], label: str
    ) -> list[SegmentScores]:
        """Return the same after one label's threshold has changed: of most replays the label is never likely."""
        new = list(scores)
        for number in self._likely[label]:
            new[number] = self._score(number, thresholds)
        return new

    def measured(self, scores: Sequence[SegmentScores]) -> Measured:
        """Sum up the replays."""
        clips = [one for one, true in zip(scores, self.true, strict=True) if len(true) < 2]
        labelled = [(one, next(iter(true))) for one, true in zip(scores, self.true, strict=True) if len(true) == 1]
        length_s = max(sum(one.length_s for one, _ in labelled), 1e-9)
        reported_s = [
            one.length_s if label in self.events and one.right_s > 0 else one.right_s for one, label in labelled
        ]
        whole = sum_scores(one for one, true in zip(scores, self.true, strict=True) if len(true) > 1)
        return Measured(
            sum(one.right_s for one, _ in labelled) / length_s,
            sum(one.right_s > 0 for one, _ in labelled) / max(len(labelled), 1),
            sum(reported_s) / length_s,
            sum(one.false_activities > 0 for one in clips) / max(len(clips), 1),
            whole.false_an_hour or 0.0,
        )

    def _score(self, number: int, thresholds: Mapping[str, Threshold]) -> SegmentScores:
        return score(self.replays[number].spans(self.labels, thresholds, self.background), self.true[number])

    @cached_property
    def _likely(self) -> Mapping[str, list[int]]:
        """Numbers of the replays in which each label is ever likely enough for any threshold that is tried."""
        least = ENTERS[0] * LEAVE_SHARE
        highest = [
            np.max([step.prediction.probabilities for step in replay.steps if step.prediction is not None], axis=0)
            if any(step.prediction is not None for step in replay.steps)
            else np.zeros(len(self.labels))
            for replay in self.replays
        ]
        return {
            label: [number for number, high in enumerate(highest) if high[index] >= least]
            for index, label in enumerate(self.labels)
        }


def choose(
    material: Material, start: Mapping[str, Threshold], bound: Bound, least: Mapping[str, float]
) -> dict[str, Threshold]:
    """Return thresholds of all labels; those of labels that the replays do not have stay as they are at first.

    The others begin with the strictest, so that nothing false comes in that does not pay. ``least`` is the probability
    below which a label is never reported, for those that have one.
    """
    of_clips = {label for true in material.true if len(true) == 1 for label in true}
    known = [label for label in material.labels if label in of_clips]
    begin = {**start, **dict.fromkeys(known, CANDIDATES[-1])}
    thresholds = {label: _raised(one, least.get(label, 0.0)) for label, one in begin.items()}
    scores = material.scores(thresholds)
    best = material.measured(scores).worth(bound)
    for _ in range(SWEEPS):
        before = dict(thresholds)
        for label in known:
            for one in dict.fromkeys(_raised(each, least.get(label, 0.0)) for each in CANDIDATES):
                tried = material.changed(scores, {**thresholds, label: one}, label)
                if (worth := material.measured(tried).worth(bound)) > best:
                    best, scores, thresholds[label] = worth, tried, one
        if thresholds == before:
            break
    return thresholds


def _raised(threshold: Threshold, least: float) -> Threshold:
    """Return a threshold of at least a probability."""
    return replace(threshold, enter=max(threshold.enter, least))
