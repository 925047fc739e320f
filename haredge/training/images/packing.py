"""From trained weights to an int8 file that is calibrated and measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.evaluation.images import ImageScores, measure_images
from haredge.inference.engine import infer
from haredge.inference.loading import open_engine
from haredge.still.classifier import network_input
from haredge.still.crop import fitted
from haredge.training import thresholds
from haredge.training.calibration import TEMPERATURES, WIDE, apply_temperature, find_temperature, softmax
from haredge.training.export import Maker, to_int8
from haredge.training.images import network
from haredge.training.images.golden import golden_images
from haredge.training.images.network import Weights
from haredge.training.images.rounding import correct_biases

Images = NDArray[np.uint8]
"""(n, height, width, 3), RGB, of the network's size."""

CALIBRATION_IMAGES: Final = 200
BATCH: Final = 32
MANY: Final = 300
"""Validation images from which any temperature may be chosen."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Images with their labels."""

    images: Images
    true: NDArray[np.int64]
    """Index of each one's label (n,)."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A network that has been converted and measured."""

    tflite: bytes
    size: tuple[int, int]
    """(height, width) of the input in pixels."""
    float32: ImageScores
    int8: ImageScores
    thresholds: dict[str, float]
    """Least probability at which each label is reported."""
    temperature: float
    """What the logits were divided by."""
    golden: NDArray[np.float32]
    """What the int8 file answers to the golden images (n, labels)."""


def pack(labels: Sequence[str], weights: Weights, known: Images, validation: Examples, test: Examples) -> Packed:
    """Calibrate on validation images, convert to int8 and measure both on test images.

    ``known``: images like those that it will meet, from which the int8 file's ranges and biases come. Raises
    :class:`haredge.core.errors.ModelError` if the converter fails.
    """
    height, width = known.shape[1:3]
    model = network.whole(len(labels), (height, width))
    model.set_weights(weights)
    tried = WIDE if len(validation.true) >= MANY else TEMPERATURES
    logits = outputs_of(model, validation.images)
    temperature = find_temperature(softmax(logits), validation.true, tried)
    apply_temperature(model, temperature)
    float32 = softmax(outputs_of(model, test.images))
    ranges = np.concatenate([network_input(image) for image in known[:CALIBRATION_IMAGES]])
    correct_biases(model, ranges)
    tflite = to_int8(model, ranges, Maker(network.__name__, (len(labels), height, width)))
    classify = classify_with(tflite)
    believed = thresholds.choose(labels, softmax(logits / np.float32(temperature)), validation.true)
    return Packed(
        tflite,
        (height, width),
        measure_images(labels, float32, test.true),
        measure_images(labels, classify(test.images), test.true),
        believed,
        temperature,
        classify(np.stack([fitted(image, (height, width)) for image in golden_images()])),
    )


def outputs_of(model: Any, images: Images) -> NDArray[np.float32]:
    """Run a Keras network on images: (n, ...)."""
    batches = (images[start : start + BATCH] for start in range(0, len(images), BATCH))
    return np.concatenate(
        [model.predict_on_batch(np.concatenate([network_input(image) for image in each])) for each in batches]
    )


def classify_with(tflite: bytes) -> Callable[[Images], NDArray[np.float32]]:
    """Make a function from images to probabilities (n, labels) that runs a TFLite file."""
    engine = open_engine(tflite)
    return lambda images: np.stack([infer(engine, network_input(image))[0][0] for image in images])
