"""Folders by label with poses of OpenPose, COCO or YOLO in them: one of these formats, or several beside each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats import coco_json, openpose, yolo_pose


def is_labelled_poses(path: Path) -> bool:
    """Return whether a path has the form of such folders."""
    return openpose.is_openpose(path) or coco_json.is_coco_json(path) or yolo_pose.is_yolo_pose(path)


def read(path: Path) -> list[LabelledClip]:
    """Read the clips of every format in it. Raises :class:`DataError`."""
    return [clip for each in _readers(path) for clip in each(path)]


def _readers(path: Path) -> list[Callable[[Path], list[LabelledClip]]]:
    """Choose by the files' names, and beside another format only what cannot be notes of programs."""
    readers: list[Callable[[Path], list[LabelledClip]]] = [openpose.read] if openpose.is_openpose(path) else []
    if coco_json.is_beside(path) if readers else coco_json.is_coco_json(path):
        readers.append(coco_json.read)
    if yolo_pose.is_beside(path) if readers else yolo_pose.is_yolo_pose(path):
        readers.append(yolo_pose.read)
    return readers
