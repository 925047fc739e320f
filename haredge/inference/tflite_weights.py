"""The weights of a released model, read out of its int8 file: those of an LSTM, or of convolutions."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError

Array = NDArray[np.float32]
Weights = dict[str, list[Array]]
"""Arrays of each layer by its name, as Keras orders them."""

_WEIGHTS: Final = (1, 2, 3, 4)
_RECURRENT: Final = (5, 6, 7, 8)
_BIASES: Final = (12, 13, 14, 15)
"""Places of the input, forget, cell and output gates' tensors among the inputs of UNIDIRECTIONAL_SEQUENCE_LSTM."""
_LSTM: Final = "UNIDIRECTIONAL_SEQUENCE_LSTM"
_FULL: Final = "FULLY_CONNECTED"
_DENSE: Final = ("dense", "logits")


def read(content: bytes, title: str) -> Weights:
    """Read the weights of an LSTM's layers but batch normalisation, which the file has folded into the first dense one.

    ``title`` is what messages call the file. Raises :class:`ModelError` for a network of another architecture.
    """
    network = _Opened(content, title)

    def gates(inputs: NDArray[np.int32], places: tuple[int, ...]) -> Array:
        return np.concatenate([network.value(int(inputs[place])) for place in places]).T

    steps = network.steps()
    inputs = {kind: [step["inputs"] for step in steps if step["op_name"] == kind] for kind in (_LSTM, _FULL)}
    if not inputs[_LSTM] or len(inputs[_FULL]) != len(_DENSE):
        raise ModelError(f"{title}: only LSTM models can be fine-tuned, and this is another network")
    lstms = [[gates(each, places) for places in (_WEIGHTS, _RECURRENT, _BIASES)] for each in inputs[_LSTM]]
    denses = [[network.value(int(each[1])).T, network.value(int(each[2]))] for each in inputs[_FULL]]
    return {f"lstm{index}": layer for index, layer in enumerate(lstms)} | dict(zip(_DENSE, denses, strict=True))


def read_convolutions(content: bytes, title: str) -> list[Array]:
    """Read kernel and bias of each convolution and dense layer in turn, in the order in which they are computed.

    Kernels as Keras has them: (height, width, in, out), depthwise ones (height, width, channels, 1), dense ones (in,
    out). Raises :class:`ModelError` for a file that the interpreter does not know.
    """
    network = _Opened(content, title)
    arrays: list[Array] = []
    for step in network.steps():
        if step["op_name"] in _KERNEL_AXES:
            kernel, bias = (network.value(int(index)) for index in step["inputs"][1:3])
            arrays += [np.ascontiguousarray(kernel.transpose(_KERNEL_AXES[step["op_name"]])), bias]
    return arrays


_KERNEL_AXES: Final = {"CONV_2D": (1, 2, 3, 0), "DEPTHWISE_CONV_2D": (1, 2, 3, 0), _FULL: (1, 0)}


class _Opened:
    """A network's tensors and steps, as the interpreter has read them."""

    def __init__(self, content: bytes, title: str) -> None:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType  # noqa: PLC0415  (heavy)

        plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        try:
            self._interpreter = Interpreter(model_content=content, experimental_op_resolver_type=plain)
        except ValueError as error:
            raise ModelError(f"{title}: not a model that can be fine-tuned: {str(error).splitlines()[0]}") from None
        self._tensors = {detail["index"]: detail for detail in self._interpreter.get_tensor_details()}

    def steps(self) -> list[dict[str, Any]]:
        """Return the operators in order."""
        # Nothing public says which tensor is whose.
        steps: list[dict[str, Any]] = self._interpreter._get_ops_details()  # noqa: SLF001
        return steps

    def value(self, index: int) -> Array:
        """Return the real values of a constant tensor."""
        detail = self._tensors[index]["quantization_parameters"]
        stored = self._interpreter.get_tensor(index).astype(np.float32)
        scales, zeros = detail["scales"], detail["zero_points"]
        axis = detail["quantized_dimension"]
        shape = [1] * stored.ndim
        if len(scales) > 1:
            shape[axis] = -1
        return np.asarray((stored - zeros.reshape(shape)) * scales.reshape(shape), np.float32)
