"""Fit the upper part of a smaller network to what another says, on what `features` has kept of that one."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from tqdm import tqdm

from haredge.core.errors import DataError
from research.people.features_command import FOLDER
from research.people.fit import Fit
from research.people.network import PeopleNetwork
from research.people.upper import Features
from research.people.weights import load_weights, save_weights

SAVE_S: Final = 120.0
"""Seconds after which what was learned is measured and written."""
MEASURED: Final = 64
"""Examples measured at a time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--start", type=Path, required=True, help="weights to begin with, of `factor`")
    parser.add_argument("--to", type=Path, required=True, help="weights of the network that `features` ran")
    parser.add_argument("--out", type=Path, required=True, help="weights to write, .npz")
    parser.add_argument("--examples", type=int, default=90_000, help="examples to learn from (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="chooses their order (default: %(default)s)")


def run(arguments: argparse.Namespace) -> None:
    """Fit; the first portion is kept to measure on."""
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    folder = arguments.work / FOLDER
    portions = sorted(path for path in folder.glob("*.npz") if path.stem.isdecimal())
    if len(portions) < 2:
        raise DataError(f"{folder}: two portions are needed at least: first run `features`")
    kept, *others = portions
    fit = Fit(PeopleNetwork(load_weights(arguments.start)), PeopleNetwork(load_weights(arguments.to)).eval())
    held_out = Features.load(kept)
    with tqdm(total=arguments.examples, file=sys.stdout) as progress:
        progress.write(f"loss at the start: {_measured(fit, held_out):.4f}")
        saved = time.monotonic()
        for seen in fit.steps(_portions(others, arguments.seed), arguments.examples):
            progress.update(seen - progress.n)
            if time.monotonic() - saved > SAVE_S or seen >= arguments.examples:
                progress.write(f"after {seen}: {_measured(fit, held_out):.4f}")
                save_weights(arguments.out, fit.network.arrays())
                saved = time.monotonic()


def _portions(paths: Sequence[Path], seed: int) -> Iterator[Features]:
    rng = np.random.default_rng(seed)
    while True:
        for index in rng.permutation(len(paths)):
            yield Features.load(paths[index])


def _measured(fit: Fit, held_out: Features) -> float:
    with torch.no_grad():
        parts = [fit.loss(held_out.part(numbers)) for numbers in torch.arange(len(held_out)).split(MEASURED)]
    return float(torch.stack(parts).mean())
