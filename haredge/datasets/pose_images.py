"""Labelled images as others publish them: COCO's keypoint JSON, and the Leeds Sports Pose sets."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.bounds import IMAGE_BYTES
from haredge.core.damage import ZIP_DAMAGE
from haredge.core.errors import DataError
from haredge.core.folders import is_clutter, walk_files
from haredge.core.keypoints import INDEX, NAMES
from haredge.core.kinds import IMAGE_SUFFIXES
from haredge.core.regular_file import open_regular, read_regular
from haredge.core.types import Image
from haredge.datasets.archives import member
from haredge.datasets.formats.coco_categories import Categories
from haredge.datasets.formats.parsing import numbers, read_json
from haredge.datasets.matlab import MOST_BYTES as MOST_MATLAB_BYTES
from haredge.datasets.matlab import read_matlab
from haredge.datasets.tables import decimal, read_rows

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
class ImageSet:
    """Images in a folder or a zip archive, by name."""

    path: Path

    def names(self) -> list[str]:
        """List the images' names, sorted. Raises :class:`DataError` if there are none."""
        if not self.path.exists():
            raise DataError(f"{self.path}: no such folder or zip archive of images")
        if self.path.is_dir():
            found = [file.relative_to(self.path).as_posix() for file in walk_files(self.path)]
        else:
            found = [name for name in self._archive.namelist() if not any(map(is_clutter, Path(name).parts))]
        names = sorted(name for name in found if Path(name).suffix.lower() in IMAGE_SUFFIXES)
        if not names:
            raise DataError(f"{self.path}: contains no images ({', '.join(sorted(IMAGE_SUFFIXES))})")
        return names

    def content(self, name: str) -> bytes:
        """Return an image file's bytes."""
        try:
            if self.path.is_dir():
                return read_regular(self.path / name, IMAGE_BYTES)
            return member(self._archive, name, IMAGE_BYTES)
        except (OSError, KeyError, *ZIP_DAMAGE) as error:
            raise DataError(f"{self.path}: cannot read the image {name}: {error}") from error

    def image(self, name: str) -> Image:
        """Decode an image to (height, width, 3) bytes, BGR."""
        from haredge.opencv import decode_image  # noqa: PLC0415 - what only reads labels needs no OpenCV

        try:
            return decode_image(self.content(name))
        except ValueError as error:
            raise DataError(f"{self.path}: {name}: {error}") from error

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(os.fdopen(open_regular(self.path), "rb"))
        except (OSError, *ZIP_DAMAGE) as error:
            raise DataError(f"{self.path}: not a folder, nor a zip archive of images: {error}") from error


@dataclass(frozen=True, slots=True)
class Labels:
    """The dominant person's labels in one image."""

    name: str
    keypoints: NDArray[np.float32]
    """(17, 3) x, y in pixels, visibility; 0 where not labelled."""
    area_px: float | None
    """Area of the person, if the set has it."""


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


def read_lspet(folder: Path) -> Iterator[Labels]:
    """Yield the labels of the Leeds Sports Pose Extended set: ``joints.mat`` and, for scaled images, ``scale.csv``.

    Raises :class:`DataError` if they cannot be read.
    """
    joints, scales = _lsp_joints(folder / "joints.mat"), _scales(folder / "scale.csv")
    for index in range(joints.shape[2]):
        name = f"im{index + 1:05d}.jpg"
        yield Labels(name, _from_lsp(joints[:, :, index], scales.get(name, 1.0)), None)


def _lsp_joints(file: Path) -> NDArray[np.float32]:
    """Read x, y and visibility of 14 joints in each image."""
    try:
        variables = read_matlab(str(file), read_regular(file, MOST_MATLAB_BYTES))
        joints: NDArray[np.float32] = variables["joints"].astype(np.float32)
        if joints.shape[:2] != (14, 3):  # the smaller LSP set has its axes the other way about
            joints = joints.transpose(1, 0, 2)
    except DataError:
        raise
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{file.parent}: not the Leeds Sports Pose Extended set: {error}") from error
    if joints.shape[:-1] != (14, 3):
        raise DataError(f"{file}: 14 joints of three numbers each are needed, not {joints.shape}")
    return joints


def _scales(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    heading, *rows = [row.cells for row in read_rows(path, ("file", "scale"))] or [[]]
    try:
        file, scale = heading.index("file"), heading.index("scale")
        return {row[file]: float(decimal(row[scale])) for row in rows}
    except (ValueError, IndexError) as error:
        raise DataError(f"{path}: not a table of file and scale: {error}") from None


def _from_lsp(joints: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    keypoints = np.zeros((len(NAMES), 3), np.float32)
    for joint, name in zip(joints, LSP_ORDER, strict=False):
        keypoints[INDEX[name]] = (*(joint[:2] * scale), joint[2] > 0)
    return keypoints
