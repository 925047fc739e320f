"""The weights that a training begins with: those of a still model, read out of its int8 file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from haredge.core.errors import ModelError
from haredge.inference.model_file import read_model
from haredge.inference.tflite_weights import read_convolutions
from haredge.manifest import DataSet, StillManifest
from haredge.models.catalog import find_model
from haredge.training.images.network import BLOCKS, Weights, arrays_of

HEAD: Final = 2
"""Arrays of the last layer, which is that of the labels."""


@dataclass(frozen=True, slots=True)
class Start:
    """A body, and what it was trained on."""

    name: str
    body: Weights
    """All weights but the last layer's."""
    size: tuple[int, int]
    """(height, width) of its input."""
    trained_on: tuple[DataSet, ...]


def read(name: str) -> Start:
    """Read a still model, an installed name or a folder's path with a "/".

    Raises :class:`ModelError` for a model of another kind or another network.
    """
    folder = find_model(name)
    manifest = StillManifest.load(folder)
    file = manifest.file_in(folder)
    weights = [np.asarray(array) for array in read_convolutions(read_model(file, manifest.sha256), str(file))]
    if len(weights) != arrays_of(len(BLOCKS)) + 2 + HEAD:
        raise ModelError(f"{file}: another network than the one that is trained: training can only begin with its own")
    return Start(manifest.name, weights[:-HEAD], manifest.input_size, manifest.trained_on)
