"""The mean of several fine-tunings of one network: better than each of them, at the cost of one (a "model soup").

Wortsman and others, ICML 2022. Networks that were fine-tuned from the same weights lie in one valley, and what one of
them forgot another still knows. ``python -m research.mean_weights OUT.npz MODEL...`` writes weights that
``haredge train --start OUT.npz --epochs 0`` calibrates and converts; a model that is named twice counts twice.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from haredge.core.errors import ModelError
from haredge.training import fine_tuning
from haredge.training.fine_tuning import Start
from research.ending import exit_status


def mean(starts: Sequence[Start]) -> Start:
    """Return the mean of the weights, trained on what all of them were.

    Raises :class:`ModelError` if they do not have the same labels and layers.
    """
    first = starts[0]
    if any(each.labels != first.labels or each.weights.keys() != first.weights.keys() for each in starts):
        raise ModelError("only models of the same labels and architecture have a mean")
    weights = {
        name: [np.mean([each.weights[name][index] for each in starts], axis=0) for index in range(len(layer))]
        for name, layer in first.weights.items()
    }
    trained_on = tuple(dict.fromkeys(data for each in starts for data in each.trained_on))
    held_out = tuple(dict.fromkeys(mark for each in starts for mark in each.held_out))
    return replace(first, weights=weights, trained_on=trained_on, held_out=held_out)


def main() -> int:
    """Write the mean of models."""
    parser = argparse.ArgumentParser(prog="python -m research.mean_weights", description=__doc__)
    parser.add_argument("out", type=Path, help="file for the weights (.npz)")
    parser.add_argument("models", nargs="+", help="models, installed or folders")
    args = parser.parse_args()
    return exit_status(lambda: mean([fine_tuning.read(name) for name in args.models]).save(args.out))


if __name__ == "__main__":
    sys.exit(main())
