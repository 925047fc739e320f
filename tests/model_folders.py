"""Model folders for tests: a pose network that answers one thing, and the manifest of an activity model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import networks
import numpy as np

from haredge.manifest import MODEL, Accuracy, ActivityManifest, DataSet, PoseManifest, PoseModel

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
