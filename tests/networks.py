"""Small real TFLite networks, written out with the schema that the interpreter's package brings along."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from haredge.inference.engine import Engine
from haredge.inference.loading import open_engine

TYPES = {
    "float32": schema.TensorType.FLOAT32,
    "uint8": schema.TensorType.UINT8,
    "int8": schema.TensorType.INT8,
    "int32": schema.TensorType.INT32,
}


@dataclass
class Writer:
    """Collects tensors and operators of a network; :meth:`write` gives the file's bytes."""

    tensors: list[Any] = field(default_factory=list)
    buffers: list[Any] = field(default_factory=lambda: [schema.BufferT()])
    codes: list[Any] = field(default_factory=list)
    operators: list[Any] = field(default_factory=list)

    def tensor(
        self,
        shape: Sequence[int],
        dtype: str = "float32",
        *,
        scale: float = 0.0,
        zero_point: int = 0,
        data: NDArray[Any] | None = None,
        variable: bool = False,
    ) -> int:
        tensor = schema.TensorT()
        tensor.name = f"tensor{len(self.tensors)}"
        tensor.shape, tensor.type, tensor.isVariable, tensor.buffer = list(shape), TYPES[dtype], variable, 0
        if scale:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [scale], [zero_point]
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data, dtype).tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(self, data: Any, dtype: str = "float32") -> int:
        array = np.asarray(data, dtype)
        return self.tensor(array.shape, dtype, data=array)

    def operator(
        self, name: str, inputs: Sequence[int], outputs: Sequence[int], options: Any = None, version: int = 1
    ) -> None:
        code = schema.OperatorCodeT()
        code.version = version
        code.builtinCode = getattr(schema.BuiltinOperator, name, schema.BuiltinOperator.CUSTOM)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        if code.builtinCode == schema.BuiltinOperator.CUSTOM:
            code.customCode = name
        self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = len(self.codes) - 1, list(inputs), list(outputs)
        if options is not None:
            operator.builtinOptions = options
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__.removesuffix("T"))
        self.operators.append(operator)

    def write(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = list(inputs), list(outputs)
        model = schema.ModelT()
        model.version, model.description = 3, "haredge test network"
        model.subgraphs, model.buffers, model.operatorCodes = [graph], self.buffers, self.codes
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def opened(content: bytes, input_size: tuple[int, int] | None = None) -> Engine:
    """Open a network without trying it in a child process first."""
    return open_engine(content, sha256=hashlib.sha256(content).hexdigest(), input_size=input_size)


def identity(shape: Sequence[int], dtype: str = "float32", *, scale: float = 0.0, zero_point: int = 0) -> bytes:
    """Write a network that gives back what it is given."""
    writer = Writer()
    source = writer.tensor(shape, dtype, scale=scale, zero_point=zero_point)
    target = writer.tensor(shape, dtype, scale=scale, zero_point=zero_point)
    same = writer.constant(list(shape), "int32")
    writer.operator("RESHAPE", [source, same], [target], schema.ReshapeOptionsT())
    return writer.write([source], [target])


def custom(name: str) -> bytes:
    """Write a network of one operator that no interpreter has."""
    writer = Writer()
    source, target = writer.tensor([1, 4]), writer.tensor([1, 4])
    writer.operator(name, [source], [target])
    return writer.write([source], [target])


def running_sum() -> bytes:
    """Write a recurrent network with one unit that keeps its sum in a variable tensor from one call to the next."""
    writer = Writer()
    source, target = writer.tensor([1, 2, 1]), writer.tensor([1, 2, 1])
    weight, recurrent, bias = writer.constant([[1.0]]), writer.constant([[1.0]]), writer.constant([0.0])
    state = writer.tensor([1, 1], variable=True)
    options = schema.SequenceRNNOptionsT()
    options.timeMajor, options.fusedActivationFunction = False, schema.ActivationFunctionType.NONE
    writer.operator("UNIDIRECTIONAL_SEQUENCE_RNN", [source, weight, recurrent, bias, state], [target], options)
    return writer.write([source], [target])


def colours() -> NDArray[np.float64]:
    """Give the 17 keypoints colours that distinguish them: (17, 3) RGB from 0 to 255, on a circle round grey."""
    angle = 2 * np.pi * np.arange(17) / 17
    first, second = np.array([1, -1, 0]) / np.sqrt(2), np.array([1, 1, -2]) / np.sqrt(6)
    return 127.5 + 120 * (np.outer(np.cos(angle), first) + np.outer(np.sin(angle), second))


def colour_posenet(size: tuple[int, int], stride: int, *, outputs: Sequence[int] = (17, 34)) -> bytes:
    """Write a PoseNet that finds coloured dots: each heatmap answers to one of :func:`colours`, offsets are nothing.

    ``outputs`` are the channels of its outputs; 17 is the heatmaps.
    """
    writer = Writer()
    source = writer.tensor([1, *size, 3])
    cells = [-(-pixels // stride) for pixels in size]
    # Input is -1 to 1 with grey at 0: the logit is +8 at the dot of the right colour, -8 on grey.
    weights = (colours() / 127.5 - 1) * 16 / np.square(120 / 127.5)
    targets = []
    for channels in outputs:
        heat = channels == 17
        kernel = (weights if heat else np.zeros((channels, 3))).reshape(channels, 1, 1, 3)
        target = writer.tensor([1, *cells, channels])
        options = schema.Conv2DOptionsT()
        options.padding, options.strideH, options.strideW = schema.Padding.VALID, stride, stride
        bias = writer.constant(np.full(channels, -8.0 if heat else 0.0))
        writer.operator("CONV_2D", [source, writer.constant(kernel), bias], [target], options)
        targets.append(target)
    return writer.write([source], targets)


def movenet(keypoints: NDArray[Any], size: int = 192, dtype: str = "float32") -> bytes:
    """Write a MoveNet that gives the same (17, 3) y, x, score whatever it is shown."""
    return constant([1, size, size, 3], np.reshape(keypoints, (1, 1, 17, 3)), dtype=dtype)


def constant(shape: Sequence[int], *outputs: NDArray[Any], dtype: str = "float32") -> bytes:
    """Write a network that gives the same outputs whatever input of a shape it is given."""
    writer = Writer()
    source, targets = writer.tensor(shape, dtype), [writer.tensor(output.shape) for output in outputs]
    for output, target in zip(outputs, targets, strict=True):
        same = writer.constant(list(output.shape), "int32")
        writer.operator("RESHAPE", [writer.constant(output), same], [target], schema.ReshapeOptionsT())
    return writer.write([source], targets)


def dense(weights: NDArray[Any], poses: int = 9) -> bytes:
    """Write an activity network of one layer: (labels, poses * features) weights on all of a window, then softmax."""
    return _one_layer(weights, [1, poses, weights.shape[1] // poses])


def still(weights: NDArray[Any], size: tuple[int, int]) -> bytes:
    """Write a still network of one layer: (labels, height * width * 3) weights on all of an image, then softmax."""
    return _one_layer(weights, [1, *size, 3])


def _one_layer(weights: NDArray[Any], shape: Sequence[int]) -> bytes:
    labels, numbers = weights.shape
    writer = Writer()
    source, target = writer.tensor(shape), writer.tensor([1, labels])
    flat, logits = writer.tensor([1, numbers]), writer.tensor([1, labels])
    writer.operator("RESHAPE", [source, writer.constant([1, numbers], "int32")], [flat], schema.ReshapeOptionsT())
    layer = [flat, writer.constant(weights), writer.constant(np.zeros(labels))]
    writer.operator("FULLY_CONNECTED", layer, [logits], schema.FullyConnectedOptionsT())
    options = schema.SoftmaxOptionsT()
    options.beta = 1.0
    writer.operator("SOFTMAX", [logits], [target], options)
    return writer.write([source], [target])
