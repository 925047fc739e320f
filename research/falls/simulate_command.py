"""Write replays of the synthetic person's falls."""

from __future__ import annotations

import argparse
from pathlib import Path

from research.falls.captured import captured
from research.falls.simulate import simulated


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("replays", type=Path, help="folder of replays")
    parser.add_argument("--count", type=int, default=70, help="falls, and videos without one (default: %(default)s)")
    parser.add_argument("--motions", type=Path, metavar="DIR", help="motion capture instead, without falls")
    parser.add_argument("--seed", type=int, default=2, help="chooses what happens (default: %(default)s)")


def run(args: argparse.Namespace) -> None:
    """Write them."""
    made = captured(args.motions, args.count, args.seed) if args.motions else simulated(args.count, args.seed)
    for replay in made:
        replay.save(args.replays)
