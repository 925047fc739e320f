"""A smaller network: wide pointwise layers as products of two narrower ones, as near to them as their inputs ask for.

For a layer's weights W and its inputs x, centred, with covariance C, the product of rank r that changes the outputs
least on average is the truncated singular value decomposition of W C^1/2, times C^-1/2 (Eckart and Young, 1936, for a
weighted norm; of neural networks Zhang et al., "Accelerating Very Deep Convolutional Networks", 2015). Layers at stride
32 hold most of the weights, and their inputs vary in few directions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from research.people.network import PeopleNetwork
from research.people.weights import Weights

RANKS: Final = {
    "blocks.14.expand": 72,
    "blocks.14.project": 104,
    "blocks.15.expand": 96,
    "blocks.15.project": 80,
    "blocks.16.project": 144,
    "last": 136,
}
"""The layers to factor: those in which a weight less changes the network's answers least."""
SMALLEST: Final = 1e-8
"""Directions in which inputs vary less than this share of the most are taken to vary as much as that."""
BATCH: Final = 32

Array = NDArray[np.floating[Any]]


def factored(weights: Weights, pixels: Tensor, ranks: Mapping[str, int] = RANKS) -> dict[str, NDArray[np.float32]]:
    """Give the layers of ``ranks`` two factors for inputs as ``pixels`` (batch, 3, height, width) bring them."""
    inputs = _inputs(PeopleNetwork(weights).eval(), pixels, ranks)
    out = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    for layer, rank in ranks.items():
        matrix = out.pop(f"{layer}.weight")[:, :, 0, 0].astype(float)
        bias = out.pop(f"{layer}.bias").astype(float)
        first, second, bias = two_factors(matrix, bias, *inputs[layer], rank)
        out[f"{layer}.0.weight"] = first[:, :, None, None].astype(np.float32)
        out[f"{layer}.1.weight"] = second[:, :, None, None].astype(np.float32)
        out[f"{layer}.1.bias"] = bias.astype(np.float32)
    return out


def two_factors(matrix: Array, bias: Array, mean: Array, covariance: Array, rank: int) -> tuple[Array, Array, Array]:
    """Return (rank, inputs), (outputs, rank) and the bias, for inputs of (inputs,) ``mean`` and ``covariance``.

    What lies between the factors has a standard deviation of 1 in each channel, and is turned at random, so that no
    channel matters more than another: int8 has the same steps for all.
    """
    values, vectors = np.linalg.eigh(covariance)
    spread = np.sqrt(np.maximum(values, SMALLEST * values.max()))
    left, singular, right = np.linalg.svd(matrix @ (vectors * spread), full_matrices=False)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((rank, rank)))[0]
    first = turn @ right[:rank] @ (vectors / spread).T
    second = left[:, :rank] * singular[:rank] @ turn.T
    return first, second, bias + (matrix - second @ first) @ mean


def _inputs(network: PeopleNetwork, pixels: Tensor, layers: Iterable[str]) -> dict[str, tuple[Array, Array]]:
    """Return mean and covariance of each layer's inputs."""
    sums: dict[str, list[Any]] = {layer: [0, 0.0, 0.0] for layer in layers}
    handles = []
    for layer, found in sums.items():

        def note(_: nn.Module, given: tuple[Tensor, ...], found: list[Any] = found) -> None:
            x = given[0].transpose(0, 1).flatten(1).double()
            found[0] += x.shape[1]
            found[1] += x.sum(1)
            found[2] += x @ x.T

        handles.append(network.get_submodule(layer).register_forward_pre_hook(note))
    with torch.no_grad():
        for batch in pixels.split(BATCH):
            network(batch)
    for handle in handles:
        handle.remove()
    means = {layer: (total / count).numpy() for layer, (count, total, _) in sums.items()}
    return {
        layer: (means[layer], (squares / count).numpy() - np.outer(means[layer], means[layer]))
        for layer, (count, _, squares) in sums.items()
    }
