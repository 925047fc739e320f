"""From the trained network to the int8 TFLite file: the same function in Keras, quantised by the converter.

Outputs, each quantised to bytes with a scale of its own: centre (1, rows, columns, 1) and heatmap (.., 17), logits cut
off at +-:data:`LOGIT_RANGE`; regress (.., 2, 17), y and x, and offset (.., 34), y of the 17 keypoints, then x, both in
cells. The input is unsigned bytes, too. Only built-in operators are used, so that tflite-runtime 2.13 runs it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import tensorflow as tf
import tf_keras
from numpy.typing import NDArray

from research.people.weights import STRIDE, STRIDE_2, TAPS, UNIT_PX, Weights

_layers: Any = tf_keras.layers

LOGIT_RANGE: Final = 6.0
"""Logits beyond this are as good as certain; cut off, they leave int8's steps to those that matter."""
Y_THEN_X: Final = np.concatenate((np.arange(0, 34, 2), np.arange(1, 34, 2)))
"""Order of ``regress`` and ``offset`` channels: the 17 y, then the 17 x."""


def to_keras(weights: Weights, size: tuple[int, int]) -> Any:
    """Build the network for one image of (height, width) pixels; see the module for its outputs."""
    net = _Builder(_in_cells(weights))
    image = _layers.Input((*size, 3), batch_size=1, name="image")
    features = net.pyramid(net.body(image))
    centre, heatmap, regress, offset = (net.head(features, name) for name in ("centre", "heatmap", "regress", "offset"))
    pairs = _layers.Reshape((*regress.shape[1:3], 2, 17), name="regress")(regress)
    return tf_keras.Model(image, [_cut_off(centre, "centre"), _cut_off(heatmap, "heatmap"), pairs, offset])


def _in_cells(weights: Weights) -> dict[str, NDArray[np.float32]]:
    """Let regression and offsets give all y before all x, in cells."""
    out = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    for head in ("regress", "offset"):
        for part in ("weight", "bias"):
            name = f"heads.{head}.1.{part}"
            out[name] = out[name][Y_THEN_X] * np.float32(UNIT_PX / STRIDE)
    return out


class _Builder:
    """Keras layers with a network's weights."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self._weights = weights
        self._blocks = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("blocks."))

    def body(self, image: Any) -> dict[int, Any]:
        """Return the features that the pyramid reads, by stride."""
        strides, read = {block: stride for stride, block in TAPS.items()}, {}
        x = _layers.ReLU(6.0)(self._convolved(image, "stem", 2))
        for index in range(self._blocks):
            x = self._inverted_residual(x, index)
            if index in strides:
                read[strides[index]] = x
        read[32] = _layers.ReLU(6.0)(self._pointwise(x, "last")) if self._has("last") else x
        return read

    def pyramid(self, read: dict[int, Any]) -> Any:
        """Return the features at stride 4."""
        x = self._convolved(read[32], "lateral_32")
        for stride in (16, 8, 4):
            x = _layers.Add()([_doubled(x), self._convolved(read[stride], f"lateral_{stride}")])
            x = self._separable(self._depthwise(x, f"mix_{stride}.depthwise"), f"mix_{stride}")
        return x

    def head(self, features: Any, name: str) -> Any:
        """Return a head at every second cell, the even ones, as PyTorch's padding has it."""
        x = _layers.ZeroPadding2D(((1, 0), (1, 0)))(features)
        x = self._depthwise(x, f"heads.{name}.0.depthwise", 2, padding="valid")
        return self._convolved(self._separable(x, f"heads.{name}.0"), f"heads.{name}.1")

    def _separable(self, depthwise: Any, name: str) -> Any:
        return _layers.ReLU()(self._convolved(depthwise, f"{name}.pointwise"))

    def _inverted_residual(self, x: Any, index: int) -> Any:
        name, stride = f"blocks.{index}", 2 if index in STRIDE_2 else 1
        y = _layers.ReLU(6.0)(self._pointwise(x, f"{name}.expand")) if self._has(f"{name}.expand") else x
        y = _layers.ReLU(6.0)(self._depthwise(y, f"{name}.depthwise", stride))
        y = self._pointwise(y, f"{name}.project")
        return _layers.Add()([x, y]) if stride == 1 and x.shape[-1] == y.shape[-1] else y

    def _has(self, layer: str) -> bool:
        return f"{layer}.weight" in self._weights or f"{layer}.0.weight" in self._weights

    def _pointwise(self, x: Any, layer: str) -> Any:
        """Return a convolution, or two in a row where the weights are factored."""
        if f"{layer}.0.weight" not in self._weights:
            return self._convolved(x, layer)
        return self._convolved(self._convolved(x, f"{layer}.0"), f"{layer}.1")

    def _convolved(self, x: Any, layer: str, stride: int = 1) -> Any:
        kernel = self._weights[f"{layer}.weight"]
        bias = self._weights.get(f"{layer}.bias", np.zeros(len(kernel), np.float32))
        convolution = _layers.Conv2D(len(kernel), kernel.shape[2:], stride, padding="same")
        y = convolution(x)
        convolution.set_weights([kernel.transpose(2, 3, 1, 0), bias])
        return y

    def _depthwise(self, x: Any, layer: str, stride: int = 1, padding: str = "same") -> Any:
        kernel = self._weights[f"{layer}.weight"].transpose(2, 3, 0, 1)
        bias = self._weights.get(f"{layer}.bias", np.zeros(kernel.shape[2], np.float32))
        convolution = _layers.DepthwiseConv2D(kernel.shape[:2], stride, padding=padding)
        y = convolution(x)
        convolution.set_weights([kernel, bias])
        return y


def _doubled(x: Any) -> Any:
    return _layers.UpSampling2D(2, interpolation="bilinear")(x)


def _cut_off(logits: Any, name: str) -> Any:
    """Keep logits in their range, so that int8 has small steps."""
    return _layers.Lambda(lambda x: tf.clip_by_value(x, -LOGIT_RANGE, LOGIT_RANGE), name=name)(logits)
