"""Recordings as ``haredge record`` leaves them, of made-up movements, one for each label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX
from haredge.datasets.recording import About, Recording
from haredge.manifest import PoseModel

RATE_HZ = 15.0


def recording(label: str, number: int, labels: int, seconds: float = 3.0, group: str = "") -> Recording:
    """Record the ``number``-th of so many labels: for each, hands and a knee swing round another place."""
    rng = np.random.default_rng([number, len(group), sum(map(ord, group))])
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    keypoints = np.repeat(_standing()[None], len(times), axis=0)
    turn = 2 * np.pi * number / labels
    swing = np.sin(times * 5 + rng.uniform(0, 6))[:, None]
    for joint in ("left_wrist", "right_wrist", "left_elbow", "left_knee"):
        keypoints[:, INDEX[joint], :2] += 60 * np.array([np.cos(turn), np.sin(turn)]) * (1 + 0.3 * swing)
    keypoints[..., :2] += rng.normal(0, 2, keypoints[..., :2].shape)
    about = About(
        name=group or "one",
        label=label,
        group=group or "one",
        source="test:",
        rate_hz=RATE_HZ,
        pose_model=PoseModel(name="dots", sha256="1" * 64),
    )
    return Recording(about, len(times), times, keypoints.astype(np.float32))


def write(folder: Path, labels: Sequence[str], each: int = 4, seconds: float = 3.0) -> Path:
    """Write ``each`` recordings of every label, every one of a person of its own, and return the folder."""
    for number, label in enumerate(labels):
        for index in range(each):
            recording(label, number, len(labels), seconds, f"{label} {index}").save(folder)
    return folder


def _standing() -> NDArray[np.float64]:
    heights = {"shoulder": 0, "elbow": 40, "wrist": 75, "hip": 90, "knee": 145, "ankle": 200}
    body = np.ones((len(INDEX), 3))
    for name, index in INDEX.items():
        side, _, part = name.partition("_")
        body[index, :2] = 320 + {"left": 1, "right": -1}.get(side, 0) * 25, 200 + heights.get(part, -35)
    return body
