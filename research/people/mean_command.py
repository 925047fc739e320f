"""Write the mean of the weights of several trainings that began with the same: a "model soup".

Wortsman and others, ICML 2022. As with the activity model (``research.mean_weights``) one knows what another forgot.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from research.people.weights import Weights, load_weights, save_weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("out", type=Path, help="file for the mean (.npz)")
    parser.add_argument("weights", type=Path, nargs="+", help="weights.npz of a training")


def run(arguments: argparse.Namespace) -> None:
    """Read, average, write."""
    try:
        save_weights(arguments.out, mean([load_weights(path) for path in arguments.weights]))
    except ValueError as error:
        sys.exit(f"research.people mean: {error}")


def mean(several: Sequence[Weights]) -> Weights:
    """Return the mean of each tensor; raises ValueError unless all are of one architecture."""
    shapes = [{name: value.shape for name, value in weights.items()} for weights in several]
    if any(other != shapes[0] for other in shapes):
        raise ValueError("only weights of one architecture have a mean")
    return {name: np.mean([weights[name] for weights in several], axis=0, dtype=np.float64) for name in several[0]}
