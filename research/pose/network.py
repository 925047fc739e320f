"""The pose network: a MobileNetV2 body at strides 8, 16 and 32, and a small decoder up to stride 8.

Input (batch, 3, height, width), RGB in [-1, 1]; outputs heatmap logits (batch, 17, height/8, width/8) and short
offsets (batch, 34, ..: 0-16 y, 17-33 x) in pixels of the input: the outputs of PoseNet (Papandreou et al., "PersonLab",
ECCV 2018) for one person. Cell (i, j) lies at input pixel (8 i, 8 j).

Padding follows TensorFlow's "same" (at stride 2 only right and below), so that the exported network is the same
function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from torch import Tensor, nn
from torch.nn import functional

STRIDE: Final = 8
"""Input pixels from one cell of the outputs to the next."""

N_KEYPOINTS: Final = 17

OFFSET_UNIT_PX: Final = 8.0
"""The offset head's own unit; its answers are multiplied by this."""


@dataclass(frozen=True, slots=True)
class Block:
    """An inverted residual: expansion to ``expanded`` channels, depthwise convolution, projection to ``out``."""

    expanded: int
    out: int
    stride: int = 1


BLOCKS: Final = (
    Block(32, 16),
    Block(96, 24, 2),
    Block(144, 24),
    Block(144, 32, 2),
    Block(192, 32),
    Block(192, 32),
    Block(192, 64, 2),
    Block(384, 64),
    Block(384, 64),
    Block(384, 64),
    Block(384, 96),
    Block(576, 96),
    Block(576, 96),
    Block(480, 160, 2),
    Block(400, 160),
)
"""MobileNetV2's first blocks; the two at stride 32 keep only their most important expanded channels."""

TAPS: Final = {5: 8, 12: 16, 14: 32}
"""Blocks whose outputs the decoder reads, with their strides."""


class Same(nn.Conv2d):  # type: ignore[misc]
    """A convolution padded as TensorFlow's "same" pads an even image."""

    def __init__(self, c_in: int, c_out: int, kernel: int = 1, stride: int = 1, *, groups: int = 1, bias: bool = True):
        half = kernel // 2
        super().__init__(c_in, c_out, kernel, stride, padding=half if stride == 1 else 0, groups=groups, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (batch, channels, height, width)."""
        if self.stride[0] == 2:
            x = functional.pad(x, (0, 1, 0, 1))
        return super().forward(x)


class InvertedResidual(nn.Module):  # type: ignore[misc]
    """MobileNetV2's block, its batch normalisation folded away."""

    def __init__(self, c_in: int, block: Block):
        super().__init__()
        wide = block.expanded
        self.expand: nn.Module | None = Same(c_in, wide) if wide != c_in else None
        self.depthwise = Same(wide, wide, 3, block.stride, groups=wide)
        self.project: nn.Module = Same(wide, block.out)
        self.residual = block.stride == 1 and c_in == block.out

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block to (batch, channels, height, width)."""
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if self.residual else y


def normalised(c_in: int, c_out: int, kernel: int = 1, *, groups: int = 1) -> nn.Sequential:
    """Convolution and batch normalisation, to be folded on export."""
    return nn.Sequential(Same(c_in, c_out, kernel, groups=groups, bias=False), nn.BatchNorm2d(c_out))


class Separable(nn.Module):  # type: ignore[misc]
    """A depthwise 5x5 and a pointwise convolution, each with batch normalisation and ReLU6."""

    def __init__(self, c_in: int, c_out: int):
        super().__init__()
        self.depthwise = normalised(c_in, c_in, 5, groups=c_in)
        self.pointwise = normalised(c_in, c_out)

    def forward(self, x: Tensor) -> Tensor:
        """Apply both to (batch, channels, height, width)."""
        return functional.relu6(self.pointwise(functional.relu6(self.depthwise(x))))


class Decoder(nn.Module):  # type: ignore[misc]
    """From features at strides 8, 16 and 32 to heatmap logits and offsets at stride 8."""

    def __init__(self) -> None:
        super().__init__()
        self.lateral_32 = normalised(160, 96)
        self.mix_16 = Separable(96, 128)
        self.lateral_16 = normalised(128, 64)
        self.lateral_8 = normalised(32, 64)
        self.mix_8a = Separable(64, 128)
        self.mix_8b = Separable(128, 128)
        self.heatmaps = Same(128, N_KEYPOINTS)
        self.offsets = Same(128, 2 * N_KEYPOINTS)
        nn.init.constant_(self.heatmaps.bias, -4.0)

    def forward(self, features: dict[int, Tensor]) -> tuple[Tensor, Tensor]:
        """Decode features by stride."""
        x = self.mix_16(features[16] + _double(self.lateral_32(features[32])))
        x = functional.relu6(self.lateral_8(features[8]) + _double(self.lateral_16(x)))
        x = self.mix_8b(self.mix_8a(x))
        return self.heatmaps(x), self.offsets(x)


class PoseNetwork(nn.Module):  # type: ignore[misc]
    """Body and decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Same(3, 32, 3, 2)
        widths = (32, *(block.out for block in BLOCKS))
        self.blocks = nn.ModuleList(InvertedResidual(c_in, block) for c_in, block in zip(widths, BLOCKS, strict=False))
        self.decoder = Decoder()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return heatmap logits and offsets in pixels."""
        features = {}
        x = functional.relu6(self.stem(x))
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in TAPS:
                features[TAPS[index]] = x
        heatmaps, offsets = self.decoder(features)
        return heatmaps, offsets * OFFSET_UNIT_PX


def _double(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="nearest")
