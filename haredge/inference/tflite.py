"""Running a TFLite network.

The interpreter is a C++ library in which a damaged file may crash the whole process. A file therefore either has a
checksum that vouches for it, or it is tried first in a child process, where a crash costs nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import numpy as np

from haredge.core.errors import ModelError
from haredge.core.printable import one_line
from haredge.inference.engine import Array, Tensor
from haredge.inference.tflite_runtime import interpreter_class, load, runtime_name, without_chatter

PROBE_LIMIT_S: Final = 60
"""Seconds that a file without a checksum may take to load and run once in the child process."""

_PROBE_MEMORY: Final = 2 << 30
_PROBE: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from haredge.inference import tflite; tflite.probe()"
)


def open_network(
    content: bytes, title: str, *, threads: int, input_size: tuple[int, int] | None, trusted: bool
) -> TfliteEngine:
    """Load a network from the bytes of a .tflite file: see :class:`haredge.inference.engines.EngineModule`.

    A file that is not ``trusted`` is tried in a child process first.
    """
    if not trusted:
        _try_in_child(content, title, threads, input_size)
    try:
        with without_chatter():
            return TfliteEngine(load(content, threads, input_size), title)
    except (RuntimeError, ValueError, MemoryError) as error:
        raise ModelError(f"{title}: this model cannot be run: {one_line(error)}") from error


def version() -> str:
    """Name the interpreter in use with its version, as ``"ai-edge-litert 2.3.0"``."""
    return runtime_name()


class TfliteEngine:
    """A network in the TFLite interpreter; implements :class:`haredge.inference.engine.Engine`."""

    def __init__(self, interpreter: Any, title: str) -> None:
        """Take an interpreter whose tensors are allocated; :func:`open_network` makes one."""
        self._interpreter = interpreter
        self._in = interpreter.get_input_details()[0]["index"]
        self._out = [detail["index"] for detail in interpreter.get_output_details()]
        self.title: Final = title
        self.input: Final = _tensor(interpreter.get_input_details()[0])
        self.outputs: Final = tuple(_tensor(detail) for detail in interpreter.get_output_details())

    def run(self, stored: Array) -> list[Array]:
        """Run the network on an input of its own shape and type; return its outputs as stored, copied.

        A recurrent network starts with no state each time: the fused LSTM would otherwise keep its state from one call
        to the next.
        """
        try:
            self._interpreter.set_tensor(self._in, stored)
            self._interpreter.reset_all_variables()
            self._interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.title}: the model failed to run: {one_line(error)}") from error
        return [self._interpreter.get_tensor(index) for index in self._out]

    @property
    def accelerator(self) -> str | None:
        """XNNPACK if it runs a part of the network; without it the same answers take two to three times as long."""
        operators = self._interpreter._get_ops_details()  # noqa: SLF001 - nothing public shows the delegate
        return "XNNPACK" if any(operator["op_name"] == "DELEGATE" for operator in operators) else None

    def __repr__(self) -> str:
        shapes = ", ".join(f"{tensor.shape} {tensor.dtype}" for tensor in (self.input, *self.outputs))
        return f"TfliteEngine({self.title}: {shapes})"


def probe() -> None:
    """Load and run the model on standard input, or end with one line on standard output that says why not.

    What the child process does; it may crash.
    """
    threads, input_size = json.loads(sys.argv[2])
    _limit_memory()
    try:
        load(sys.stdin.buffer.read(), threads, input_size)
    except (RuntimeError, ValueError, MemoryError) as error:
        print(one_line(error))  # noqa: T201 - the child's answer
        sys.exit(1)


def _limit_memory() -> None:
    """Keep a file that asks for too much from taking the machine's memory, where the system can limit that."""
    try:
        import resource  # noqa: PLC0415  # Windows has none
    except ModuleNotFoundError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_PROBE_MEMORY, _PROBE_MEMORY))
    except (OSError, ValueError):  # macOS has the name, but takes no value
        if sys.platform.startswith("linux"):
            raise


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


def _tensor(detail: Mapping[str, Any]) -> Tensor:
    scale, zero_point = detail["quantization"]
    shape = tuple(int(size) for size in detail["shape"])
    return Tensor(detail["name"], shape, np.dtype(detail["dtype"]), float(scale), int(zero_point))
