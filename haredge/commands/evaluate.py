"""``haredge evaluate``: how good models are, on labelled recordings, on films, and (``pose``) on labelled pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

from haredge.commands import evaluate_clips, evaluate_pose
from haredge.commands import evaluate_videos as evaluate_films


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge evaluate``."""
    parser.add_argument(
        "--model",
        nargs="+",
        metavar="MODEL",
        help="installed activity models or folders (the default model); several are put side by side",
    )
    # Not "required": the parser would then ask for one of them in `haredge evaluate pose` too.
    on = parser.add_mutually_exclusive_group()
    on.add_argument("--data", type=Path, metavar="PATH", help="labelled recordings")
    on.add_argument(
        "--films",
        nargs="+",
        metavar="FILM[=LABEL]",
        help="films or folders of films, and what goes on in them; without a label nothing that is to be reported",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    evaluate_films.add_arguments(parser)
    parser.set_defaults(refuse=parser.error)
    what = parser.add_subparsers(metavar="pose")
    pose = what.add_parser("pose", help="measure pose networks on labelled pictures, side by side")
    evaluate_pose.add_arguments(pose)
    pose.set_defaults(run=evaluate_pose.run)


def run(args: argparse.Namespace) -> int:
    """Measure on what was given. Raises the errors of data, models and sources."""
    if args.films is not None:
        return evaluate_films.run(args)
    if args.data is None:
        args.refuse("one of the arguments --data, --films is required")
    return evaluate_clips.run(args)
