"""Write replays of the synthetic person's life without falls."""

from __future__ import annotations

import argparse
from pathlib import Path

from research.falls.simulate import DAILY, ON_THE_FLOOR, lived


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("replays", type=Path, help="folder of replays")
    parser.add_argument(
        "--hours", type=float, default=1.0, help="of a day at home; a quarter as much lying (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=77, help="chooses what happens (default: %(default)s)")


def run(args: argparse.Namespace) -> None:
    """Write them, in the groups ``daily`` and ``lying``."""
    for words, group, hours in ((DAILY, "daily", args.hours), (ON_THE_FLOOR, "lying", args.hours / 4)):
        for replay in lived(hours, words, group, args.seed):
            replay.save(args.replays)
