"""Running a TFLite network.

The interpreter is a C++ library in which a damaged file may crash the whole process. A file therefore either has a
checksum that vouches for it, or it is tried first in a child process, where a crash costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError
from haredge.inference.tflite_runtime import interpreter_class, load, one_line, without_chatter

Array = NDArray[Any]

PROBE_LIMIT_S: Final = 60
"""Seconds that a file without a checksum may take to load and run once in the child process."""

_PROBE_MEMORY: Final = 2 << 30
_IDENTIFIER: Final = slice(4, 8), b"TFL3"
_PROBE: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from haredge.inference import tflite; tflite.probe()"
)


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output of a network: what it is called, its form, and how its numbers are stored."""

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float
    """0 where the tensor is not quantised."""
    zero_point: int

    def quantise(self, values: Array) -> Array:
        """Store real values the tensor's way: value / scale + zero_point, rounded and kept in range."""
        if not self.scale:
            return np.asarray(values).astype(self.dtype)
        limits = np.iinfo(self.dtype)
        stored = np.rint(np.asarray(values, np.float32) / np.float32(self.scale)) + self.zero_point
        clipped: Array = np.clip(stored, limits.min, limits.max).astype(self.dtype)
        return clipped

    def dequantise(self, stored: Array) -> NDArray[np.float32]:
        """Give the real values that are stored: (stored - zero_point) * scale."""
        values = np.asarray(stored, np.float32)
        return (values - np.float32(self.zero_point)) * np.float32(self.scale) if self.scale else values


class Network:
    """A loaded network with one input, ready to run.

    Made by :meth:`open`. Not for use from two threads at once.
    """

    def __init__(self, interpreter: Any, title: str) -> None:
        self._interpreter = interpreter
        self.title: Final = title
        """What messages call the network: its path."""
        self.input: Final = _tensors(interpreter.get_input_details())[0]
        self.outputs: Final = _tensors(interpreter.get_output_details())

    @classmethod
    def open(
        cls,
        model: Path | bytes,
        *,
        threads: int = 1,
        input_size: tuple[int, int] | None = None,
        sha256: str | None = None,
    ) -> Network:
        """Load a network from a .tflite file or its bytes.

        ``input_size`` (height, width) resizes the input of a network of pictures. ``sha256`` is what the file must
        have; a file for which none is known is tried in a child process first.

        Raises :class:`ModelError` for a file that is missing, damaged, not a TFLite file, not the one that
        ``sha256`` names, or not for this interpreter; :class:`RuntimeMissingError` where there is no interpreter.
        """
        title = "model" if isinstance(model, bytes) else str(model)
        content = read_model(model, sha256)
        if sha256 is None:
            _try_in_child(content, title, threads, input_size)
        try:
            with without_chatter():
                return cls(load(content, threads, input_size), title)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise ModelError(f"{title}: this model cannot be run: {one_line(error)}") from error

    def run(self, stored: Array) -> list[Array]:
        """Run the network on an input of its own shape and type; return its outputs as stored, copied.

        A recurrent network starts from rest each time: the fused LSTM would else keep its state from one call to the
        next.
        """
        try:
            self.invoke(stored)
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.title}: the model failed to run: {one_line(error)}") from error
        return [self._interpreter.get_tensor(output.index) for output in self.outputs]

    def invoke(self, stored: Array) -> None:
        """Run the network and leave its outputs where they are: the bare interpreter, as it is measured."""
        self._interpreter.set_tensor(self.input.index, stored)
        self._interpreter.reset_all_variables()
        self._interpreter.invoke()

    def infer(self, values: Array) -> list[NDArray[np.float32]]:
        """Run the network on real values and return real values, whatever way its tensors store them."""
        stored = self.run(self.input.quantise(values))
        return [tensor.dequantise(output) for tensor, output in zip(self.outputs, stored, strict=True)]

    @property
    def delegated(self) -> bool:
        """Whether XNNPACK runs a part of the network; without it the same answers take two to three times as long."""
        return any(operator["op_name"] == "DELEGATE" for operator in self._interpreter._get_ops_details())  # noqa: SLF001

    def __repr__(self) -> str:
        form = ", ".join(f"{tensor.shape} {tensor.dtype}" for tensor in (self.input, *self.outputs))
        return f"Network({self.title}: {form})"


def read_model(model: Path | bytes, sha256: str | None = None) -> bytes:
    """Read a model file, which is not yet to say that it can be run.

    Raises :class:`ModelError` where it is missing, is no TFLite file, or has another checksum than ``sha256``.
    """
    title, content = ("model", model) if isinstance(model, bytes) else (str(model), _read(model))
    if content[_IDENTIFIER[0]] != _IDENTIFIER[1]:
        raise ModelError(f"{title}: not a TFLite model file (it does not carry the mark 'TFL3')")
    if sha256 is not None and (found := hashlib.sha256(content).hexdigest()) != sha256:
        raise ModelError(
            f"{title}: not the file its manifest describes (sha256 {found[:12]}..., expected {sha256[:12]}...); "
            "install the model again"
        )
    return content


def _read(path: Path) -> bytes:
    """Read a file, or its first bytes only where they tell that it is no model: it may be long, such as a video."""
    if not path.is_file():
        raise ModelError(f"{path}: {'not a model file' if path.exists() else 'no such model file'}")
    try:
        with path.open("rb") as file:
            head = file.read(8)
            return head if head[_IDENTIFIER[0]] != _IDENTIFIER[1] else head + file.read()
    except OSError as error:
        raise ModelError(f"{path}: cannot read the model file: {error.strerror}") from error


def probe() -> None:
    """Load and run the model on standard input, or end with one line on standard output that says why not.

    What the child process does; it may crash.
    """
    threads, input_size = json.loads(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_PROBE_MEMORY, _PROBE_MEMORY))
    try:
        load(sys.stdin.buffer.read(), threads, input_size)
    except (RuntimeError, ValueError, MemoryError) as error:
        print(one_line(error))  # noqa: T201 - the child's answer
        sys.exit(1)


def _try_in_child(content: bytes, title: str, threads: int, input_size: tuple[int, int] | None) -> None:
    command = [sys.executable, "-I", "-c", _PROBE, json.dumps(sys.path), json.dumps([threads, input_size])]
    # A byte pattern in fresh memory makes a stray read crash in the child rather than pass by luck.
    environment = {**os.environ, "MALLOC_PERTURB_": "165"}
    try:
        child = subprocess.run(
            command, input=content, capture_output=True, timeout=PROBE_LIMIT_S, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise ModelError(f"{title}: damaged model file: it does not run within {PROBE_LIMIT_S} s") from None
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        raise ModelError(f"{title}: damaged model file: it crashes the interpreter ({name})")
    if child.returncode:
        _refuse(title, child)


def _refuse(title: str, child: subprocess.CompletedProcess[bytes]) -> NoReturn:
    interpreter_class()  # a missing runtime is not the model's fault
    lines = (child.stdout or child.stderr).decode(errors="replace").splitlines() or [f"exit {child.returncode}"]
    raise ModelError(f"{title}: this model cannot be run: {lines[-1]}")


def _tensors(details: Sequence[dict[str, Any]]) -> tuple[Tensor, ...]:
    return tuple(
        Tensor(
            detail["index"],
            detail["name"],
            tuple(int(size) for size in detail["shape"]),
            np.dtype(detail["dtype"]),
            float(detail["quantization"][0]),
            int(detail["quantization"][1]),
        )
        for detail in details
    )
