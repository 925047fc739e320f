"""Keep what a network computes of examples, for `fit`: 93 MB for each portion of 512; goes on where it was stopped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import torch
from tqdm import tqdm

from research.people.batch import examples
from research.people.compose import Composer
from research.people.network import PeopleNetwork, to_input
from research.people.shelves import Shelves
from research.people.upper import Features, features
from research.people.weights import load_weights

FOLDER: Final = "features"
SIDE: Final = 192
BATCH: Final = 32
PORTION: Final = 512
SEED: Final = 77


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--weights", type=Path, required=True, help="the network, .npz")
    parser.add_argument("--from", type=int, default=0, dest="first", help="number of the first portion (default: 0)")
    parser.add_argument("--portions", type=int, default=175, help="how many to keep (default: %(default)s)")


def run(arguments: argparse.Namespace) -> None:
    """Draw, run, write."""
    torch.set_num_threads(1)
    folder = arguments.work / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    composer = Composer(Shelves.open(arguments.work / "labels"))
    network = PeopleNetwork(load_weights(arguments.weights)).eval()
    for number in tqdm(range(arguments.first, arguments.first + arguments.portions), file=sys.stdout):
        path = folder / f"{number:04}.npz"
        if not path.exists():
            _portion(network, composer, number * PORTION).save(path)


def _portion(network: PeopleNetwork, composer: Composer, start: int) -> Features:
    parts = [
        features(network, to_input(examples(composer, SIDE, range(first, first + BATCH), SEED).pixels).contiguous())
        for first in range(start, start + PORTION, BATCH)
    ]
    laterals = {stride: torch.cat([part.laterals[stride] for part in parts]) for stride in parts[0].laterals}
    return Features(torch.cat([part.below for part in parts]), torch.cat([part.deep for part in parts]), laterals)
