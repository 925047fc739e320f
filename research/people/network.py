"""The network: MobileNetV2, a small feature pyramid up to stride 4, and four heads at every second of its cells.

The architecture is MoveNet's (https://blog.tensorflow.org/2021/05/next-generation-pose-detection-with-movenet-and-tensorflowjs.html),
CenterNet (Zhou et al., "Objects as Points", 2019) on a feature pyramid, so that MoveNet's weights can be the start.
Widths and depth are read from the weights: channels or blocks that were pruned are simply not there, and a pointwise
layer may be the product of two (:mod:`research.people.factor`).

Input (batch, 3, height, width), RGB in [-1, 1], height and width multiples of 32. Outputs, all raw, one cell for
every 8 pixels; cell (i, j) lies at (8 j, 8 i) where x and y count from the image's left and upper edge:

- ``centre`` (batch, 1, ..): logit of a person's centre;
- ``regress`` (batch, 34, ..): y, x in turn of the 17 keypoints from a centre's cell, in units of 4 pixels;
- ``heatmap`` (batch, 17, ..): logits of keypoints;
- ``offset`` (batch, 34, ..): y, x in turn from a cell to the keypoint near it, in units of 4 pixels.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from research.people.weights import HEADS, STRIDE, STRIDE_2, TAPS, Weights
from research.pose.network import Block, InvertedResidual, Same


class Separable(nn.Module):  # type: ignore[misc]
    """A depthwise 3x3 without bias, then a pointwise convolution and ReLU."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(c_in, c_in, 3, stride, padding=1, groups=c_in, bias=False)
        self.pointwise = nn.Conv2d(c_in, c_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Apply both to (batch, channels, height, width); stride 2 keeps the even cells."""
        return functional.relu(self.pointwise(self.depthwise(x)))


class PeopleNetwork(nn.Module):  # type: ignore[misc]
    """Body, pyramid and heads, as wide and deep as ``weights`` are; ``head_stride`` 4 has MoveNet's own cells."""

    def __init__(self, weights: Weights, head_stride: int = STRIDE) -> None:
        super().__init__()
        width = {name: array.shape for name, array in weights.items()}
        out = width["stem.weight"][0]
        self.stem = Same(3, out, 3, 2)
        self.blocks = nn.ModuleList()
        for index in range(1 + max(int(name.split(".")[1]) for name in weights if name.startswith("blocks."))):
            block = _inverted_residual(width, index, out)
            self.blocks.append(block)
            out = _channels(block.project)
        self.last = _pointwise(width, "last")
        for stride in (32, 16, 8, 4):
            self.add_module(f"lateral_{stride}", Same(*width[f"lateral_{stride}.weight"][1::-1]))
        for stride in (16, 8, 4):
            self.add_module(f"mix_{stride}", Separable(*width[f"mix_{stride}.pointwise.weight"][1::-1]))
        features, wide = width["heads.centre.0.pointwise.weight"][1::-1]
        self.heads = nn.ModuleDict(
            {
                name: nn.Sequential(Separable(features, wide, head_stride // 4), nn.Conv2d(wide, count, 1))
                for name, count in HEADS.items()
            }
        )
        self.load_state_dict({name: torch.from_numpy(np.asarray(array, np.float32)) for name, array in weights.items()})

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return the four heads' raw outputs by name."""
        read = self.body(x)
        return self.answers(self.lateral_32(read[32]), self.laterals(read))

    def laterals(self, read: Mapping[int, Tensor]) -> dict[int, Tensor]:
        """Return what the pyramid takes from the body's features below stride 32, by stride."""
        return {stride: getattr(self, f"lateral_{stride}")(read[stride]) for stride in (16, 8, 4)}

    def answers(self, deep: Tensor, laterals: Mapping[int, Tensor]) -> dict[str, Tensor]:
        """Return the four heads' raw outputs for what ``lateral_32`` and the other laterals give."""
        x = deep
        for stride in (16, 8, 4):
            x = getattr(self, f"mix_{stride}")(doubled(x) + laterals[stride])
        return {name: head(x) for name, head in self.heads.items()}

    def body(self, x: Tensor) -> dict[int, Tensor]:
        """Return the features that the pyramid reads, by stride."""
        strides = {block: stride for stride, block in TAPS.items()}
        read = {}
        x = functional.relu6(self.stem(x))
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in strides:
                read[strides[index]] = x
        read[32] = x if self.last is None else functional.relu6(self.last(x))
        return read

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights as arrays."""
        return {name: value.detach().cpu().numpy() for name, value in self.state_dict().items()}


def _inverted_residual(width: Mapping[str, tuple[int, ...]], index: int, c_in: int) -> InvertedResidual:
    name = f"blocks.{index}"
    project = _pointwise(width, f"{name}.project")
    assert project is not None
    expanded, stride = width[f"{name}.depthwise.weight"][0], 2 if index in STRIDE_2 else 1
    block = InvertedResidual(c_in, Block(expanded, _channels(project), stride))
    block.expand, block.project = _pointwise(width, f"{name}.expand"), project
    return block


def _pointwise(width: Mapping[str, tuple[int, ...]], layer: str) -> nn.Module | None:
    """Return a pointwise convolution, two in a row where the weights are factored, none where there are none."""
    if f"{layer}.0.weight" in width:
        first, second = (Same(*width[f"{layer}.{part}.weight"][1::-1], bias=part == 1) for part in (0, 1))
        return nn.Sequential(first, second)
    return Same(*width[f"{layer}.weight"][1::-1]) if f"{layer}.weight" in width else None


def _channels(layer: nn.Module) -> int:
    """Return how many channels a pointwise convolution gives."""
    *_, convolution = layer if isinstance(layer, nn.Sequential) else (layer,)
    assert isinstance(convolution, Same)
    return int(convolution.out_channels)


def doubled(x: Tensor) -> Tensor:
    """Double height and width, bilinear."""
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def to_input(pixels: Tensor) -> Tensor:
    """Turn (batch, height, width, 3) bytes, RGB, into the network's input."""
    return pixels.permute(0, 3, 1, 2).float().div(127.5).sub(1)
