"""``haredge train`` with labelled images in the place of recordings: a still model."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haredge import api as learning
from haredge.commands.arguments import whole
from haredge.core.errors import DataError
from haredge.evaluation.ranges import with_range
from haredge.terminal import LiveLine, ProgressBar, say

_OF_RECORDINGS: Final = (
    "leave_one_out",
    "each",
    "recipe",
    "leave_out",
    "motions",
    "drawn",
    "network",
    "keep",
    "examples",
)
"""Options that are for recordings alone."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that images alone have, after those of recordings."""
    parser.set_defaults(if_not_given={name: parser.get_default(name) for name in _OF_RECORDINGS})
    parser.add_argument(
        "--size",
        type=_size,
        metavar="PX",
        help="with images: width and height of the network's input, a multiple of 32 (that of --start)",
    )


def wanted(data: Sequence[Path]) -> bool:
    """Return whether any of the paths holds labelled images; raises :class:`DataError` if it is one of several."""
    from haredge.training.images.reading import holds_images  # noqa: PLC0415

    found = [path for path in data if path.exists() and holds_images(path)]
    if found and len(data) > 1:
        raise DataError(f"{found[0]}: labelled images are trained on alone: give one folder or table")
    return bool(found)


def run(args: argparse.Namespace) -> int:
    """Train a still model and write its folder. Raises :class:`DataError` and :class:`ModelError`."""
    from haredge.training.images.fit import Plan  # noqa: PLC0415

    for name, usual in args.if_not_given.items():
        if getattr(args, name) != usual:
            raise DataError(f"--{name.replace('_', '-')} is for recordings, and {args.data[0]} holds images")
    if args.epochs == 0:
        raise DataError(f"--epochs 0 is for recordings, and {args.data[0]} holds images")
    usual = Plan()
    plan = Plan(
        size=args.size and (args.size, args.size),
        epochs=usual.epochs if args.epochs is None else args.epochs,
        seed=args.seed,
    )
    line = LiveLine()
    bar: list[ProgressBar] = []

    def progress(done: int, of: int) -> None:
        if not bar:
            bar.append(ProgressBar(of, line))
        bar[0].show(done, "reading images ")

    start = learning.STILL_MODEL if args.start is None else args.start
    manifest = learning.train_images(
        args.data[0], args.out, start=start, plan=plan, report=line.above, progress=progress
    )
    images = sum(map(sum, manifest.confusion))
    right = with_range(manifest.accuracy.int8, images, "image")
    say(
        f"{args.out}: of the test images {right}, by the float network {manifest.accuracy.float32:.1%}; macro F1 "
        f"{manifest.measured['macro_f1']:.3f}; confusion.png and MODEL_CARD.md show what it mixes up"
    )
    return 0


def _size(text: str) -> int:
    size = whole(32, 512)(text)
    if size % 32:
        raise argparse.ArgumentTypeError(f"{size}: a multiple of 32 from 32 to 512 is needed")
    return size
