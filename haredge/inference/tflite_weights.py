"""The weights of a released model's LSTM, read out of its int8 file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

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


def read(file: Path) -> Weights:
    """Read the weights of all layers but batch normalisation, which the file has folded into the first dense one.

    Raises :class:`ModelError` for a network of another architecture.
    """
    from ai_edge_litert.interpreter import Interpreter, OpResolverType  # noqa: PLC0415  (heavy)

    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    try:
        interpreter = Interpreter(model_path=str(file), experimental_op_resolver_type=plain)
    except ValueError as error:
        raise ModelError(f"{file}: not a model that can be fine-tuned: {str(error).splitlines()[0]}") from None
    tensors = {detail["index"]: detail for detail in interpreter.get_tensor_details()}

    def value(index: int) -> Array:
        detail = tensors[index]["quantization_parameters"]
        stored = interpreter.get_tensor(index)
        shape = (-1, *(1,) * (stored.ndim - 1)) if len(detail["scales"]) > 1 else (1,) * stored.ndim
        return np.asarray(stored.astype(np.float32) * detail["scales"].reshape(shape), np.float32)

    def gates(inputs: NDArray[np.int32], places: tuple[int, ...]) -> Array:
        return np.concatenate([value(int(inputs[place])) for place in places]).T

    steps = interpreter._get_ops_details()  # noqa: SLF001 - nothing public says which tensor is whose
    inputs = {kind: [step["inputs"] for step in steps if step["op_name"] == kind] for kind in (_LSTM, _FULL)}
    if not inputs[_LSTM] or len(inputs[_FULL]) != len(_DENSE):
        raise ModelError(f"{file}: only LSTM models can be fine-tuned, and this is another network")
    lstms = [[gates(each, places) for places in (_WEIGHTS, _RECURRENT, _BIASES)] for each in inputs[_LSTM]]
    denses = [[value(int(each[1])).T, value(int(each[2]))] for each in inputs[_FULL]]
    return {f"lstm{index}": layer for index, layer in enumerate(lstms)} | dict(zip(_DENSE, denses, strict=True))
