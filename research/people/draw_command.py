"""Draw labelled images of synthetic people; a run that was stopped goes on where it was."""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

from research.people.shelf import ShelfWriter
from research.people.synthetic_people import SYNTHETIC, synthetic_people


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="folder with rooms and skeletons3d")
    parser.add_argument("--count", type=int, default=4000, help="images in all (default: %(default)s)")


def run(arguments: argparse.Namespace) -> None:
    """Draw until all images are there."""
    writer = ShelfWriter(arguments.work / "labels", SYNTHETIC)
    for image, label in islice(synthetic_people(arguments.shared, arguments.count), writer.count, None):
        writer.add(image, label)
