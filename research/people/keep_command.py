"""Keep the labels that were made in the repository, so that another machine need not make them again."""

from __future__ import annotations

import argparse
import sys

from research.people.kept import keep_labels
from research.people.sources import SOURCES


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add no argument: all is in ``--work``."""


def run(arguments: argparse.Namespace) -> None:
    """Write the files, and print how many images each has."""
    for source in SOURCES:
        sys.stdout.write(f"{source}: {keep_labels(source, arguments.work / 'labels')} images\n")
