"""The TFLite interpreter: the only module that imports one.

It is ai-edge-litert if that is installed, else tflite-runtime, its older name.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any, Final

import numpy as np

from haredge.core.errors import RuntimeMissingError
from haredge.core.printable import one_line
from haredge.core.unnamed_file import unnamed_file

RUNTIMES: Final = {"ai-edge-litert": "ai_edge_litert.interpreter", "tflite-runtime": "tflite_runtime.interpreter"}
"""Interpreters by their package's name, the preferred one first."""


def runtime_name() -> str:
    """Name the interpreter in use with its version, as ``"ai-edge-litert 2.3.0"``."""
    module = interpreter_class().__module__
    package = next(package for package, name in RUNTIMES.items() if name.split(".")[0] == module.split(".")[0])
    return f"{package} {_version(package)}"


def interpreter_class() -> Any:
    """Return the preferred interpreter's class; Python caches the import."""
    reasons = []
    for package, module in RUNTIMES.items():
        _refuse_unfit(package)
        try:
            return importlib.import_module(module).Interpreter
        except (ImportError, OSError) as error:
            reasons.append(one_line(error))
    raise RuntimeMissingError(
        f"no TFLite interpreter is installed: 'pip install ai-edge-litert', or, if it has no wheel, "
        f"'pip install tflite-runtime \"numpy<2\"' ({'; '.join(reasons)})"
    )


def _refuse_unfit(package: str) -> None:
    """Refuse a tflite-runtime that is known to fail, or before 2.12 to run the LSTM with silently wrong answers."""
    version = _version(package)
    if package != "tflite-runtime" or version is None:
        return
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) < (2, 12):
        raise RuntimeMissingError(
            f"tflite-runtime {version} gives wrong answers: 'pip install \"tflite-runtime>=2.13\"'"
        )
    if (major, minor) <= (2, 14) and int(np.__version__.split(".")[0]) >= 2:
        raise RuntimeMissingError(
            f"tflite-runtime {version} does not work with numpy {np.__version__}: 'pip install \"numpy<2\"'"
        )


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def load(content: bytes, threads: int, input_size: Sequence[int] | None) -> Any:
    """Return an interpreter with a model loaded, allocated and run once.

    Running packs the weights and settles every shape. ``input_size`` (height, width) resizes the one input, an image.
    Raises RuntimeError or ValueError for what it does not run, :class:`RuntimeMissingError` if none is installed.
    """
    interpreter = interpreter_class()(model_content=content, num_threads=threads)
    inputs = interpreter.get_input_details()
    if len(inputs) != 1:
        raise ValueError(f"it has {len(inputs)} inputs, and haredge runs networks of one")
    if input_size is not None:
        if len(inputs[0]["shape"]) != 4:
            raise ValueError(f"its input has the shape {inputs[0]['shape'].tolist()}, which is not an image to resize")
        batch, _, _, channels = inputs[0]["shape"].tolist()
        interpreter.resize_tensor_input(inputs[0]["index"], [batch, *input_size, channels])
    interpreter.allocate_tensors()
    interpreter.reset_all_variables()
    interpreter.invoke()
    for output in interpreter.get_output_details():
        interpreter.get_tensor(output["index"])
    return interpreter


@contextlib.contextmanager
def without_chatter() -> Iterator[None]:
    """Keep the interpreter's own lines ("INFO: Created TensorFlow Lite XNNPACK delegate") off standard error.

    It writes them from C++, past ``sys.stderr``. What others wrote in the meantime is passed on.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with unnamed_file() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            others = [line for line in caught if not line.startswith((b"INFO: ", b"ERROR: ", b"WARNING: "))]
            with contextlib.suppress(OSError):  # a full disk takes no log, and recognition goes on
                os.write(2, b"".join(others))
