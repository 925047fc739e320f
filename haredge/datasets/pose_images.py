"""Labelled pictures as others publish them: COCO's keypoint JSON, and the Leeds Sports Pose sets."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.core.keypoints import INDEX, NAMES
from haredge.core.types import Image

PICTURES: Final = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}

LSP_ORDER: Final = (
    "right_ankle",
    "right_knee",
    "right_hip",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_wrist",
    "right_elbow",
    "right_shoulder",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
)
"""The first twelve of the Leeds sets' fourteen joints; neck and top of the head have no place among COCO's."""


@dataclass(frozen=True)
class Album:
    """Pictures in a folder or a zip archive, by name."""

    path: Path

    def names(self) -> list[str]:
        """List the pictures' names, sorted. Raises :class:`DataError` where there are none."""
        if not self.path.exists():
            raise DataError(f"{self.path}: no such folder or zip archive of pictures")
        if self.path.is_dir():
            found = [file.relative_to(self.path).as_posix() for file in self.path.rglob("*")]
        else:
            found = self._archive.namelist()
        names = sorted(name for name in found if Path(name).suffix.lower() in PICTURES)
        if not names:
            raise DataError(f"{self.path}: holds no pictures ({', '.join(sorted(PICTURES))})")
        return names

    def content(self, name: str) -> bytes:
        """Return a picture file's bytes."""
        try:
            if self.path.is_dir():
                return (self.path / name).read_bytes()
            return self._archive.read(name)
        except (OSError, KeyError) as error:
            raise DataError(f"{self.path}: cannot read the picture {name}: {error}") from error

    def picture(self, name: str) -> Image:
        """Decode a picture to (height, width, 3) bytes, BGR."""
        from haredge.opencv import cv2  # noqa: PLC0415 - what only reads labels needs no OpenCV

        image = cv2.imdecode(np.frombuffer(self.content(name), np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            raise DataError(f"{self.path}: {name} is not a picture, or damaged")
        return np.asarray(image, np.uint8)

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except (OSError, zipfile.BadZipFile) as error:
            raise DataError(f"{self.path}: not a folder, nor a zip archive of pictures: {error}") from error


@dataclass(frozen=True, slots=True)
class Labels:
    """The dominant person's labels in one picture."""

    name: str
    keypoints: NDArray[np.float32]
    """(17, 3) x, y in pixels, visibility; 0 where not labelled."""
    area_px: float | None
    """Area of the person, where the set tells it."""


def read_coco(path: Path) -> Iterator[Labels]:
    """Yield the labels of every picture of a COCO keypoint file that shows a labelled person: its largest one's.

    Raises :class:`DataError` for a file that is no such JSON.
    """
    try:
        content = json.loads(path.read_bytes())
        files = {image["id"]: image["file_name"] for image in content["images"]}
        people: dict[Any, list[dict[str, Any]]] = {}
        for annotation in content["annotations"]:
            if any(annotation["keypoints"][2::3]) and not annotation.get("iscrowd"):
                people.setdefault(annotation["image_id"], []).append(annotation)
        for image_id, annotations in people.items():
            yield _coco_labels(files[image_id], max(annotations, key=_extent))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: not a file of COCO keypoints: {type(error).__name__}: {error}") from error


def write_coco(path: Path, labels: Sequence[Labels]) -> None:
    """Write labels as a file of COCO keypoints, one person a picture."""
    images = [{"id": number, "file_name": one.name} for number, one in enumerate(labels)]
    annotations = [
        {"id": number, "image_id": number, "bbox": _box(one.keypoints), "keypoints": one.keypoints.ravel().tolist()}
        for number, one in enumerate(labels)
    ]
    path.write_text(json.dumps({"images": images, "annotations": annotations}), encoding="utf-8")


def _box(keypoints: NDArray[np.float32]) -> list[float]:
    points = keypoints[keypoints[:, 2] > 0, :2]
    return [*points.min(0).tolist(), *np.ptp(points, axis=0).tolist()]


def _extent(annotation: dict[str, Any]) -> float:
    if "area" in annotation:
        return float(annotation["area"])
    _, _, width, height = annotation["bbox"]
    return float(width * height)


def _coco_labels(name: str, annotation: dict[str, Any]) -> Labels:
    keypoints = np.array(annotation["keypoints"], np.float32).reshape(len(NAMES), 3)
    return Labels(name, keypoints, float(annotation["area"]) if "area" in annotation else None)


def read_lspet(folder: Path) -> Iterator[Labels]:
    """Yield the labels of the Leeds Sports Pose Extended set: ``joints.mat`` and, for scaled pictures, ``scale.csv``.

    Raises :class:`DataError` where they cannot be read.
    """
    from scipy.io import loadmat  # noqa: PLC0415 - only this one set needs it

    try:
        joints = loadmat(folder / "joints.mat")["joints"].astype(np.float32)
        scales = _scales(folder / "scale.csv")
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder}: not the Leeds Sports Pose Extended set: {error}") from error
    if joints.shape[:2] != (14, 3):  # the smaller LSP set has its axes the other way about
        joints = joints.transpose(1, 0, 2)
    for index in range(joints.shape[2]):
        name = f"im{index + 1:05d}.jpg"
        yield Labels(name, _from_lsp(joints[:, :, index], scales.get(name, 1.0)), None)


def _scales(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {row["file"]: float(row["scale"]) for row in csv.DictReader(file)}


def _from_lsp(joints: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    keypoints = np.zeros((len(NAMES), 3), np.float32)
    for joint, name in zip(joints, LSP_ORDER, strict=False):
        keypoints[INDEX[name]] = (*(joint[:2] * scale), joint[2] > 0)
    return keypoints
