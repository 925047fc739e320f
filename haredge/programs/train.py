"""``haredge train``: from labelled recordings to a model folder that the daemon can run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haredge.errors import DataError, RuntimeMissingError

if TYPE_CHECKING:
    from haredge.training.activity.clips import Clip
    from haredge.training.activity.course import Recordings
    from haredge.training.activity.fitting import Plan
    from haredge.training.activity.folds import Figures, Fold
    from haredge.training.activity.motions import Motion
    from haredge.training.activity.reading import Read
    from haredge.training.activity.recipes import Recipe

TEST_PART = 0.2


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
    parser.add_argument("--network", choices=("lstm", "gru", "tcn"), default="lstm", help="its form (lstm)")
    parser.add_argument("--epochs", type=int, default=40, metavar="N", help="epochs at most (40)")
    parser.add_argument("--examples", type=int, default=40_000, metavar="N", help="examples in an epoch (40000)")
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn at random (0)")


def run(args: argparse.Namespace) -> int:
    """Train a model and write its folder, or train several times to tell how good such a model is.

    Raises :class:`DataError` for recordings that cannot be used, and :class:`RuntimeMissingError` where TensorFlow is
    not installed.
    """
    _check_installed()
    # TensorFlow is loaded when there is something to train, not when the command line is parsed.
    from haredge.training.activity import fitting, reading  # noqa: PLC0415

    sets = [reading.read_clips(path) for path in args.data]
    plan = fitting.Plan(args.network, args.epochs, args.examples, seed=args.seed)
    if args.out is None:
        _judge(args, sets, plan)
    else:
        _make(args, sets, plan)
    return 0


def _make(args: argparse.Namespace, sets: Sequence[Read], plan: Plan) -> None:
    from haredge.training.activity import course, package, sources  # noqa: PLC0415

    package.prepared(args.out)
    recipe, motions = _recipe(args, sets), _motions(args)
    _check_labels(recipe, sets, motions)
    recordings = _recordings(sets, motions, args.seed)
    names = [each.source for each in sets] + [motion.source for motion in recordings.motions]
    own_split = any(clip.split for clip in recordings.test)
    split = "the data set's own" if own_split else f"by group, {TEST_PART:.0%} to test on"
    print(f"{len(recordings.clips)} clips, {len(recordings.motions)} motions; {len(recordings.test)} clips to test on")
    trained = course.train(recordings, recipe, plan, _tell)
    manifest = package.write(args.out, trained, sources.data_sets(names), split)
    print(
        f"{args.out}: {manifest.accuracy.int8:.1%} of the test clips right (float {manifest.accuracy.float32:.1%}), "
        f"{trained.int8.window_accuracy:.1%} of their windows, macro F1 {trained.int8.macro_f1:.3f}"
    )


def _judge(args: argparse.Namespace, sets: Sequence[Read], plan: Plan) -> None:
    from haredge.training.activity import folds  # noqa: PLC0415

    motions = _motions(args)
    if args.each:
        parts = [
            folds.Fold(str(path), _recordings([each], motions, args.seed))
            for path, each in zip(args.data, sets, strict=True)
        ]
    else:
        others = [clip for each in sets[1:] for clip in each.clips]
        parts = folds.leave_one_out(sets[0].clips, others, motions)
    print(f"{len(parts)} trainings")
    print("\n".join(_table(folds.judge(parts, _recipe(args, sets), plan, _tell))))


def _table(judged: Sequence[tuple[Fold, Figures]]) -> Iterator[str]:
    from haredge.training.activity.folds import mean  # noqa: PLC0415

    rows = [(fold.name, figures) for fold, figures in judged]
    rows.append(("mean", mean([figures for _, figures in judged])))
    width = max(len(name) for name, _ in rows)
    yield f"{'measured on':{width}} {'clips':>6} {'nine poses':>11} {'float':>8} {'windows':>8} {'by windows':>11}"
    for name, figures in rows:
        nine, float32, windows, by_windows = figures.shares
        yield f"{name:{width}} {figures.clips:6} {nine:11.1%} {float32:8.1%} {windows:8.1%} {by_windows:11.1%}"


def _tell(line: str) -> None:
    print(line, flush=True)


def _check_installed() -> None:
    from importlib.util import find_spec  # noqa: PLC0415

    missing = [name for name in ("tensorflow", "tf_keras", "scipy", "matplotlib") if find_spec(name) is None]
    if missing:
        raise RuntimeMissingError(f"training needs {', '.join(missing)}: 'pip install haredge[train]'")


def _recipe(args: argparse.Namespace, sets: Sequence[Read]) -> Recipe:
    from haredge.training.activity import recipes  # noqa: PLC0415

    name = "own" if args.out is None else args.out.name
    return recipes.RECIPES.get(args.recipe) or recipes.own([clip for each in sets for clip in each.clips], name)


def _check_labels(recipe: Recipe, sets: Sequence[Read], motions: Sequence[Motion]) -> None:
    clips = [clip for each in sets for clip in each.clips]
    if not motions and len({recipe.label(clip.label) for clip in clips}) < 2:
        raise DataError(
            f"there is one label only ({clips[0].label}), and nothing to tell it from: add recordings of another, such "
            "as `haredge record --label other`, or --motions"
        )


def _motions(args: argparse.Namespace) -> list[Motion]:
    """Read the motions to learn from; recordings that are motions are among them, and so are seen from all sides."""
    from haredge.training.activity import drawn, motions, reading  # noqa: PLC0415

    added = reading.read_motions(args.motions) if args.motions else []
    there = {motion.source for motion in added}
    files = [path for path in args.data if motions.is_motions(path) and path.stem not in there]
    read = [*added, *(motion for path in files for motion in motions.read(path))]
    return [motion for motion in read if motion.source != args.leave_out] + drawn.draw_motions(args.drawn, args.seed)


def _recordings(sets: Sequence[Read], motions: Sequence[Motion], seed: int) -> Recordings:
    """Divide what was read: measured on the first set's test part, learnt from all but the test parts."""
    from haredge.training.activity import course  # noqa: PLC0415

    train, test = _divided(sets[0].clips, seed)
    train = [*train, *(clip for each in sets[1:] for clip in each.clips if clip.split != "test")]
    return course.Recordings(train, motions, test)


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
