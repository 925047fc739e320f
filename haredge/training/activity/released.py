"""Taking up the training of a released model: the weights of its LSTM, read out of its int8 file.

What quantisation took from them is less than an epoch brings back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.errors import ModelError

Array = NDArray[np.float32]

_WEIGHTS: Final = (1, 2, 3, 4)
_RECURRENT: Final = (5, 6, 7, 8)
_BIASES: Final = (12, 13, 14, 15)
"""Places of the input, forget, cell and output gates' tensors among the inputs of UNIDIRECTIONAL_SEQUENCE_LSTM."""


def take_up(model: Any, file: Path, encoded: Array) -> None:
    """Give a network of :func:`haredge.training.activity.network.lstm` the weights of an exported file.

    Batch normalisation, which the file has folded away, gets the statistics of ``encoded`` windows (n, 9, SIZE) and
    leaves the answers as they are. Raises :class:`ModelError` where the file is of another network.
    """
    lstms, denses = _read(file)
    layers = [layer for layer in model.layers if layer.name.startswith("lstm")]
    try:
        for layer, weights in zip(layers, lstms, strict=True):
            layer.set_weights(weights)
        for name, weights in zip(("dense", "logits"), denses, strict=True):
            model.get_layer(name).set_weights(weights)
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"{file}: not a network of the same form and labels, to learn on from: {reason}") from None
    _settle(model, encoded)


def _settle(model: Any, encoded: Array) -> None:
    import tf_keras  # noqa: PLC0415  (heavy)

    norm = model.get_layer("normalised")
    below = tf_keras.Model(model.input, norm.input).predict(encoded, batch_size=1024, verbose=0)
    mean, variance = below.mean(axis=0), below.var(axis=0)
    norm.set_weights([np.sqrt(variance + norm.epsilon), mean, mean, variance])


def _read(file: Path) -> tuple[list[list[Array]], list[list[Array]]]:
    """Read each LSTM's kernel, recurrent kernel and bias, then each dense layer's, as Keras orders them."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType  # noqa: PLC0415  (heavy)

    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_path=str(file), experimental_op_resolver_type=plain)
    tensors = {detail["index"]: detail for detail in interpreter.get_tensor_details()}

    def value(index: int) -> Array:
        detail = tensors[index]["quantization_parameters"]
        stored = interpreter.get_tensor(index)
        shape = (-1, *(1,) * (stored.ndim - 1)) if len(detail["scales"]) > 1 else (1,) * stored.ndim
        return np.asarray(stored.astype(np.float32) * detail["scales"].reshape(shape), np.float32)

    def gates(inputs: NDArray[np.int32], places: tuple[int, ...]) -> Array:
        return np.concatenate([value(int(inputs[place])) for place in places]).T

    steps = interpreter._get_ops_details()  # noqa: SLF001 - nothing public tells which tensor is whose
    lstms = [step["inputs"] for step in steps if step["op_name"] == "UNIDIRECTIONAL_SEQUENCE_LSTM"]
    denses = [step["inputs"] for step in steps if step["op_name"] == "FULLY_CONNECTED"]
    return (
        [[gates(inputs, places) for places in (_WEIGHTS, _RECURRENT, _BIASES)] for inputs in lstms],
        [[value(int(inputs[1])).T, value(int(inputs[2]))] for inputs in denses],
    )
