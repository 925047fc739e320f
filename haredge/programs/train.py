"""``haredge train``: from labelled recordings to a model folder that the daemon can run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haredge.errors import DataError, RuntimeMissingError
from haredge.manifest import DataSet

if TYPE_CHECKING:
    from haredge.training.activity.clips import Clip
    from haredge.training.activity.course import Recordings
    from haredge.training.activity.recipes import Recipe

TEST_PART = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge train``."""
    parser.add_argument(
        "data", nargs="+", type=Path, help="labelled recordings (docs/data-formats.md); measured on the first"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the model's folder; its name names it")
    parser.add_argument(
        "--recipe",
        choices=("own", "exercise", "everyday"),
        default="own",
        help="what to learn: the recordings' own labels, or those of a model that comes with haredge (own)",
    )
    parser.add_argument(
        "--leave-out", metavar="NAME", help="a data set of the motions to leave out, to be judged on it"
    )
    parser.add_argument("--motions", type=Path, metavar="DIR", help="motion capture to add, seen from all sides")
    parser.add_argument(
        "--drawn", type=int, default=0, metavar="N", help="motions of the drawn figure to add, N of each kind"
    )
    parser.add_argument("--network", choices=("lstm",), default="lstm", help="the form of network (lstm)")
    parser.add_argument("--epochs", type=int, default=40, metavar="N", help="epochs at most (40)")
    parser.add_argument("--examples", type=int, default=40_000, metavar="N", help="examples in an epoch (40000)")
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn at random (0)")


def run(args: argparse.Namespace) -> int:
    """Train a model and write its folder.

    Raises :class:`DataError` for recordings that cannot be used, and :class:`RuntimeMissingError` where TensorFlow is
    not installed.
    """
    _check_installed()
    # TensorFlow is loaded when there is something to train, not when the command line is parsed.
    from haredge.training.activity import course, fitting, package  # noqa: PLC0415

    recordings, recipe, sources, split = _read(args)
    package.prepared(args.out)
    plan = fitting.Plan(args.network, args.epochs, args.examples, seed=args.seed)
    print(f"{len(recordings.clips)} clips, {len(recordings.motions)} motions; {len(recordings.test)} clips to test on")
    trained = course.train(recordings, recipe, plan, lambda line: print(line, flush=True))
    manifest = package.write(args.out, trained, sources, split)
    print(
        f"{args.out}: {manifest.accuracy.int8:.1%} of the test clips right (float {manifest.accuracy.float32:.1%}), "
        f"{trained.int8.window_accuracy:.1%} of their windows, macro F1 {trained.int8.macro_f1:.3f}"
    )
    return 0


def _check_installed() -> None:
    from importlib.util import find_spec  # noqa: PLC0415

    missing = [name for name in ("tensorflow", "tf_keras", "scipy", "matplotlib") if find_spec(name) is None]
    if missing:
        raise RuntimeMissingError(f"training needs {', '.join(missing)}: 'pip install haredge[train]'")


def _read(args: argparse.Namespace) -> tuple[Recordings, Recipe, tuple[DataSet, ...], str]:
    from haredge.training.activity import course, drawn, reading, recipes, sources  # noqa: PLC0415

    sets = [reading.read_clips(path) for path in args.data]
    motions = reading.read_motions(args.motions) if args.motions else []
    motions = [motion for motion in motions if motion.source != args.leave_out]
    motions += drawn.draw_motions(args.drawn, args.seed)
    names = [each.source for each in sets] + [motion.source for motion in motions]
    clips = [clip for each in sets for clip in each.clips]
    recipe = recipes.RECIPES.get(args.recipe) or recipes.own(clips, args.out.name)
    if not motions and len({recipe.label(clip.label) for clip in clips}) < 2:
        raise DataError(
            f"there is one label only ({clips[0].label}), and nothing to tell it from: add recordings of another, such "
            "as `haredge record --label other`, or --motions"
        )
    train, test = _divided(sets[0].clips, args.seed)
    train = [*train, *(clip for each in sets[1:] for clip in each.clips if clip.split != "test")]
    split = "the data set's own" if any(clip.split for clip in test) else f"by group, {TEST_PART:.0%} to test on"
    return course.Recordings(train, motions, test), recipe, sources.data_sets(names), split


def _divided(clips: Sequence[Clip], seed: int) -> tuple[Sequence[Clip], Sequence[Clip]]:
    """Divide clips into those to learn from and those to be tested on: by their own split where they have one."""
    from haredge.training.activity.splitting import TOO_FEW, keep_aside  # noqa: PLC0415

    if any(clip.split for clip in clips):
        return [c for c in clips if c.split != "test"], [c for c in clips if c.split == "test"]
    train, test = keep_aside(clips, [clip.group for clip in clips], TEST_PART, seed)
    if not test:
        raise DataError(TOO_FEW)
    if untested := sorted({clip.label for clip in train} - {clip.label for clip in test}):
        print(f"not tested, as there are too few people, sittings or videos: {', '.join(untested)}")
    return train, test
