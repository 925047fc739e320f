"""Labelled images as a file of COCO keypoints, as ``haredge evaluate pose`` reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haredge.datasets.pose_labels import Labels


def write_coco(path: Path, labels: Sequence[Labels]) -> None:
    """Write labels as a file of COCO keypoints, one person an image."""
    images = [{"id": number, "file_name": one.name} for number, one in enumerate(labels)]
    annotations = [
        {"id": number, "image_id": number, "bbox": _box(one.keypoints), "keypoints": one.keypoints.ravel().tolist()}
        for number, one in enumerate(labels)
    ]
    path.write_text(json.dumps({"images": images, "annotations": annotations}), encoding="utf-8")


def _box(keypoints: NDArray[np.float32]) -> list[float]:
    points = keypoints[keypoints[:, 2] > 0, :2]
    return [*points.min(0).tolist(), *np.ptp(points, axis=0).tolist()]
