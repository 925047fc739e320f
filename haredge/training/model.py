"""A model made out of labelled recordings: divided, examined, trained and tested, and written into its folder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.datasets import licences
from haredge.datasets.motions import Motion
from haredge.datasets.reading import Read
from haredge.datasets.trained_clips import divided, marks_of
from haredge.inference.tflite_weights import Weights
from haredge.manifest import ActivityManifest
from haredge.training import course, data_warnings, package, recipe, split
from haredge.training.fine_tuning import Start
from haredge.training.fit import Plan
from haredge.training.history import History
from haredge.training.recipe import Recipe

log = logging.getLogger(__name__)


def make(
    sets: Sequence[Read],
    out: Path,
    *,
    motions: Sequence[Motion],
    chosen: Recipe | None,
    plan: Plan,
    report: Callable[[str], None],
) -> ActivityManifest:
    """Make an activity model, as :func:`haredge.api.train` describes; without a recipe, of the recordings' labels."""
    if not sets:
        raise DataError("there are no recordings to train on: give a list of what load_clips returns")
    folder = package.prepared(out)
    chosen = chosen or recipe.own([clip for each in sets for clip in each.clips], package.name_of(folder))
    parts = split.divide(sets, motions, plan.seed)
    course.check(parts.recordings, chosen)
    report(_in_words(parts.recordings))
    doubts = _doubts(parts, chosen, plan)
    for line in doubts:
        log.warning("%s", line)
    names = [each.source for each in sets] + [motion.source for motion in motions]
    former, marks = (plan.start.trained_on, plan.start.trained_clips) if plan.start else ((), ())
    trained_on = licences.with_former(licences.data_sets(names), former)

    best: tuple[Weights, History] | None = None

    def take_best(weights: Weights, history: History) -> None:
        nonlocal best
        best = weights, history

    try:
        trained = course.train(parts.recordings, chosen, plan, report, take_best)
        return package.write(folder, trained, trained_on, parts, marks, doubts=doubts)
    except KeyboardInterrupt:
        if best and plan.network == "lstm":  # nothing starts from another
            weights, history = best
            seen = marks_of(chosen.relabelled(parts.recordings.clips), marks)
            start = Start(weights, chosen.labels, history, trained_on, parts.held_out, seen)
            _keep(start, folder.with_name(f"{folder.name}.unfinished.npz"), report)
        raise


def _keep(start: Start, path: Path, report: Callable[[str], None]) -> None:
    """Write the weights of a training that was interrupted, and say how to go on."""
    try:
        start.save(path)
    except OSError as error:
        report(f"{path}: cannot keep the weights there: {error.strerror or error}")
        return
    report(
        f"stopped after epoch {len(start.history.score)}; the best weights are kept: --start {path} goes on from them, "
        "and with --epochs 0, too, makes a model of them as they are"
    )


def _in_words(recordings: split.Recordings) -> str:
    learned = f"{counted(len(recordings.clips), 'clip')}, {counted(len(recordings.motions), 'motion')}"
    return f"{learned}; {counted(len(recordings.test), 'clip')} to test on"


def _doubts(parts: split.Division, chosen: Recipe, plan: Plan) -> list[str]:
    """Return a line for each reason why the scores to come may mean little."""
    doubts = [*data_warnings.data_warnings(parts.recordings, chosen), *data_warnings.copies(parts.recordings)]
    if plan.start and _may_know_the_test(plan.start, parts):
        doubts.append(data_warnings.NOT_HELD_OUT)
    return doubts


def _may_know_the_test(start: Start, parts: split.Division) -> bool:
    _, seen = divided(parts.recordings.test, start.trained_clips)
    return bool(seen or (start.held_out and start.held_out != parts.held_out))
