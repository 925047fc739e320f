"""Compare the rule with the activity model's label ``falling``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from haredge.compose import open_networks
from haredge.config.schema import Config
from research.falls.replay import load_all
from research.falls.witness import witness


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("replays", type=Path, help="folder of replays")


def run(args: argparse.Namespace) -> None:
    """Print the figures of each group."""
    networks = open_networks(Config())
    for group, found in witness(load_all(args.replays), networks.new_recogniser).items():
        sys.stdout.write(f"{group}\n{found}\n")
