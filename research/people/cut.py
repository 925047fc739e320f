"""A smaller network out of a trained one: the last blocks left out."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from research.people.network import PeopleNetwork
from research.people.weights import Weights

Array = NDArray[np.float32]


def without_last_blocks(weights: Weights, keep: int, pixels: Tensor) -> dict[str, Array]:
    """Leave out all blocks from number ``keep`` on, and the last layer.

    The lateral convolution at stride 32 then reads what is left, as near as least squares come to its old answers for
    ``pixels`` (batch, 3, height, width).
    """
    network = PeopleNetwork(weights).eval()
    with torch.no_grad():
        wanted = network.lateral_32(network.body(pixels)[32])
        network.blocks, network.last = network.blocks[:keep], None
        read = network.body(pixels)[32]
    kernel, bias = _fitted(_rows(read), _rows(wanted))
    gone = tuple(f"blocks.{index}." for index in range(keep, 1 + _last_block(weights)))
    kept = {
        name: np.asarray(value, np.float32) for name, value in weights.items() if not name.startswith((*gone, "last."))
    }
    return {**kept, "lateral_32.weight": kernel[:, :, None, None], "lateral_32.bias": bias}


def _rows(maps: Tensor) -> NDArray[np.float64]:
    """Turn (batch, channels, rows, columns) into (cells, channels)."""
    return np.asarray(maps.permute(0, 2, 3, 1).flatten(0, 2), np.float64)


def _fitted(given: NDArray[np.float64], wanted: NDArray[np.float64]) -> tuple[Array, Array]:
    """Return kernel (out, in) and bias that turn ``given`` (n, in) into ``wanted`` (n, out) with the least error."""
    rows = np.column_stack((given, np.ones(len(given))))
    ridge = 1e-3 * len(given) * np.eye(rows.shape[1])
    solution = np.linalg.solve(rows.T @ rows + ridge, rows.T @ wanted)
    return solution[:-1].T.astype(np.float32), solution[-1].astype(np.float32)


def _last_block(weights: Weights) -> int:
    return max(int(name.split(".")[1]) for name in weights if name.startswith("blocks."))
