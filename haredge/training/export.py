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
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError

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
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder)
        model.save_weights(job / "weights.h5")
        np.save(job / "calibration.npy", calibration)
        command = [sys.executable, "-m", __name__, maker.module, json.dumps(maker.arguments), folder]
        child = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **_QUIET})
        if child.returncode:
            lines = child.stderr.strip().splitlines() or [f"exit {child.returncode}"]
            raise ModelError(f"conversion to TFLite failed: {lines[-1]}")
        return (job / "model.tflite").read_bytes()


_QUIET: Final = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}


def _convert(module: str, arguments: list[str | int], job: Path) -> None:
    import tensorflow as tf  # noqa: PLC0415  (heavy)
    import tf_keras  # noqa: PLC0415

    network = importlib.import_module(module).remade(*arguments)
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


if __name__ == "__main__":
    _convert(sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]))
