"""Measure the rule in use on replays, without a pose network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from haredge.core.sensitivity import SENSITIVITIES
from haredge.falls.watch import FallWatch
from research.falls.fit import RATE_HZ
from research.falls.measure import Measured
from research.falls.replay import load_all
from research.falls.score import Score


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("replays", type=Path, help="folder of replays")
    parser.add_argument("--rate", type=float, default=RATE_HZ, help="poses per second (default: %(default)s)")
    parser.add_argument("--skip", type=int, default=0, help="begin so many poses later (default: %(default)s)")
    parser.add_argument("--sensitivity", default="normal", choices=SENSITIVITIES, help="default: %(default)s")


def run(args: argparse.Namespace) -> None:
    """Print the figures of each group."""
    scores: dict[str, Score] = {}
    for replay in load_all(args.replays):
        usual = replay.thinned(args.rate, args.skip)
        if usual.frames:
            scores.setdefault(replay.group, Score()).add(usual, usual.alarms(FallWatch(args.sensitivity)))
    for group, score in scores.items():
        sys.stdout.write(Measured(score).report(group))
