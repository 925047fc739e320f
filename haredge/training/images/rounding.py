"""Biases that make up for what rounding the kernels to int8 does to the mean of each channel.

The error of a rounded kernel, times the mean of its input, moves a whole channel, and adds up from layer to layer.
M. Nagel and others, "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV 2019.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST: Final = 127
BATCH: Final = 8

Floats = NDArray[np.float32]


def correct_biases(model: Any, inputs: Floats) -> None:
    """Change the biases of a Keras network's convolutions, whose kernels will be int8, one scale a channel.

    ``inputs``: like those the network will meet (n, height, width, channels), from which the means come.
    """
    import tf_keras  # noqa: PLC0415  (heavy)

    kinds = (tf_keras.layers.Conv2D, tf_keras.layers.DepthwiseConv2D)
    layers = [layer for layer in model.layers if isinstance(layer, kinds)]
    seen = tf_keras.Model(model.input, [layer.input for layer in layers])
    batches = [inputs[start : start + BATCH] for start in range(0, len(inputs), BATCH)]
    sums = [[each.mean(axis=(1, 2)).sum(axis=0) for each in seen.predict_on_batch(batch)] for batch in batches]
    for layer, means in zip(layers, zip(*sums, strict=True), strict=True):
        kernel, bias = layer.get_weights()
        depthwise = isinstance(layer, tf_keras.layers.DepthwiseConv2D)
        layer.set_weights([kernel, bias + offset(kernel, sum(means) / len(inputs), depthwise=depthwise)])


def offset(kernel: Floats, mean: Floats, *, depthwise: bool) -> Floats:
    """Return what the rounding of a kernel takes from the mean of each channel that it gives.

    ``kernel``: (height, width, in, out), depthwise (height, width, channels, 1); ``mean``: of its input, by channel.
    """
    error = kernel - rounded(kernel, depthwise=depthwise)
    lost: Floats = (error * mean[:, None]).sum(axis=(0, 1, 3) if depthwise else (0, 1, 2))
    return lost


def rounded(kernel: Floats, *, depthwise: bool) -> Floats:
    """Return a kernel as int8 has it: each channel that it gives in 255 even steps up to its largest weight."""
    largest = np.abs(kernel).max(axis=(0, 1, 3) if depthwise else (0, 1, 2), keepdims=True)
    step = np.where(largest > 0, largest, 1) / np.float32(MOST)
    nearest: Floats = (np.round(kernel / step) * step).astype(np.float32)
    return nearest
