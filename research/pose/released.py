"""Learning on from a released network: its weights, read out of its int8 file.

What quantisation took from them is less than a hundred steps bring back.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray
from torch import Tensor, nn

from haredge.core.errors import ModelError
from research.pose.network import OFFSET_UNIT_PX, InvertedResidual, PoseNetwork, Same, Separable

Array = NDArray[np.float32]

Kernel = tuple[Array, Array]
"""A convolution's kernel (out, in, height, width) and bias."""

_CONVOLUTIONS: Final = {"CONV_2D", "DEPTHWISE_CONV_2D"}


def load_weights(network: PoseNetwork, file: Path, images: Tensor) -> None:
    """Give a network the weights of an exported file.

    Batch normalisation, which the file has folded away, gets the statistics of ``images`` (n, 3, 192, 192), RGB in
    [-1, 1], and leaves the answers as they are. Raises :class:`ModelError` if the file is of another network.
    """
    kernels = _read(file)
    norms = {}
    for name, layer in _layers(network):
        convolution, norm = (layer, None) if isinstance(layer, Same) else (layer[0], layer[1])
        kernel, bias = kernels.get(name, (np.empty(0, np.float32),) * 2)
        if kernel.shape != tuple(convolution.weight.shape):
            raise ModelError(f"{file}: not a network of the same form, to learn on from: {name} is {kernel.shape}")
        unit = OFFSET_UNIT_PX if name == "offsets" else 1.0
        _copy(convolution.weight, kernel / np.float32(unit))
        if norm is None:
            _copy(convolution.bias, bias / np.float32(unit))
        else:
            norms[norm] = torch.from_numpy(bias)
    _settle(network, norms, images)


def _layers(network: PoseNetwork) -> Iterator[tuple[str, Any]]:
    """Yield the convolutions, with the batch normalisation behind them, by the names that the export gives them."""
    plain = (f"conv2d_{number}" if number else "conv2d" for number in itertools.count())
    deep = (f"depthwise_conv2d_{number}" if number else "depthwise_conv2d" for number in itertools.count())

    def separable(layer: Separable) -> Iterator[tuple[str, Any]]:
        yield next(deep), layer.depthwise
        yield next(plain), layer.pointwise

    yield next(plain), network.stem
    for block in network.blocks:
        assert isinstance(block, InvertedResidual)
        if block.expand is not None:
            yield next(plain), block.expand
        yield next(deep), block.depthwise
        yield next(plain), block.project
    decoder = network.decoder
    yield next(plain), decoder.lateral_32
    yield from separable(decoder.mix_16)
    yield next(plain), decoder.lateral_16
    yield next(plain), decoder.lateral_8
    yield from separable(decoder.mix_8a)
    yield from separable(decoder.mix_8b)
    yield "heatmaps", decoder.heatmaps
    yield "offsets", decoder.offsets


def _settle(network: PoseNetwork, norms: dict[nn.BatchNorm2d, Tensor], images: Tensor) -> None:
    """Choose each normalisation's statistics, in the order of the layers, and undo them with its gain and shift."""

    def settle(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        x = inputs[0]
        norm.running_mean.copy_(x.mean((0, 2, 3)))
        norm.running_var.copy_(x.var((0, 2, 3)))
        _copy(norm.weight, torch.sqrt(norm.running_var + norm.eps).numpy())
        _copy(norm.bias, (norm.running_mean + norms[norm]).numpy())

    hooks = [norm.register_forward_pre_hook(settle) for norm in norms]
    network.eval()
    with torch.no_grad():
        network(images)
    for hook in hooks:
        hook.remove()


def _read(file: Path) -> dict[str, Kernel]:
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_path=str(file), experimental_op_resolver_type=plain)
    tensors = {detail["index"]: detail for detail in interpreter.get_tensor_details()}

    def value(index: int) -> Array:
        scales = tensors[index]["quantization_parameters"]
        stored = interpreter.get_tensor(index)
        shape = [1] * stored.ndim
        shape[scales["quantized_dimension"]] = -1
        return np.asarray(stored.astype(np.float32) * scales["scales"].reshape(shape), np.float32)

    kernels = {}
    for step in interpreter._get_ops_details():  # noqa: SLF001 - nothing public says which tensor is whose
        if step["op_name"] in _CONVOLUTIONS:
            _, kernel, bias = (int(index) for index in step["inputs"])
            axes = (3, 0, 1, 2) if step["op_name"].startswith("DEPTHWISE") else (0, 3, 1, 2)
            kernels[tensors[kernel]["name"].split("/")[1]] = (value(kernel).transpose(axes), value(bias))
    return kernels


def _copy(parameter: Any, values: Array) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.array(values)))
