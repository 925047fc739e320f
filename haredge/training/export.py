"""From a trained network to a full-int8 TFLite file.

Conversion runs in a process of its own, since a converter that crashes would take the training with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError
from haredge.training.network import NETWORKS

CALIBRATION_WINDOWS: Final = 400


def to_int8(model: Any, calibration: NDArray[np.float32]) -> bytes:
    """Convert a network of :mod:`haredge.training.network`, with softmax, to a full-int8 TFLite file.

    ``calibration``: encoded windows (n, 9, SIZE) like those the network will meet; input and output become int8.
    Raises :class:`ModelError` if the converter fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder)
        model.save_weights(job / "weights.h5")
        np.save(job / "calibration.npy", calibration[:CALIBRATION_WINDOWS])
        labels = int(model.output_shape[-1])
        command = [sys.executable, "-m", __name__, model.name, str(labels), folder]
        child = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **_QUIET})
        if child.returncode:
            lines = child.stderr.strip().splitlines() or [f"exit {child.returncode}"]
            raise ModelError(f"conversion to TFLite failed: {lines[-1]}")
        return (job / "model.tflite").read_bytes()


_QUIET: Final = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}


def _convert(kind: str, labels: int, job: Path) -> None:
    import tensorflow as tf  # noqa: PLC0415  (heavy)
    import tf_keras  # noqa: PLC0415

    network = NETWORKS[kind].make(labels, 1)
    network.load_weights(job / "weights.h5")
    network = tf_keras.Model(network.input, tf_keras.layers.Softmax(name="probabilities")(network.output))
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    calibration = np.load(job / "calibration.npy")
    converter.representative_dataset = lambda: ([window[None]] for window in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    (job / "model.tflite").write_bytes(converter.convert())


if __name__ == "__main__":
    _convert(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
