"""From the trained network to the int8 TFLite file: the same function in Keras, quantised by the converter.

The float file is written beside it, so that what quantisation costs can be measured through the same decoder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import tf_keras
import torch
from numpy.typing import NDArray
from torch import nn

from haredge.core.types import Image
from research.pose.network import BLOCKS, OFFSET_UNIT_PX, TAPS, InvertedResidual, PoseNetwork, Same, Separable

SIZE: Final = (192, 192)

Kernel = tuple[NDArray[np.float32], NDArray[np.float32]]
"""A convolution's kernel (out, in, height, width) and bias."""

_layers: Any = tf_keras.layers


def folded(layer: nn.Module) -> Kernel:
    """Return a convolution's kernel and bias, the batch normalisation after it folded in."""
    convolution, norm = (layer, None) if isinstance(layer, Same) else (layer[0], layer[1])
    kernel = convolution.weight.detach().numpy()
    bias = np.zeros(len(kernel), np.float32) if convolution.bias is None else convolution.bias.detach().numpy()
    if norm is None:
        return kernel, bias
    gain = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().numpy()
    shift = norm.bias.detach().numpy() - norm.running_mean.numpy() * gain
    return kernel * gain[:, None, None, None], bias * gain + shift


def to_keras(network: PoseNetwork, score_shift: float = 0.0) -> Any:
    """Build the same function in Keras for one image (1, height, width, 3); ``score_shift`` is added to the logits.

    Outputs are heatmap logits (1, 24, 24, 17) and offsets in pixels (1, 24, 24, 34).
    """
    image = _layers.Input((*SIZE, 3), batch_size=1, name="picture")
    x = _convolved(image, folded(network.stem), stride=2, relu=True)
    features = {}
    for index, block in enumerate(network.blocks):
        assert isinstance(block, InvertedResidual)
        x = _inverted_residual(x, block, BLOCKS[index].stride)
        if index in TAPS:
            features[TAPS[index]] = x
    heatmaps, offsets = _decoded(network.decoder, features, score_shift)
    return tf_keras.Model(image, [heatmaps, offsets])


def _inverted_residual(x: Any, block: InvertedResidual, stride: int) -> Any:
    y = x if block.expand is None else _convolved(x, folded(block.expand), relu=True)
    y = _depthwise(y, folded(block.depthwise), stride)
    y = _convolved(y, folded(block.project))
    return _layers.Add()([x, y]) if block.residual else y


def _decoded(decoder: Any, features: dict[int, Any], score_shift: float) -> tuple[Any, Any]:
    x = _layers.Add()([features[16], _doubled(_convolved(features[32], folded(decoder.lateral_32)))])
    x = _separable(x, decoder.mix_16)
    wide = _doubled(_convolved(x, folded(decoder.lateral_16)))
    x = _layers.ReLU(6.0)(_layers.Add()([_convolved(features[8], folded(decoder.lateral_8)), wide]))
    x = _separable(_separable(x, decoder.mix_8a), decoder.mix_8b)
    kernel, bias = folded(decoder.heatmaps)
    heatmaps = _convolved(x, (kernel, bias + np.float32(score_shift)), name="heatmaps")
    kernel, bias = folded(decoder.offsets)
    return heatmaps, _convolved(x, (kernel * OFFSET_UNIT_PX, bias * OFFSET_UNIT_PX), name="offsets")


def _separable(x: Any, layer: Separable) -> Any:
    return _convolved(_depthwise(x, folded(layer.depthwise), 1), folded(layer.pointwise), relu=True)


def _convolved(x: Any, weights: Kernel, stride: int = 1, *, relu: bool = False, name: str | None = None) -> Any:
    kernel, bias = weights
    layer = _layers.Conv2D(len(kernel), kernel.shape[2:], stride, padding="same", name=name)
    y = layer(x)
    layer.set_weights([kernel.transpose(2, 3, 1, 0), bias])
    return _layers.ReLU(6.0)(y) if relu else y


def _depthwise(x: Any, weights: Kernel, stride: int) -> Any:
    kernel, bias = weights
    layer = _layers.DepthwiseConv2D(kernel.shape[2:], stride, padding="same")
    y = layer(x)
    layer.set_weights([kernel.transpose(2, 3, 0, 1), bias])
    return _layers.ReLU(6.0)(y)


def _doubled(x: Any) -> Any:
    return _layers.UpSampling2D(2, interpolation="nearest")(x)


def load(checkpoint: Path) -> PoseNetwork:
    """Load the running mean of the weights from a training's checkpoint."""
    network = PoseNetwork()
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["mean"])
    network.eval()
    return network


def disagreement(network: PoseNetwork, model: Any, image: Image) -> float:
    """Return the largest difference between the two networks' outputs for an RGB image."""
    x = image[None].astype(np.float32) / 127.5 - 1
    with torch.no_grad():
        expected = [y.numpy().transpose(0, 2, 3, 1) for y in network(torch.from_numpy(x.transpose(0, 3, 1, 2)))]
    found = [y.numpy() for y in model(x, training=False)]
    return max(float(np.abs(a - b).max()) for a, b in zip(expected, found, strict=True))
