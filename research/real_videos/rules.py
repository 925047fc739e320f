"""Choose, for each label, the probability and the time from which it is reported: from replays.

The thresholds together maximise the share of labelled time that is right, at a bounded share of recordings in which
something false is reported, by trying one label's after the other until none changes. Whatever is reported in a
recording without a label of the model's is false. The recordings are short clips, each of something else: false
activities an hour of them say nothing of a living room, and ``haredge evaluate --films`` counts those in whole videos.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.activity.thresholds import MIN_DURATION_S, Threshold
from haredge.evaluation.segments import score
from research.real_videos.replay import Replay

ENTERS: Final = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
"""Probabilities that are tried."""

DURATIONS_S: Final = (0.0, 0.25, MIN_DURATION_S)
"""Least durations that are tried for labels of what is over in a moment; others must hold for the usual time."""

BOUNDS: Final = {"low": 0.01, "normal": 0.03, "high": 0.08}
"""Share of recordings in which something false may be reported, by sensitivity."""

PENALTY: Final = 10.0
"""Share of time right that each share of recordings beyond the bound costs."""

SWEEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """What a set of thresholds is worth."""

    right: float
    """Share of the time with a label of the model's in which it was reported."""
    told: float
    """Share of recordings with such a label in which it was reported at some time."""
    mistaken: float
    """Share of all recordings in which something false was reported."""

    def worth(self, bound: float) -> float:
        """Return what is maximised."""
        return self.right - PENALTY * max(0.0, self.mistaken - bound)


@dataclass(frozen=True, slots=True)
class Material:
    """Replays with the model's labels for them."""

    labels: Sequence[str]
    background: Collection[str]
    replays: Sequence[Replay]
    true: Sequence[str | None]
    """The label of each replay; None if it is none of the model's, or of its background."""

    def measured(self, thresholds: Mapping[str, Threshold]) -> Measured:
        """Measure a set of thresholds."""
        right_s = labelled_s = 0.0
        told = mistaken = 0
        for replay, true in zip(self.replays, self.true, strict=True):
            one = score(replay.spans(self.labels, thresholds, self.background), () if true is None else (true,))
            mistaken += one.false_activities > 0
            if true is not None:
                told += one.right_s > 0
                right_s, labelled_s = right_s + one.right_s, labelled_s + one.length_s
        clips = sum(true is not None for true in self.true)
        return Measured(right_s / max(labelled_s, 1e-9), told / max(clips, 1), mistaken / max(len(self.replays), 1))


def choose(
    material: Material, start: Mapping[str, Threshold], momentary: Collection[str], bound: float
) -> dict[str, Threshold]:
    """Return thresholds of all labels; those of labels that the replays do not have stay as they are at first."""
    thresholds = dict(start)
    known = [label for label in material.labels if label in set(material.true)]
    best = material.measured(thresholds).worth(bound)
    for _ in range(SWEEPS):
        before = dict(thresholds)
        for label in known:
            for one in _candidates(momentary=label in momentary):
                worth = material.measured({**thresholds, label: one}).worth(bound)
                if worth > best:
                    best, thresholds[label] = worth, one
        if thresholds == before:
            break
    return thresholds


def _candidates(*, momentary: bool) -> list[Threshold]:
    durations_s = DURATIONS_S if momentary else (MIN_DURATION_S,)
    return [Threshold(enter, duration_s) for duration_s in durations_s for enter in ENTERS]
