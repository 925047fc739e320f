"""Distil the deployed network from larger ones; minutes on a GPU, many hours without."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haredge.core.errors import DataError
from haredge.datasets import reading
from haredge.datasets.clips import LabelledClip
from haredge.datasets.licences import data_sets
from haredge.datasets.motions import Motion
from haredge.datasets.reading import Read
from haredge.training import recipe as recipes
from haredge.training import synthetic_motions as drawn
from haredge.training.course import training_data
from haredge.training.fine_tuning import SUFFIX, Start
from haredge.training.split import divide, without
from research.distillation.plan import DistillPlan, Pretraining

EPILOG: Final = (
    "With --before the teachers are trained on those recordings first, with --motions and --drawn added, and on DATA "
    "afterwards: for activities of which there are few recordings. People who are in DATA are left out before, and so "
    "is the test part of the first set named."
)
_USUAL = DistillPlan()
_EVERYDAY = Path(__file__).parents[1] / "recipes/everyday.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    _add_files(parser)
    _add_teachers_first(parser)
    _add_steps(parser)
    _add_examples(parser)
    parser.add_argument("--seed", type=int, default=_USUAL.seed, help="random seed (%(default)s)")


def _add_files(parser: argparse.ArgumentParser) -> None:
    add, data = parser.add_argument, "labelled recordings, of the first without its test part"
    add("data", metavar="DATA", nargs="+", type=Path, help=data)
    add("--out", type=Path, required=True, metavar="FILE", help="the weights (.npz), for haredge train --start")
    add("--recipe", default=recipes.OWN, metavar="own|FILE", help="as in haredge train (own)")
    add("--motions", type=Path, metavar="DIR", help="motion capture to add, projected from all sides")
    add("--drawn", type=int, default=0, metavar="N", help="motions of the synthetic person to add, N of each kind")


def _add_teachers_first(parser: argparse.ArgumentParser) -> None:
    add, first = parser.add_argument, "recordings to train the teachers on first"
    by, further = "by which they do, with --before (%(default)s)", "of teachers with DATA, with --before (%(default)s)"
    add("--before", nargs="+", default=(), type=Path, metavar="OTHER", help=first)
    add("--before-recipe", type=Path, default=_EVERYDAY, metavar="FILE", help=by)
    add("--further", type=int, default=_USUAL.further_steps, metavar="N", help=further)


def _add_steps(parser: argparse.ArgumentParser) -> None:
    add, steps = parser.add_argument, (_USUAL.teacher_steps, _USUAL.student_steps)
    of = "of teachers and student ({} {})".format(*steps)
    add("--steps", type=int, nargs=2, default=steps, metavar=("T", "P"), help=of)
    add("--batch", type=int, default=_USUAL.batch, metavar="N", help="examples in a step (%(default)s)")


def _add_examples(parser: argparse.ArgumentParser) -> None:
    add, different = parser.add_argument, "different examples; with --before, of each (%(default)s)"
    add("--examples", type=int, default=_USUAL.examples, metavar="N", help=different)
    add("--processes", type=int, default=_USUAL.processes, metavar="N", help="that draw examples (%(default)s)")


def run(args: argparse.Namespace) -> None:
    """Check what can be checked, read the recordings, distil, and write the student's weights."""
    # PyTorch is imported for the work, not for --help; and before data is read, which takes a while.
    from research.distillation.distil import distil  # noqa: PLC0415

    _check(args)
    sets = [reading.read_clips(path) for path in args.data]
    earlier = [reading.read_clips(path) for path in args.before]
    motions, earlier_motions = _motions(args)
    clips = [clip for each in sets for clip in each.clips]
    chosen = args.recipe != recipes.OWN
    recipe = recipes.read(Path(args.recipe)) if chosen else recipes.own(clips, recipes.OWN)
    parts = divide(sets, motions, args.seed)
    given = training_data(parts.recordings, recipe, args.seed)
    before = _before(earlier, earlier_motions, clips, args) if earlier else None
    weights, history = distil(given, len(recipe.labels), _plan(args), _say, before)
    names = [each.source for each in (*sets, *earlier)] + [each.source for each in (*motions, *earlier_motions)]
    start = Start(weights, recipe.labels, history, data_sets(names), parts.held_out)
    try:
        start.save(args.out)
    except OSError as error:
        raise _unwritable(args.out, error) from None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _motions(args: argparse.Namespace) -> tuple[list[Motion], list[Motion]]:
    """Read the motions that are trained on with DATA, and those that are before."""
    added = drawn.draw_motions(args.drawn, args.seed)
    if args.before:
        return reading.motions_beside(args.data, None), [*reading.motions_beside(args.before, args.motions), *added]
    return [*reading.motions_beside(args.data, args.motions), *added], []


def _plan(args: argparse.Namespace) -> DistillPlan:
    teacher_steps, student_steps = args.steps
    rest = {name: getattr(args, name) for name in ("batch", "examples", "processes", "seed")}
    return DistillPlan(teacher_steps, args.further, student_steps, **rest)


def _before(
    earlier: Sequence[Read], motions: Sequence[Motion], clips: Sequence[LabelledClip], args: argparse.Namespace
) -> Pretraining:
    """Mix what the teachers are trained on first, without the people of ``clips``, which come afterwards."""
    recipe = recipes.read(args.before_recipe)
    recordings = without(divide(earlier, motions, args.seed).recordings, clips)
    if not {clip.label for clip in recipe.relabelled(recordings.clips)}.difference(recipe.rest):
        raise DataError(
            f"--before {' '.join(map(str, args.before))}: no person in them who is not in DATA does anything that "
            f"'{recipe.name}' has a label for"
        )
    return Pretraining(training_data(recordings, recipe, args.seed).mixture, len(recipe.labels))


def _check(args: argparse.Namespace) -> None:
    """Find out beforehand what would end hours of training."""
    if args.out.suffix != SUFFIX:
        raise DataError(f"{args.out}: give the file of weights a name that ends in {SUFFIX}")
    if min(*args.steps, args.further, args.batch - 1, args.examples, args.processes) < 1:
        raise DataError("--steps, --further, --examples and --processes are numbers from 1, --batch from 2")
    try:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=args.out.parent):
            pass
    except OSError as error:
        raise _unwritable(args.out, error) from None


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path}: cannot be written: {error.strerror}")
