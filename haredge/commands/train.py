"""``haredge train``: from labelled recordings to a model folder that the daemon can run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge import api as learning
from haredge.commands.arguments import share, whole

if TYPE_CHECKING:
    from haredge.datasets.motions import Motion
    from haredge.datasets.reading import Read
    from haredge.train.fit import Plan
    from haredge.train.folds import Figures, Fold
    from haredge.train.recipe import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge train``."""
    parser.add_argument(
        "data", nargs="+", type=Path, help="labelled recordings (docs/data-formats.md); measured on the first"
    )
    aim = parser.add_mutually_exclusive_group(required=True)
    aim.add_argument("--out", type=Path, metavar="DIR", help="the model's folder; its name names it")
    aim.add_argument(
        "--leave-one-out",
        choices=("subject",),
        help="write no model: train once without each subject of the first recordings, and be measured on that one",
    )
    aim.add_argument(
        "--each", action="store_true", help="write no model: train on each of the recordings alone, by its own split"
    )
    parser.add_argument(
        "--recipe",
        default="own",
        metavar="own|FILE",
        help="what to train: the recordings' own labels, or those of a recipe's file (docs/activity-model.md) (own)",
    )
    parser.add_argument(
        "--leave-out", metavar="NAME", help="a data set of the motions to leave out, to be judged on it"
    )
    parser.add_argument("--motions", type=Path, metavar="DIR", help="motion capture to add, seen from all sides")
    parser.add_argument(
        "--drawn", type=int, default=0, metavar="N", help="motions of the drawn figure to add, N of each kind"
    )
    parser.add_argument("--network", choices=("lstm", "gru", "tcn"), default="lstm", help="its form (lstm)")
    parser.add_argument(
        "--start",
        metavar="MODEL",
        help="an LSTM to learn on from, its labels may be others, or taught weights (.npz)",
    )
    parser.add_argument(
        "--keep", type=share, default=0.0, metavar="SHARE", help="of the weights started from, to keep in the end (0)"
    )
    parser.add_argument(
        "--epochs", type=whole(0), default=40, metavar="N", help="epochs at most (40); 0: calibrate and convert --start"
    )
    parser.add_argument("--examples", type=int, default=40_000, metavar="N", help="examples in an epoch (40000)")
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn at random (0)")


def run(args: argparse.Namespace) -> int:
    """Train a model and write its folder, or train several times to tell how good such a model is.

    Raises :class:`haredge.core.errors.DataError` for recordings that cannot be used, and
    :class:`haredge.core.errors.RuntimeMissingError` where TensorFlow is not installed.
    """
    learning.check_installed()
    # TensorFlow is loaded when there is something to train, not when the command line is parsed.
    from haredge.train import fine_tuning as starting  # noqa: PLC0415
    from haredge.train import fit as fitting  # noqa: PLC0415

    sets = [_without(learning.load(path), args.leave_out) for path in args.data]
    start = None if args.start is None else starting.read(args.start)
    plan = fitting.Plan(args.network, args.epochs, args.examples, seed=args.seed, start=start, keep=args.keep)
    if args.out is None:
        _judge(args, sets, plan)
    else:
        _make(args, sets, plan)
    return 0


def _make(args: argparse.Namespace, sets: Sequence[Read], plan: Plan) -> None:
    from haredge.train.data_warnings import in_words  # noqa: PLC0415

    recipe = _recipe(args)
    manifest = learning.train(sets, args.out, motions=_motions(args), recipe=recipe, plan=plan, tell=_tell)
    clips = sum(map(sum, manifest.confusion))
    print(
        f"{args.out}: of those kept aside {in_words(manifest.accuracy.int8, clips)}, by the float network "
        f"{manifest.accuracy.float32:.1%}; {manifest.measured['window_accuracy']:.1%} of their windows; macro F1 "
        f"{manifest.measured['macro_f1']:.3f}"
    )


def _judge(args: argparse.Namespace, sets: Sequence[Read], plan: Plan) -> None:
    from haredge.train import folds  # noqa: PLC0415
    from haredge.train import recipe as recipes  # noqa: PLC0415
    from haredge.train.split import divide  # noqa: PLC0415

    motions = _motions(args)
    if args.each:
        parts = [
            folds.Fold(str(path), divide([each], motions, args.seed).recordings)
            for path, each in zip(args.data, sets, strict=True)
        ]
    else:
        others = [clip for each in sets[1:] for clip in each.clips]
        parts = folds.leave_one_out(sets[0].clips, others, motions)
    recipe = _recipe(args) or recipes.own([clip for each in sets for clip in each.clips], recipes.OWN)
    print(f"{len(parts)} trainings")
    print("\n".join(_table(folds.judge(parts, recipe, plan, _tell))))


def _recipe(args: argparse.Namespace) -> Recipe | None:
    """Read the recipe's file; None if the recordings' own labels are trained."""
    from haredge.train import recipe as recipes  # noqa: PLC0415

    return None if args.recipe == recipes.OWN else recipes.read(Path(args.recipe))


_TITLES: Final = ("nine poses", "float", "windows", "by windows", "closed")
"""Of the columns of :attr:`Figures.shares`."""


def _table(judged: Sequence[tuple[Fold, Figures]]) -> Iterator[str]:
    from haredge.train.folds import mean  # noqa: PLC0415

    rows = [(fold.name, figures) for fold, figures in judged]
    rows.append(("mean", mean([figures for _, figures in judged])))
    width = max(len(name) for name, _ in rows)
    yield " ".join([f"{'measured on':{width}} {'clips':>6}", *(f"{title:>11}" for title in _TITLES)])
    for name, figures in rows:
        yield " ".join([f"{name:{width}} {figures.clips:6}", *(f"{each:11.1%}" for each in figures.shares)])


def _tell(line: str) -> None:
    print(line, flush=True)


def _without(read: Read, left_out: str | None) -> Read:
    """Leave out a data set's motions where they were acted out (see research.rendered_motions)."""
    kept = [clip for clip in read.clips if not (clip.network and clip.group.split(" ")[0] == left_out)]
    return replace(read, clips=kept)


def _motions(args: argparse.Namespace) -> list[Motion]:
    """Read the motions to learn from, and draw the figure's own."""
    from haredge.datasets import reading  # noqa: PLC0415
    from haredge.train import synthetic_motions as drawn  # noqa: PLC0415

    read = reading.motions_beside(args.data, args.motions)
    return [motion for motion in read if motion.source != args.leave_out] + drawn.draw_motions(args.drawn, args.seed)
