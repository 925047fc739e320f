"""Model folders for tests: a pose network that answers one thing, and the manifest of an activity model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

import networks
import numpy as np

from haredge.manifest import (
    GOLDEN,
    MANIFEST,
    MODEL,
    Accuracy,
    ActivityManifest,
    DataSet,
    PoseManifest,
    PoseModel,
    StillManifest,
)
from haredge.still import crop

ACTIVITY: Final = ActivityManifest(
    name="gym",
    sha256="1" * 64,
    trained_on=(DataSet(name="clips", licence="not stated"),),
    licence="MIT",
    labels=("squat", "wave"),
    rest=("wave",),
    span_s=1.6,
    rate_hz=10,
    features=1,
    pose_model=PoseModel(name="pose-192", sha256="0" * 64),
    split="by person",
    accuracy=Accuracy(float32=0.97, int8=0.96),
    confusion=((9, 1), (0, 10)),
    thresholds={"wave": 0.7},
)


STILL: Final = StillManifest(
    name="colours",
    sha256="1" * 64,
    trained_on=(DataSet(name="images", licence="not stated"),),
    licence="MIT",
    labels=("red", "green", "blue"),
    input_size=(16, 24),
    crops=crop.VERSION,
    split="by image",
    accuracy=Accuracy(float32=0.97, int8=0.96),
    confusion=((9, 1, 0), (0, 10, 0), (0, 0, 10)),
    thresholds={"green": 0.7},
)


MOVENET: Final = networks.movenet(np.full((17, 3), 0.5))


def install(
    place: Path,
    name: str,
    content: bytes = MOVENET,
    *,
    min_pose_score: float | None = None,
    min_tracked_score: float | None = None,
) -> Path:
    """Write a pose model's folder ``name`` and return it."""
    folder = place / name
    folder.mkdir(parents=True)
    (folder / MODEL).write_bytes(content)
    PoseManifest(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        trained_on=(DataSet(name="nothing", licence="MIT"),),
        licence="MIT",
        input_size=(192, 192),
        min_pose_score=min_pose_score,
        min_tracked_score=min_tracked_score,
    ).save(folder)
    return folder


def change_manifest(folder: Path, **changes: object) -> None:
    """Put other values into a model's manifest, right or wrong."""
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, **changes}))


def install_still(place: Path, name: str = STILL.name) -> Path:
    """Write a still model of the colour that an image has most of, and return its folder."""
    folder = place / name
    folder.mkdir(parents=True)
    height, width = STILL.input_size
    weights = np.tile(np.eye(3), height * width) * 8 / (height * width)
    content = networks.still(weights, STILL.input_size)
    (folder / MODEL).write_bytes(content)
    STILL.model_copy(update={"name": name, "sha256": hashlib.sha256(content).hexdigest()}).save(folder)
    images = np.zeros((3, 8, 8, 3), np.uint8)
    images[range(3), :, :, range(3)] = 255
    logits = (images.mean(axis=(1, 2)) / 127.5 - 1) * 8
    powers = np.exp(logits)
    probabilities = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    np.savez_compressed(folder / GOLDEN, images=images, probabilities=probabilities)
    return folder
