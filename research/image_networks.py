"""Keras networks of images as TFLite files, in float and in int8; their input is RGB in [-1, 1]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from haredge.core.types import Image
from research.shared_vectors import share_vectors


def float_file(model: Any) -> bytes:
    """Convert to a float TFLite file."""
    return bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


def int8_file(model: Any, images: Iterable[Image]) -> bytes:
    """Convert to a full-int8 TFLite file with bytes in and out.

    Ranges of activations come from ``images``: RGB bytes, (height, width, 3), of the input's size.
    """
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = _calibration(images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    return share_vectors(bytes(converter.convert()))


def _calibration(images: Iterable[Image]) -> Callable[[], Iterator[list[NDArray[np.float32]]]]:
    kept = list(images)

    def batches() -> Iterator[list[NDArray[np.float32]]]:
        for image in kept:
            yield [image[None].astype(np.float32) / 127.5 - 1]

    return batches
