"""The ImageNet MobileNetV2 that the pose network's body starts from, read out of its quantised TFLite file.

Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018. The file is Google's
``mobilenet_v2_1.0_224_quant.tflite`` (Apache-2.0); batch normalisation is folded into its weights and biases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

Weights = dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Kernel and bias by a convolution's name (``stem``, ``3/expand``, ``3/depthwise``, ``3/project``).

Kernels are (out, in, height, width), depthwise ones (channels, 1, height, width).
"""


def read(path: Path) -> Weights:
    """Read the convolutions' weights, dequantised."""
    interpreter = Interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    kernels: dict[str, NDArray[np.float32]] = {}
    biases: dict[str, NDArray[np.float32]] = {}
    for detail in interpreter.get_tensor_details():
        tensor = detail["name"].split(";")[0]
        name = _convolution(tensor)
        if name and detail["dtype"] is np.int32:
            biases[name] = _dequantise(interpreter, detail)
        elif name and tensor.endswith("_Fold"):
            axes = (3, 0, 1, 2) if "depthwise" in name else (0, 3, 1, 2)
            kernels[name] = _dequantise(interpreter, detail).transpose(axes)
    return {name: (kernel, biases[name]) for name, kernel in kernels.items()}


def _convolution(tensor: str) -> str | None:
    """Name the convolution that a tensor of the file belongs to."""
    parts = tensor.split("/")
    if parts[:2] == ["MobilenetV2", "Conv"]:
        return "stem"
    if len(parts) < 3 or not parts[1].startswith("expanded_conv"):
        return None
    block = parts[1].removeprefix("expanded_conv").removeprefix("_") or "0"
    return f"{block}/{parts[2]}"


def _dequantise(interpreter: Interpreter, detail: dict[str, Any]) -> NDArray[np.float32]:
    scale, zero_point = detail["quantization"]
    values = interpreter.get_tensor(detail["index"]).astype(np.float32)
    return np.asarray((values - zero_point) * scale, np.float32)
