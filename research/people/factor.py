"""A smaller network: layers at stride 32, which hold most of the weights, with fewer channels within and between them.

For a layer's weights W and its inputs x, centred, with covariance C, the product of rank r that changes the outputs
least on average is the truncated singular value decomposition of W C^1/2, times C^-1/2 (Eckart and Young, 1936, for a
weighted norm; of neural networks Zhang et al., "Accelerating Very Deep Convolutional Networks", 2015). Inputs at stride
32 vary in few directions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from research.people.network import PeopleNetwork
from research.people.weights import Weights

RANKS: Final = {
    "blocks.14.expand": 152,
    "blocks.14.project": 176,
    "blocks.15.expand": 164,
    "blocks.15.project": 164,
}
"""The layers to factor, and how many channels lie between their factors."""
BETWEEN: Final = 196
"""Channels between the last block and the last layer: nothing else is there, so these are factors of their product."""
LAST: Final = 1088
"""Channels that are left of the last layer's."""
SMALLEST: Final = 1e-8
"""Directions in which inputs vary less than this share of the most are taken to vary as much as that."""
RIDGE: Final = 1e-6
"""Keeps the fitted weights of channels small that are nearly sums of others: a share of their mean square."""
BATCH: Final = 32

_PROJECT: Final = "blocks.16.project"

Array = NDArray[np.floating[Any]]


def factored(
    weights: Weights, pixels: Tensor, ranks: Mapping[str, int] = RANKS, between: int = BETWEEN, last: int = LAST
) -> dict[str, NDArray[np.float32]]:
    """Make a network smaller for inputs as ``pixels`` (batch, 3, height, width) bring them."""
    layers = (*ranks, _PROJECT)
    inputs = _inputs(PeopleNetwork(weights).eval(), pixels, layers)
    out = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    for layer, rank in ranks.items():
        matrix, bias = _taken(out, layer)
        first, second, bias = two_factors(matrix, bias, *_moments(inputs[layer]), rank)
        out |= {f"{layer}.0.weight": _kernel(first), **_layer(f"{layer}.1", second, bias)}
    return out | _narrow_end(out, inputs[_PROJECT], between, last)


def _narrow_end(weights: Weights, x: Array, between: int, count: int) -> dict[str, NDArray[np.float32]]:
    """Return the last block's projection, the last layer and its lateral with fewer channels.

    The last block adds its input to nothing, as it has more channels than that.

    Of the last layer's channels those are left that move the lateral most, each of its channels in its own standard
    deviations; what they are weighted by is fitted again, by least squares.
    """
    layers = dict(weights)
    (project, project_bias), (matrix, bias), (lateral, lateral_bias) = (
        _taken(layers, name) for name in (_PROJECT, "last", "lateral_32")
    )
    product, bias = matrix @ project, matrix @ project_bias + bias
    first, second, moved = two_factors(product, bias, *_moments(x), between)
    wanted = _relu6(x @ product.T + bias) @ lateral.T + lateral_bias
    given = _relu6(x @ (second @ first).T + moved)
    matter = np.linalg.norm(lateral / wanted.std(0)[:, None], axis=0) * given.std(0)
    left = np.argsort(-matter)[:count]
    columns = np.c_[given[:, left], np.ones(len(given))]
    squares = columns.T @ columns
    ridge = RIDGE * np.trace(squares) / len(squares) * np.eye(len(squares))
    fitted = np.linalg.solve(squares + ridge, columns.T @ wanted)
    return {
        **_layer(_PROJECT, first, np.zeros(between)),
        **_layer("last", second[left], moved[left]),
        **_layer("lateral_32", fitted[:-1].T, fitted[-1]),
    }


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


def _inputs(network: PeopleNetwork, pixels: Tensor, layers: Iterable[str]) -> dict[str, Array]:
    """Return each layer's inputs, (cells, channels)."""
    found: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    handles = [
        network.get_submodule(layer).register_forward_pre_hook(lambda _, given, into=into: into.append(given[0]))
        for layer, into in found.items()
    ]
    with torch.no_grad():
        for batch in pixels.split(BATCH):
            network(batch)
    for handle in handles:
        handle.remove()
    return {layer: torch.cat(parts).transpose(0, 1).flatten(1).T.double().numpy() for layer, parts in found.items()}


def _moments(x: Array) -> tuple[Array, Array]:
    """Return mean and covariance of (cells, channels)."""
    return x.mean(0), np.cov(x.T, bias=True)


def _taken(weights: dict[str, Any], layer: str) -> tuple[Array, Array]:
    """Take a pointwise layer out of the weights: its matrix and its bias."""
    matrix: Array = weights.pop(f"{layer}.weight")[:, :, 0, 0].astype(float)
    bias: Array = weights.pop(f"{layer}.bias").astype(float)
    return matrix, bias


def _layer(name: str, matrix: Array, bias: Array) -> dict[str, NDArray[np.float32]]:
    return {f"{name}.weight": _kernel(matrix), f"{name}.bias": bias.astype(np.float32)}


def _kernel(matrix: Array) -> NDArray[np.float32]:
    return matrix[:, :, None, None].astype(np.float32)


def _relu6(x: Array) -> Array:
    return np.clip(x, 0, 6)
