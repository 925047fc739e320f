"""Several trainings only to measure: each leaves something else out and is measured on it; none writes a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haredge.core.clock import clock_time
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.progress import Estimate
from haredge.datasets.clips import LabelledClip
from haredge.datasets.motions import Motion
from haredge.training.course import Trained, check, learn
from haredge.training.export import one_converter
from haredge.training.fit import Plan
from haredge.training.recipe import Recipe
from haredge.training.split import Recordings


@dataclass(frozen=True, slots=True)
class Fold:
    """One training of several."""

    name: str
    """What it is measured on: the group that it leaves out, or the file whose test part it is."""
    recordings: Recordings


@dataclass(frozen=True, slots=True)
class FoldScores:
    """Shares of one fold's test clips that are correct, or the folds' means: see :class:`WindowScores`."""

    clips: int
    accuracy: float
    accuracy_float32: float
    window_accuracy: float
    clip_accuracy: float
    closed_accuracy: float
    """From nine poses, if only labels that the test clips have may be answered."""

    @property
    def shares(self) -> NDArray[np.float64]:
        """The five shares in their order: (5,)."""
        return np.array(
            [self.accuracy, self.accuracy_float32, self.window_accuracy, self.clip_accuracy, self.closed_accuracy]
        )


def leave_one_out(
    measured: Sequence[LabelledClip], others: Sequence[LabelledClip], motions: Sequence[Motion]
) -> list[Fold]:
    """Make a fold for each group (a subject, a recording) of the measured clips; every fold trains on the other clips.

    Raises :class:`DataError` if every clip is a group of its own, or all are of one.
    """
    groups = sorted({clip.group for clip in measured})
    if len(groups) < 2 or len(groups) == len(measured):
        known = "one subject only" if len(groups) == 1 else "no subjects (every clip stands alone)"
        raise DataError(f"no one can be left out: the first of the recordings have {known}")
    return [
        Fold(
            group,
            Recordings(
                [
                    *(clip for clip in measured if clip.group != group),
                    *(clip for clip in others if clip.group != group),
                ],
                motions,
                [clip for clip in measured if clip.group == group],
            ),
        )
        for group in groups
    ]


def train_folds(
    folds: Sequence[Fold], recipe: Recipe, plan: Plan, report: Callable[[str], None]
) -> list[tuple[Fold, FoldScores]]:
    """Train once for each fold and measure its int8 file; ``report`` gets lines with the time left over all folds.

    Raises :class:`DataError` before the first training if the recipe leaves out all that one would use.
    """
    for fold in folds:
        check(fold.recordings, recipe)
    estimate, scores = Estimate(len(folds) * plan.epochs), []
    with one_converter():
        for index, fold in enumerate(folds):
            progress = _FoldReport(f"{index + 1} of {len(folds)}, {fold.name}", index * plan.epochs, estimate, report)
            figures = _figures(learn(fold.recordings, recipe, plan, progress))
            report(f"{fold.name}: {figures.accuracy:.1%} of {counted(figures.clips, 'clip')} right")
            scores.append((fold, figures))
    return scores


def mean(figures: Sequence[FoldScores]) -> FoldScores:
    """Give the mean over folds, each of equal weight whatever its number of clips; ``clips`` is their sum."""
    shares = np.mean([each.shares for each in figures], axis=0).tolist()
    return FoldScores(sum(each.clips for each in figures), *shares)


class _FoldReport:
    """A report that adds to each epoch's line which fold it is of, and the time left over all of them."""

    def __init__(self, title: str, done: int, estimate: Estimate, tell: Callable[[str], None]) -> None:
        self._title, self._done, self._estimate, self._tell = title, done, estimate, tell

    def __call__(self, line: str) -> None:
        self._done += 1
        left_s = self._estimate.at(self._done).left_s
        left = "" if left_s is None else f"; {clock_time(left_s)} left over all"
        self._tell(f"{self._title}: {line}{left}")


def _figures(trained: Trained) -> FoldScores:
    int8 = trained.int8
    clips = int(int8.confusion.sum())
    shares = (int8.accuracy, trained.float32.accuracy, int8.window_accuracy, int8.clip_accuracy, int8.closed.accuracy)
    return FoldScores(clips, *shares)
