"""A second inference engine, of numpy alone: one dense layer, kept with its shapes in an .npz behind a mark.

Its images have their colours first, as ONNX's often do.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError
from haredge.inference.engine import Array, Tensor
from haredge.inference.engines import ENGINES, EngineKind

MARK: Final = b"TINYNET1"
KIND: Final = EngineKind(
    format="Tiny",
    suffix=".tiny",
    recognises=lambda head: head == MARK,
    module="tiny_engine",
    packages=("numpy",),
)


@contextmanager
def registered() -> Iterator[EngineKind]:
    """Add the engine's row to the table, and take it out again."""
    ENGINES.append(KIND)
    try:
        yield KIND
    finally:
        ENGINES.remove(KIND)


def dense(
    inputs: Sequence[int], outputs: Sequence[int], weights: NDArray[Any], bias: NDArray[Any], *, softmax: bool = False
) -> bytes:
    """Write a network's file: (inputs, outputs) weights on the flattened input."""
    file = io.BytesIO()
    np.savez(file, inputs=inputs, outputs=outputs, weights=weights, bias=bias, softmax=softmax)
    return MARK + file.getvalue()


@dataclass(frozen=True)
class TinyEngine:
    """One dense layer."""

    title: str
    input: Tensor
    outputs: tuple[Tensor, ...]
    weights: NDArray[Any]
    bias: NDArray[Any]
    softmax: bool
    accelerator: str | None = "numpy"

    def run(self, stored: Array) -> list[Array]:
        if stored.shape != self.input.shape:
            raise ModelError(f"{self.title}: the model failed to run: it has no input of {stored.shape}")
        values = stored.reshape(-1) @ self.weights + self.bias
        if self.softmax:
            values = np.exp(values - values.max())
            values = values / values.sum()
        return [values.reshape(self.outputs[0].shape).astype(np.float32)]


def open_network(
    content: bytes, title: str, *, threads: int, input_size: tuple[int, int] | None, trusted: bool
) -> TinyEngine:
    """Load a network; see :class:`haredge.inference.engines.EngineModule`."""
    try:
        with np.load(io.BytesIO(content.removeprefix(MARK))) as arrays:
            shapes = [tuple(int(size) for size in arrays[name]) for name in ("inputs", "outputs")]
            tensors = [Tensor("x", shape, np.dtype(np.float32)) for shape in shapes]
            return TinyEngine(
                title, tensors[0], (tensors[1],), arrays["weights"], arrays["bias"], bool(arrays["softmax"])
            )
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{title}: this model cannot be run: {error}") from None


def version() -> str:
    """Name the library."""
    return "tiny 1.0"
