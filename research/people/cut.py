"""A smaller network out of a trained one: the widest layers at stride 32 with fewer channels.

Half of MoveNet's weights lie in its last blocks, where an image has only 36 cells. Of a layer's hidden channels those
stay that count most, and the layer after it is fitted again, by least squares, to what it gave before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from research.people.network import PeopleNetwork
from research.people.weights import Weights

Array = NDArray[np.float32]

HIDDEN: Final = {14: 720, 15: 720, 16: 720}
"""Channels that the expansion of a block keeps; MoveNet MultiPose has 1440 in each of these."""
LAST: Final = 384
"""Channels that the last layer keeps, of 1280."""


def narrowed(
    weights: Weights, pixels: Tensor, hidden: Mapping[int, int] = HIDDEN, last: int = LAST
) -> dict[str, Array]:
    """Keep ``hidden`` channels of each block and ``last`` of the last layer.

    ``pixels`` (batch, 3, height, width) are what the answers are to stay alike for. Each layer is fitted to the whole
    network's answer on what the layers before it, already narrowed, give.
    """
    whole = PeopleNetwork(weights).eval()
    out = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    for index, count in hidden.items():
        parts = [f"blocks.{index}.{part}" for part in ("expand", "depthwise", "project")]
        out = _narrowed_layer(out, whole, pixels, parts, count)
    return _narrowed_layer(out, whole, pixels, ["last", "lateral_32"], last)


def _narrowed_layer(
    weights: dict[str, Array], whole: PeopleNetwork, pixels: Tensor, parts: list[str], count: int
) -> dict[str, Array]:
    """Keep ``count`` channels of all layers but the last, which is fitted to what it gives in the whole network."""
    given, reader = _rows_into(PeopleNetwork(weights).eval(), parts[-1], pixels), parts[-1]
    kernel, bias = weights[f"{reader}.weight"][:, :, 0, 0], weights[f"{reader}.bias"]
    before = _rows_into(whole, reader, pixels)
    wanted = before @ np.asarray(kernel.T, np.float64) + bias
    matters = given.std(0) * np.linalg.norm(kernel, axis=0)
    kept = np.sort(np.argsort(-matters)[:count])
    out = dict(weights)
    for layer in parts[:-1]:
        out |= {f"{layer}.{part}": weights[f"{layer}.{part}"][kept] for part in ("weight", "bias")}
    kernel, out[f"{reader}.bias"] = _fitted(given[:, kept], wanted)
    out[f"{reader}.weight"] = kernel[:, :, None, None]
    return out


def _rows_into(network: PeopleNetwork, layer: str, pixels: Tensor) -> NDArray[np.float64]:
    """Return what a layer is given, one row a cell: (cells, channels)."""
    rows: list[Tensor] = []

    def note(_: nn.Module, x: tuple[Tensor, ...]) -> None:
        rows.append(x[0].permute(0, 2, 3, 1).flatten(0, 2))

    handle = network.get_submodule(layer).register_forward_pre_hook(note)
    with torch.no_grad():
        for part in pixels.split(32):
            network.pyramid(part)
    handle.remove()
    return np.asarray(torch.cat(rows), np.float64)


def _fitted(given: NDArray[np.float64], wanted: NDArray[np.float64]) -> tuple[Array, Array]:
    """Return kernel (out, in) and bias that turn ``given`` (n, in) into ``wanted`` (n, out) with the least error."""
    rows = np.column_stack((given, np.ones(len(given))))
    ridge = 1e-3 * len(given) * np.eye(rows.shape[1])
    solution = np.linalg.solve(rows.T @ rows + ridge, rows.T @ wanted)
    return solution[:-1].T.astype(np.float32), solution[-1].astype(np.float32)
