"""COCO's JSON of keypoints in images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from haredge.core.errors import DataError
from haredge.core.keypoints import INDEX, NAMES
from haredge.datasets.formats.coco_categories import Categories
from haredge.datasets.formats.parsing import numbers, read_json
from haredge.datasets.pose_labels import Labels


def read_coco(path: Path) -> Iterator[Labels]:
    """Yield the labels of every image of a COCO keypoint file that shows a labelled person: its largest one's.

    Raises :class:`DataError` for a file that is not such JSON.
    """
    try:
        content = read_json(path)
        files = {image["id"]: image["file_name"] for image in content["images"]}
        people: dict[Any, list[dict[str, Any]]] = {}
        if content["annotations"] and not any("keypoints" in each for each in content["annotations"]):
            raise ValueError("its annotations have no keypoints")  # noqa: TRY301
        categories = Categories.of(content, str(path))
        for annotation in content["annotations"]:
            if categories.is_other(annotation):
                continue
            if any(annotation.get("keypoints", ())[2::3]) and not annotation.get("iscrowd"):
                people.setdefault(annotation["image_id"], []).append(annotation)
        for image_id, annotations in people.items():
            yield _coco_labels(files[image_id], max(annotations, key=_extent), categories, str(path))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise DataError(f"{path}: not a file of COCO keypoints: {type(error).__name__}: {error}") from error


def _extent(annotation: dict[str, Any]) -> float:
    if "area" in annotation:
        return float(annotation["area"])
    _, _, width, height = annotation["bbox"]
    return float(width * height)


def _coco_labels(name: str, annotation: dict[str, Any], categories: Categories, where: str) -> Labels:
    joints = numbers(annotation["keypoints"], f"{where}: {name}: keypoints").reshape(-1, 3)
    names = categories.names(annotation, len(joints), f"{where}: {name}")
    keypoints = np.zeros((len(NAMES), 3), np.float32)
    for joint, keypoint in zip(joints, names, strict=True):
        if keypoint:
            keypoints[INDEX[keypoint]] = joint
    return Labels(name, keypoints, float(annotation["area"]) if "area" in annotation else None)
