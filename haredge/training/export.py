"""From a trained network to a full-int8 TFLite file.

Conversion runs in a process of its own, since a converter that crashes would take the training with it.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError, ModelError
from haredge.core.unnamed_file import unnamed_file
from haredge.training import tensorflow

CALIBRATION_WINDOWS: Final = 400


@dataclass(frozen=True, slots=True)
class Maker:
    """How the process that converts makes the network again, for one input at a time."""

    module: str
    """Dotted name of the module that has a function ``remade``."""
    arguments: tuple[str | int, ...]
    """What that function takes; it returns a Keras network of logits."""


def to_int8(model: Any, calibration: NDArray[np.float32], maker: Maker) -> bytes:
    """Convert a Keras network of logits, with softmax, to a full-int8 TFLite file.

    ``calibration``: inputs (n, ...) like those the network will meet, from which the ranges come; input and output
    become int8. Raises :class:`ModelError` if the converter fails.
    """
    with tempfile.TemporaryDirectory() as folder, one_converter() as converter:
        job = Path(folder)
        model.save_weights(job / "weights.h5")
        np.save(job / "calibration.npy", calibration)
        converter.convert(maker, job)
        return (job / "model.tflite").read_bytes()


def check_int8(float32: float, int8: float, count: int, most: float, things: str) -> None:
    """Raise DataError for an int8 file that is too much worse than its float network, by their accuracies on the test.

    ``most`` is the share of the ``count`` clips or images that it may lose; of few it may lose one, whatever share that
    is.
    """
    if round((float32 - int8) * count) > max(most * count, 1):
        raise DataError(
            f"the int8 file is right on {int8:.1%} of the test {things} and the float network on {float32:.1%}: not "
            "accepted; train again with another --seed"
        )


@contextmanager
def one_converter() -> Iterator[Converter]:
    """Have all conversions within share one process, which imports TensorFlow once; it ends with the outermost."""
    if (around := _converter.get()) is not None:
        yield around
        return
    converter = Converter()
    token = _converter.set(converter)
    try:
        yield converter
    finally:
        _converter.reset(token)
        converter.close()


class Converter:
    """A process that converts one network after another. It begins with the first; after a failure another begins."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[bytes] = unnamed_file()

    def convert(self, maker: Maker, job: Path) -> None:
        """Convert the weights in a job's folder; raises :class:`ModelError` if that fails."""
        if self._process and self._process.poll() is not None:
            self._end()
        self._process = process = self._process or self._begun()
        assert process.stdin
        assert process.stdout
        with suppress(BrokenPipeError):  # it has ended, and why is read below
            process.stdin.write(json.dumps([maker.module, maker.arguments, str(job)]) + "\n")
            process.stdin.flush()
        if process.stdout.readline() != _DONE:
            raise ModelError(f"conversion to TFLite failed: {self._failure()}")

    def close(self) -> None:
        """End the process."""
        self._end()
        self._said.close()

    def _begun(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env={**os.environ, **_SURROUNDINGS},
        )

    def _failure(self) -> str:
        """Return in a line why the process has ended, which is then forgotten."""
        assert self._process
        status = self._process.wait()
        self._end()
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        self._said.seek(0)
        self._said.truncate()
        return lines[-1] if lines else f"exit {status}"

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            # Closes the pipes, too; what was not read of them means nothing.
            self._process.communicate()
            self._process = None


_converter: ContextVar[Converter | None] = ContextVar("_converter", default=None)

_DONE: Final = "done\n"
_SURROUNDINGS: Final = {**tensorflow.SURROUNDINGS, "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}


def _convert(module: str, arguments: list[str | int], job: Path) -> None:
    remade = importlib.import_module(module).remade
    import tensorflow as tf  # noqa: PLC0415  (heavy)
    import tf_keras  # noqa: PLC0415

    # What is named by number is named as if there had been no network before.
    tf_keras.backend.clear_session()
    network = remade(*arguments)
    network.load_weights(job / "weights.h5")
    softmax = tf_keras.Model(network.input, tf_keras.layers.Softmax(name="probabilities")(network.output))
    given = tf.TensorSpec(network.input.shape, tf.float32, name=network.input_names[0])
    run = tf.function(partial(softmax, training=False), input_signature=[given]).get_concrete_function()
    # A module of nothing but the weights: of a Keras network, functions of every layer would be saved, traced and read
    # again, which takes ten times as long and changes nothing.
    weights = tf.Module()
    weights.all = network.variables
    converter = tf.lite.TFLiteConverter.from_concrete_functions([run], weights)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    calibration = np.load(job / "calibration.npy")
    converter.representative_dataset = lambda: ([each[None]] for each in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    (job / "model.tflite").write_bytes(converter.convert())


def _work() -> None:
    """Convert as asked for on standard input, line by line, until it ends; a failure ends this process."""
    with os.fdopen(os.dup(1), "w") as answers:
        # Whatever libraries print is no answer.
        os.dup2(2, 1)
        for line in sys.stdin:
            module, arguments, job = json.loads(line)
            _convert(module, arguments, Path(job))
            answers.write(_DONE)
            answers.flush()


if __name__ == "__main__":
    _work()
