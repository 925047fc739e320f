"""Measure networks on what is kept for choosing alone, as a training is watched by: rooms, falls, hard poses.

A network is [TITLE=]FILE[@SIDE], or FILE.npz@guide for what a guide of these weights says from all views.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from research.people.measured import Network, say
from research.people.validation import MEASURES, Validation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="data's folder")
    parser.add_argument("--every", type=int, default=1, help="use every n-th frame and pose (default: %(default)s)")
    parser.add_argument("networks", nargs="+", metavar="[TITLE=]FILE[@SIDE]", help="network to measure")


def run(arguments: argparse.Namespace) -> None:
    """Measure and print one row a network."""
    validation = Validation.read(arguments.shared, arguments.every)
    counts = f"{len(validation.rooms)} rooms, {len(validation.falls)} frames of falls, {len(validation.poses)} poses"
    say(f"{counts}\n{'network':24}" + "".join(f"{measure:>11}" for measure in MEASURES))
    for text in arguments.networks:
        network = Network.open(text)
        measured = validation.measure(network.find)
        say(f"{network.title:24}" + "".join(f"{measured[measure]:11.3f}" for measure in MEASURES))
