"""``haredge evaluate``: how good models are, on labelled recordings, on videos, and (``pose``) on labelled images."""

from __future__ import annotations

import argparse
from typing import Final

from haredge.commands import evaluate_clips, evaluate_videos
from haredge.commands.arguments import given_path
from haredge.commands.parser import CommandParser

COMMANDS: Final = {"pose": "measure pose networks on labelled images, side by side"}


def add_arguments(parser: CommandParser) -> None:
    """Add the arguments of ``haredge evaluate``."""
    parser.add_argument(
        "--model",
        nargs="+",
        metavar="MODEL",
        help="installed activity models or folders (the default model); several are put side by side",
    )
    # Not "required": the parser would then ask for one of them in `haredge evaluate pose` too.
    on = parser.add_mutually_exclusive_group()
    on.add_argument(
        "--data",
        nargs="+",
        type=given_path,
        metavar="PATH",
        help="labelled recordings; those of several places count together",
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
    return evaluate_clips.run(args)
