"""Make the weights to begin with out of MoveNet's."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import torch

from research.people.balance import balanced
from research.people.batch import examples
from research.people.compose import Composer
from research.people.movenet import read_movenet
from research.people.network import to_input
from research.people.shelves import Shelves
from research.people.weights import save_weights

IMAGES: Final = 64
"""Examples by which the channels' magnitudes are measured."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--movenet", type=Path, required=True, help="movenet-multipose.json or -lightning.json")
    parser.add_argument("--out", type=Path, required=True, help="weights to write, .npz")


def run(arguments: argparse.Namespace) -> None:
    """Read, balance and write."""
    torch.set_num_threads(1)
    weights = read_movenet(arguments.movenet)
    pixels = to_input(examples(Composer(Shelves.open(arguments.work / "labels")), 192, range(IMAGES), seed=0).pixels)
    save_weights(arguments.out, balanced(weights, pixels))
