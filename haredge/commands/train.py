"""``haredge train``: from labelled recordings to a model folder that the daemon can run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge import api as learning
from haredge.commands import train_images
from haredge.commands.arguments import add_seed, given_path, share, whole
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.evaluation.ranges import with_range
from haredge.terminal import say

if TYPE_CHECKING:
    from haredge.datasets.clips import LabelledClip
    from haredge.datasets.motions import Motion
    from haredge.datasets.reading import Read
    from haredge.training.fit import Plan
    from haredge.training.folds import Fold, FoldScores
    from haredge.training.recipe import Recipe


EPOCHS: Final = 40
"""Most epochs, with recordings."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge train``."""
    parser.add_argument(
        "data",
        nargs="+",
        type=given_path,
        help="labelled recordings (docs/data-formats.md); the model is tested on a part of the first. Or labelled "
        "images: a folder with a folder for each label, or a table of file names and labels (docs/still.md)",
    )
    _add_aim(parser)
    _add_material(parser)
    _add_training(parser)
    add_seed(parser)
    train_images.add_arguments(parser)


def _add_aim(parser: argparse.ArgumentParser) -> None:
    aim = parser.add_mutually_exclusive_group(required=True)
    aim.add_argument(
        "-o", "--out", type=given_path, metavar="DIR", help="folder to write the model to; its name becomes the model's"
    )
    aim.add_argument(
        "--leave-one-out",
        choices=("subject",),
        help="write no model: train once without each subject of the first recordings and test on that one",
    )
    each = "write no model: train and test on each of the recordings alone"
    aim.add_argument("--each", action="store_true", help=each)


def _add_material(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recipe",
        default="own",
        metavar="own|FILE",
        help="what to train: the recordings' own labels, or those of a recipe's file (docs/activity-model.md) (own)",
    )
    left_out = "name of a data set of the motions to leave out, to test on it"
    parser.add_argument("--leave-out", metavar="NAME", help=left_out)
    motions = "folder of motion capture to add, projected from all sides"
    parser.add_argument("--motions", type=given_path, metavar="DIR", help=motions)
    drawn = "motions of the synthetic person to add, N of each kind (0)"
    parser.add_argument("--drawn", type=whole(0), default=0, metavar="N", help=drawn)


def _add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--network", choices=("lstm", "gru", "tcn"), default="lstm", help="architecture (lstm)")
    parser.add_argument(
        "--start",
        metavar="MODEL",
        help="LSTM model to fine-tune, which may have other labels, or distilled weights (.npz); with images a still "
        "model (still)",
    )
    keep = "share of the starting weights in the mean with the new ones (0)"
    parser.add_argument("--keep", type=share, default=0.0, metavar="SHARE", help=keep)
    epochs = "most epochs (40; with images 20); 0: only calibrate and convert --start"
    parser.add_argument("--epochs", type=whole(0), metavar="N", help=epochs)
    parser.add_argument("--examples", type=whole(1), default=40_000, metavar="N", help="examples in an epoch (40000)")


def run(args: argparse.Namespace) -> int:
    """Train a model and write its folder, or train several times to measure how good such a model is.

    Raises :class:`haredge.core.errors.DataError` for recordings that cannot be used, and
    :class:`haredge.core.errors.RuntimeMissingError` where TensorFlow is not installed.
    """
    learning.check_installed()
    # TensorFlow is loaded when there is something to train, not when the command line is parsed.
    from haredge.training import fine_tuning  # noqa: PLC0415
    from haredge.training.fit import Plan  # noqa: PLC0415

    if train_images.wanted(args.data):
        return train_images.run(args)
    sets, motions = _data(args)
    if args.size is not None:
        raise DataError(f"--size is for images, and {args.data[0]} holds recordings")
    start = None if args.start is None else fine_tuning.read(args.start)
    plan = Plan(
        args.network,
        EPOCHS if args.epochs is None else args.epochs,
        args.examples,
        seed=args.seed,
        start=start,
        keep=args.keep,
    )
    if args.out is None:
        _cross_validate(args, sets, motions, plan)
    else:
        _make(args, sets, motions, plan)
    return 0


