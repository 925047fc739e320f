"""``haredge evaluate``: how good models are, on labelled recordings, on videos, and (``pose``) on labelled images."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haredge.commands import evaluate_clips, evaluate_images, evaluate_videos
from haredge.commands.arguments import given_path
from haredge.commands.parser import CommandParser
from haredge.core.errors import DataError

COMMANDS: Final = {"pose": "measure pose networks on labelled images, side by side"}


def add_arguments(parser: CommandParser) -> None:
    """Add the arguments of ``haredge evaluate``."""
    parser.add_argument(
        "--model",
        nargs="+",
        metavar="MODEL",
        help="installed models or folders (everyday; for images still); several are put side by side",
    )
    # Not "required": the parser would then ask for one of them in `haredge evaluate pose` too.
    on = parser.add_mutually_exclusive_group()
    on.add_argument(
        "--data",
        nargs="+",
        type=given_path,
        metavar="PATH",
        help="labelled recordings, or labelled images (docs/still.md); those of several places count together",
    )
    on.add_argument(
        "--films",
        nargs="+",
        metavar="VIDEO=LABEL",
        help="videos, or folders of videos, and the label that each shows; VIDEO=none contains no activity to report",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    evaluate_videos.add_arguments(parser)
    parser.set_defaults(refuse=parser.error)
    parser.add_commands(COMMANDS)


def run(args: argparse.Namespace) -> int:
    """Measure on what was given. Raises the errors of data, models and sources."""
    if args.films is not None:
        return evaluate_videos.run(args)
    if args.data is None:
        args.refuse("one of the arguments --data, --films is required")
    for option in evaluate_videos.OPTIONS:
        if getattr(args, option) is not None:
            args.refuse(f"argument --{option.replace('_', '-')}: only with --films")
    return evaluate_images.run(args) if _all_images(args.data) else evaluate_clips.run(args)


def _all_images(data: Sequence[Path]) -> bool:
    """Return whether the paths hold labelled images; raises :class:`DataError` if some hold recordings."""
    from haredge.training.images.reading import holds_images  # noqa: PLC0415

    images = [path for path in data if path.exists() and holds_images(path)]
    if images and (other := next((path for path in data if path not in images), None)):
        raise DataError(f"{other}: no labelled images, as {images[0]} has: measure images and recordings one by one")
    return bool(images)
