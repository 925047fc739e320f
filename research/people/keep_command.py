"""Keep the labels that were made in the repository, so that another machine need not make them again."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from research.people.kept import keep_labels
from research.people.sources import SOURCES

BY_TWO: Final = ("people", "le2i", "rooms", "workout")
"""Sources that two networks label for the shipped training; the others' boxes are made again in minutes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--sources", nargs="+", default=BY_TWO, choices=SOURCES, help=f"sources to keep (default: {' '.join(BY_TWO)})"
    )


def run(arguments: argparse.Namespace) -> None:
    """Write the files, and print how many images each has."""
    for source in arguments.sources:
        sys.stdout.write(f"{source}: {keep_labels(source, arguments.work / 'labels')} images\n")
