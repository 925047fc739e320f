"""Fit the numbers on replays, and write ``haredge/falls/fitted.py``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import haredge.falls.fitted
from research.falls.replay import load_all
from research.falls.score import Score
from research.falls.search import search
from research.falls.written import write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("replays", type=Path, help="folder of replays")


def run(args: argparse.Namespace) -> None:
    """Print what each threshold gives, choose, and write."""
    found = search(load_all(args.replays))
    for smoothing_s, curve in found.curves.items():
        for threshold, scores in curve.items():
            sys.stdout.write(_lines(f"{smoothing_s:g} s, {threshold:.2f}", scores))
    write(Path(haredge.falls.fitted.__file__), found.rule)
    sys.stdout.write(_lines(f"{found.rule.smoothing_s:g} s, all", found.checked))


def _lines(name: str, scores: Mapping[str, Score]) -> str:
    lines = [f"{name}: " + "; ".join(f"{group} {score}" for group, score in scores.items())]
    return "\n".join([*lines, *(fault for score in scores.values() for fault in score.faults())]) + "\n"
