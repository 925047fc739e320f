"""Write smaller weights: some layers as products of two narrower ones, to be fitted or trained on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from research.people.batch import examples
from research.people.compose import Composer
from research.people.factor import factored
from research.people.network import to_input
from research.people.shelves import Shelves
from research.people.weights import load_weights, save_weights

EXAMPLES: Final = 512
"""Examples that give the covariances; each has 36 cells at stride 32, the widest layer 1,440 inputs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--weights", type=Path, required=True, help="weights to begin with, .npz")
    parser.add_argument("--out", type=Path, required=True, help="weights to write, .npz")


def run(arguments: argparse.Namespace) -> None:
    """Read, factor and write."""
    composer = Composer(Shelves.open(arguments.work / "labels"))
    pixels = to_input(examples(composer, 192, range(EXAMPLES), seed=0).pixels)
    save_weights(arguments.out, factored(load_weights(arguments.weights), pixels))
