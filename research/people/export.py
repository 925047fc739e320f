"""From the trained network to the int8 TFLite file: the same function in Keras, quantised by the converter.

Outputs, quantised to bytes with scales of their own: centre (1, rows, columns, 1) and heatmap (.., 17), logits that
are cut off at +-:data:`LOGIT_RANGE`; regress (.., 2, 17), y and x, and offset (.., 34), y of the 17 keypoints, then x,
in cells. Input and outputs are unsigned bytes. Only built-in operators are used, so that tflite-runtime 2.13 runs it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import tensorflow as tf
import tf_keras
from numpy.typing import NDArray

from haredge.core.types import Image
from research.people.weights import STRIDE, STRIDE_2, TAPS, UNIT_PX, Weights

_layers: Any = tf_keras.layers

LOGIT_RANGE: Final = 6.0
"""Logits beyond this are as good as certain; cut off, they leave int8's steps to those that matter."""
Y_THEN_X: Final = np.concatenate((np.arange(0, 34, 2), np.arange(1, 34, 2)))
"""Order of ``regress`` and ``offset`` channels: the 17 y, then the 17 x."""


def to_keras(weights: Weights, size: tuple[int, int]) -> Any:
    """Build the network for one image of (height, width) pixels; heads give logits, and cells with all y before x."""
    net = _Builder(weights)
    image = _layers.Input((*size, 3), batch_size=1, name="image")
    x = net.convolved(image, "stem", stride=2, relu=6.0)
    strides, read = {block: stride for stride, block in TAPS.items()}, {}
    for index in range(net.blocks):
        x = net.inverted_residual(x, index)
        if index in strides:
            read[strides[index]] = x
    x = net.convolved(x, "last", relu=6.0) if "last.weight" in weights else x
    x = net.convolved(x, "lateral_32")
    for stride in (16, 8, 4):
        x = _layers.Add()([_doubled(x), net.convolved(read[stride], f"lateral_{stride}")])
        x = net.separable(x, f"mix_{stride}")
    heads = {
        name: net.separable(x, f"heads.{name}.0", even_cells=True)
        for name in ("centre", "heatmap", "regress", "offset")
    }
    outputs = [_cut_off(net.convolved(heads[name], f"heads.{name}.1"), name) for name in ("centre", "heatmap")]
    order = {"order": Y_THEN_X, "gain": UNIT_PX / STRIDE}
    regress = net.convolved(heads["regress"], "heads.regress.1", **order)
    rows, columns = regress.shape[1:3]
    outputs.append(_layers.Reshape((rows, columns, 2, 17), name="regress")(regress))
    outputs.append(net.convolved(heads["offset"], "heads.offset.1", name="offset", **order))
    return tf_keras.Model(image, outputs)


class _Builder:
    """Keras layers with a network's weights."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.blocks = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("blocks."))

    def inverted_residual(self, x: Any, index: int) -> Any:
        """Apply one of the body's blocks."""
        name, stride = f"blocks.{index}", 2 if index in STRIDE_2 else 1
        y = self.convolved(x, f"{name}.expand", relu=6.0) if f"{name}.expand.weight" in self._weights else x
        y = self._depthwise(y, f"{name}.depthwise", stride)
        y = self.convolved(_layers.ReLU(6.0)(y), f"{name}.project")
        return _layers.Add()([x, y]) if stride == 1 and x.shape[-1] == y.shape[-1] else y

    def separable(self, x: Any, name: str, *, even_cells: bool = False) -> Any:
        """Apply a depthwise and a pointwise convolution; ``even_cells`` keeps every second row and column."""
        x = self._depthwise(x, f"{name}.depthwise", 2 if even_cells else 1, centred=even_cells)
        return self.convolved(x, f"{name}.pointwise", relu=None, rectify=True)

    def convolved(
        self,
        x: Any,
        layer: str,
        stride: int = 1,
        *,
        relu: float | None = None,
        rectify: bool = False,
        order: NDArray[np.int64] | None = None,
        gain: float = 1.0,
        name: str | None = None,
    ) -> Any:
        """Convolve with a layer's weights, its output channels put in ``order`` and multiplied by ``gain``."""
        kernel, bias = (np.asarray(self._weights[f"{layer}.{part}"], np.float32) * gain for part in ("weight", "bias"))
        if order is not None:
            kernel, bias = kernel[order], bias[order]
        convolution = _layers.Conv2D(len(kernel), kernel.shape[2:], stride, padding="same", name=name)
        y = convolution(x)
        convolution.set_weights([kernel.transpose(2, 3, 1, 0), bias])
        return _layers.ReLU(relu)(y) if relu or rectify else y

    def _depthwise(self, x: Any, layer: str, stride: int, *, centred: bool = False) -> Any:
        """Convolve each channel; ``centred`` puts the kernel on the even cells, as PyTorch's padding does."""
        kernel = np.asarray(self._weights[f"{layer}.weight"], np.float32).transpose(2, 3, 0, 1)
        bias = self._weights.get(f"{layer}.bias", np.zeros(kernel.shape[2], np.float32))
        x = _layers.ZeroPadding2D(((1, 0), (1, 0)))(x) if centred else x
        convolution = _layers.DepthwiseConv2D(kernel.shape[:2], stride, padding="valid" if centred else "same")
        y = convolution(x)
        convolution.set_weights([kernel, np.asarray(bias, np.float32)])
        return y


def _doubled(x: Any) -> Any:
    return _layers.UpSampling2D(2, interpolation="bilinear")(x)


def _cut_off(logits: Any, name: str) -> Any:
    """Clip logits by two rectifiers, which the converter folds into the convolution's range."""
    return _layers.Lambda(lambda x: tf.clip_by_value(x, -LOGIT_RANGE, LOGIT_RANGE), name=name)(logits)


def int8_file(model: Any, images: Sequence[Image]) -> bytes:
    """Convert to a full-int8 TFLite file with bytes in and out, its ranges taken from RGB images of the input's size."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = _calibration(images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    return bytes(converter.convert())


def _calibration(images: Sequence[Image]) -> Callable[[], Iterator[list[NDArray[np.float32]]]]:
    def batches() -> Iterator[list[NDArray[np.float32]]]:
        for image in images:
            yield [image[None].astype(np.float32) / 127.5 - 1]

    return batches


def float_file(model: Any) -> bytes:
    """Convert to a float TFLite file; its input is RGB in [-1, 1]."""
    return bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())
