"""A loaded network, whatever format its file has and whatever library runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_COLOURS: Final = 3


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output of a network: its name, its shape, and how its numbers are stored."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float = 0.0
    """0 if the tensor is not quantised."""
    zero_point: int = 0

    @property
    def image_size(self) -> tuple[int, int] | None:
        """(height, width) in pixels if the tensor holds one colour image, else None.

        The three colours may be the last axis (TFLite's order) or the second one (usual in ONNX).
        """
        match self.shape:
            case (1, height, width, channels) if channels == _COLOURS:
                return height, width
            case (1, channels, height, width) if channels == _COLOURS:
                return height, width
        return None

    def batch(self, image: Array) -> Array:
        """Return a (height, width, 3) image as a batch of one, its axes in the tensor's order."""
        return image[None] if self.shape[-1] == _COLOURS else np.ascontiguousarray(image.transpose(2, 0, 1))[None]

    def quantise(self, values: Array) -> Array:
        """Store real values the tensor's way: value / scale + zero_point, rounded and kept in range."""
        if not self.scale:
            return np.asarray(values).astype(self.dtype)
        limits = np.iinfo(self.dtype)
        stored = np.rint(np.asarray(values, np.float32) / np.float32(self.scale)) + self.zero_point
        clipped: Array = np.clip(stored, limits.min, limits.max).astype(self.dtype)
        return clipped

    def dequantise(self, stored: Array) -> NDArray[np.float32]:
        """Return the real values that are stored: (stored - zero_point) * scale."""
        values = np.asarray(stored, np.float32)
        return (values - np.float32(self.zero_point)) * np.float32(self.scale) if self.scale else values


class Engine(Protocol):
    """A loaded network with one input, ready to run. Not for use from two threads at once."""

    @property
    def title(self) -> str:
        """What messages call the network: the path of its file."""

    @property
    def input(self) -> Tensor:
        """The one input."""

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs, in the order in which :meth:`run` returns them."""

    @property
    def accelerator(self) -> str | None:
        """Name of what speeds the network up, such as a delegate; None if nothing does."""

    def run(self, stored: Array) -> list[Array]:
        """Run the network on an input of its own shape and type; return its outputs as stored, copied.

        A recurrent network starts with no state at each call. Raises :class:`haredge.core.errors.ModelError` if the
        network does not accept the input, or fails.
        """


def infer(engine: Engine, values: Array) -> list[NDArray[np.float32]]:
    """Run a network on real values and return real values, whatever way its tensors store them."""
    outputs: Sequence[Array] = engine.run(engine.input.quantise(values))
    return [tensor.dequantise(output) for tensor, output in zip(engine.outputs, outputs, strict=True)]
