"""The same function in weights of one magnitude, which MoveNet's, batch normalisation folded in, are far from.

In MoveNet MultiPose's pyramid activations of standard deviation 800 meet weights of 0.0005: a step of 0.0003, usual
elsewhere, destroys them, and int8 has too few steps for such ranges. Between a convolution and the next stands at most
a ReLU, so each channel can be divided in one and multiplied in the other without changing an answer.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from research.people.network import PeopleNetwork
from research.people.weights import HEADS, Weights

Array = NDArray[np.float32]

PRODUCERS: Final = {16: "lateral_32", 8: "mix_16.pointwise", 4: "mix_8.pointwise"}
"""What the pyramid doubles and adds at each stride."""
SMALLEST: Final = 0.02
"""Least standard deviation of a channel, as a share of its layer's largest: a dead channel is left alone."""


def balanced(weights: Weights, pixels: Tensor) -> dict[str, Array]:
    """Give every channel of pyramid and heads a standard deviation of 1 on ``pixels`` (batch, 3, height, width)."""
    spread = _spreads(PeopleNetwork(weights).eval(), pixels)
    out = {name: np.array(value, np.float32) for name, value in weights.items()}

    def multiply_output(layer: str, factor: NDArray[np.floating]) -> None:
        out[f"{layer}.weight"] *= factor[:, None, None, None]
        if f"{layer}.bias" in out:
            out[f"{layer}.bias"] *= factor

    def multiply_input(layer: str, factor: Array) -> None:
        out[f"{layer}.weight"] *= factor[None, :, None, None]

    for stride, producer in PRODUCERS.items():
        added, depthwise = spread[f"mix_{stride}"], spread[f"mix_{stride}.depthwise"]
        multiply_output(producer, 1 / added)
        multiply_output(f"lateral_{stride}", 1 / added)
        multiply_output(f"mix_{stride}.depthwise", added / depthwise)
        multiply_input(f"mix_{stride}.pointwise", depthwise)
    features = spread["heads.centre.0"]
    multiply_output("mix_4.pointwise", 1 / features)
    for head in HEADS:
        depthwise, hidden = spread[f"heads.{head}.0.depthwise"], spread[f"heads.{head}.1"]
        multiply_output(f"heads.{head}.0.depthwise", features / depthwise)
        multiply_input(f"heads.{head}.0.pointwise", depthwise)
        multiply_output(f"heads.{head}.0.pointwise", 1 / hidden)
        multiply_input(f"heads.{head}.1", hidden)
    return out


def _spreads(network: PeopleNetwork, pixels: Tensor) -> dict[str, Array]:
    """Return the channels' standard deviations: of depthwise layers' outputs, of the other modules' inputs."""
    found: dict[str, Array] = {}
    handles = []
    for name, module in network.named_modules():
        if not name.startswith(("mix", "heads.")):
            continue
        given = not name.endswith("depthwise")

        def note(_: nn.Module, x: tuple[Tensor, ...], y: Tensor, name: str = name, given: bool = given) -> None:
            found[name] = _spread(x[0] if given else y)

        handles.append(module.register_forward_hook(note))
    with torch.no_grad():
        network(pixels)
    for handle in handles:
        handle.remove()
    return found


def _spread(maps: Tensor) -> Array:
    spread = maps.transpose(0, 1).flatten(1).std(1).numpy().astype(np.float32)
    least = SMALLEST * float(spread.max())
    return np.maximum(spread, least) if least > 0 else np.ones_like(spread)