def _make(args: argparse.Namespace, sets: Sequence[Read], motions: Sequence[Motion], plan: Plan) -> None:
    recipe = _recipe(args)
    manifest = learning.train(sets, args.out, motions=motions, recipe=recipe, plan=plan, report=say)
    clips = sum(map(sum, manifest.confusion))
    say(
        f"{args.out}: of the test clips {with_range(manifest.accuracy.int8, clips)}, by the float network "
        f"{manifest.accuracy.float32:.1%}; {manifest.measured['window_accuracy']:.1%} of their windows; macro F1 "
        f"{manifest.measured['macro_f1']:.3f}"
    )


def _cross_validate(args: argparse.Namespace, sets: Sequence[Read], motions: Sequence[Motion], plan: Plan) -> None:
    from haredge.training import folds  # noqa: PLC0415
    from haredge.training import recipe as recipes  # noqa: PLC0415
    from haredge.training.split import divide  # noqa: PLC0415

    recipe = _recipe(args) or recipes.own([clip for each in sets for clip in each.clips], recipes.OWN)
    if args.each:
        parts = [
            folds.Fold(str(path), divide([each], motions, args.seed).recordings)
            for path, each in zip(args.data, sets, strict=True)
        ]
    else:
        others = [clip for each in sets[1:] for clip in each.clips]
        # A subject without a clip that the recipe uses gives nothing to test on.
        measured = [clip for clip in sets[0].clips if recipe.label(clip.label) is not None]
        parts = folds.leave_one_out(measured or sets[0].clips, others, motions)
    say(counted(len(parts), "training"))
    say(*_table(folds.train_folds(parts, recipe, plan, say)))


def _recipe(args: argparse.Namespace) -> Recipe | None:
    """Read the recipe's file; None if the recordings' own labels are trained."""
    from haredge.training import recipe as recipes  # noqa: PLC0415

    return None if args.recipe == recipes.OWN else recipes.read(Path(args.recipe))


_FIRST: Final = "tested on"
_TITLES: Final = ("nine poses", "float", "windows", "by windows", "closed")
"""Of the columns of :attr:`FoldScores.shares`."""


def _table(scored: Sequence[tuple[Fold, FoldScores]]) -> Iterator[str]:
    from haredge.training.folds import mean  # noqa: PLC0415

    rows = [(fold.name, figures) for fold, figures in scored]
    rows.append(("mean", mean([figures for _, figures in scored])))
    width = max(len(_FIRST), *(len(name) for name, _ in rows))
    yield " ".join([f"{_FIRST:{width}} {'clips':>6}", *(f"{title:>11}" for title in _TITLES)])
    for name, figures in rows:
        yield " ".join([f"{name:{width}} {figures.clips:6}", *(f"{each:11.1%}" for each in figures.shares)])


def _data(args: argparse.Namespace) -> tuple[list[Read], list[Motion]]:
    """Read recordings and motions, without the data set that is left out, and make those of the synthetic person."""
    from haredge.datasets import reading  # noqa: PLC0415
    from haredge.training.synthetic_motions import draw_motions  # noqa: PLC0415

    sets, motions = [learning.load_clips(path) for path in args.data], reading.motions_beside(args.data, args.motions)
    if args.leave_out is not None:
        sets, motions = _without(args.leave_out, sets, motions)
    return sets, [*motions, *draw_motions(args.drawn, args.seed)]


def _without(name: str, sets: Sequence[Read], motions: Sequence[Motion]) -> tuple[list[Read], list[Motion]]:
    """Leave out a data set's motions, and the clips that were rendered from them (research.rendered_motions)."""
    sources = {motion.source for motion in motions}
    if name not in sources and not any(_rendered_from(clip) == name for each in sets for clip in each.clips):
        known = f"the motions are of {', '.join(sorted(sources))}" if sources else "there are none: --motions adds them"
        raise DataError(f"--leave-out {name}: no motion is of that data set; {known}")
    kept = [replace(each, clips=[clip for clip in each.clips if _rendered_from(clip) != name]) for each in sets]
    return kept, [motion for motion in motions if motion.source != name]


def _rendered_from(clip: LabelledClip) -> str | None:
    """Return the data set of the motion that a clip shows through a pose network; None of any other clip."""
    return clip.group.split(" ")[0] if clip.network else None
