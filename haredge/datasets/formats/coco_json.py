"""COCO keypoints as JSON: a file for each clip, with the people of all its frames.

Read are annotations (``images`` and ``annotations``, https://cocodataset.org/#format-data), lists of results (one entry
a person, as Detectron2 and MMPose write them to be evaluated), and the predictions of MMPose's demos (``instances`` of
each frame).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from haredge.activity.window import SEEN_SCORE
from haredge.core.errors import DataError
from haredge.core.keypoints import NAMES
from haredge.core.types import Keypoints
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import Clip
from haredge.datasets.formats.clip_cutting import clips_of
from haredge.datasets.formats.labelled_folders import clip_files, holds
from haredge.datasets.formats.parsing import numbers, read_json
from haredge.datasets.formats.particulars import particulars
from haredge.datasets.formats.people import gathered
from haredge.datasets.formats.skeleton import Floats, keypoints_by_name, scores_of

DETECTRON2_FILE: Final = "coco_instances_results.json"
"""How Detectron2 calls its results."""
DETECTRON2_SEEN: Final = 0.05
"""From this score Detectron2 draws a keypoint (``_KEYPOINT_THRESHOLD`` in its ``visualizer.py``); its scores are the
peak of a softmax over a heatmap, and low."""

COCO_FIRST: Final = (17, 26, 133)
"""Counts of joints of skeletons that begin with COCO's: COCO, Halpe and COCO-WholeBody."""

Frames = dict[int, list[Keypoints]]
"""The people of each frame by the frame's number."""


def is_coco_json(path: Path) -> bool:
    """Say whether a path looks like folders of JSON files."""
    return holds(path, re.compile(r".*\.json"))


def read(path: Path) -> list[Clip]:
    """Read a folder of such files, laid out by label. Raises :class:`DataError`."""
    rate_hz, rejected = particulars(path).rate_hz, Rejected(path)
    clips: list[Clip] = []
    for title, file in clip_files(path, ".json"):
        frames = _frames(file)
        order = sorted(frames)
        people = [gathered(frames[number]) for number in order]
        clips += clips_of(title, [number / rate_hz for number in order], people, rejected)
    return rejected.report(clips)


def _frames(file: Path) -> Frames:
    content = read_json(file)
    match content:
        case {"images": list(images), "annotations": list(annotations)}:
            return _annotated(images, annotations, _category_names(content), str(file))
        case {"instance_info": list(frames)}:
            return _predicted(frames, _meta_names(content), str(file))
        case [{"instances": _}, *_]:
            return _predicted(content, (), str(file))
        case [{"image_id": _}, *_] | []:
            gain = SEEN_SCORE / DETECTRON2_SEEN if file.name == DETECTRON2_FILE else 1.0
            return _results(content, gain, str(file))
        case [{"keypoints": _}, *_]:
            raise DataError(f"{file}: the people of one picture; a clip needs the frames of a film, in one file")
    raise DataError(f"{file}: no COCO keypoints: neither annotations, nor results, nor MMPose's instances")


def _annotated(images: Sequence[Any], annotations: Sequence[Any], names: Sequence[str], file: str) -> Frames:
    """Read annotations; the frames are the images in the order of their names, or of their ids where they have none."""
    for index, image in enumerate(images):
        if not isinstance(image, dict) or not isinstance(image.get("id"), int | str):
            raise DataError(f"{file}: images[{index}]: an image has an id")
    ordered = sorted(images, key=_image_order)
    number_of = {image["id"]: number for number, image in enumerate(ordered)}
    frames: Frames = {number: [] for number in number_of.values()}
    for index, person in enumerate(annotations):
        where = f"{file}: annotations[{index}]"
        image_id = person.get("image_id") if isinstance(person, dict) else None
        if not isinstance(image_id, int | str) or image_id not in number_of:
            raise DataError(f"{where}: image_id names none of the images")
        if "keypoints" in person:
            frames[number_of[image_id]].append(_pose(person["keypoints"], names, where))
    return frames


def _image_order(image: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Order names as people count: frame_9 before frame_10."""
    pieces = re.split(r"(\d{1,15})", str(image.get("file_name", image["id"])))
    return [(int(piece.isdecimal()), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces]


def _results(people: Sequence[Any], gain: float, file: str) -> Frames:
    frames: Frames = {}
    for index, person in enumerate(people):
        where = f"{file}: [{index}]"
        if not isinstance(person, dict) or not {"image_id", "keypoints"} <= set(person):
            raise DataError(f"{where}: image_id and keypoints are needed")
        pose = _pose(person["keypoints"], (), where, gain)
        frames.setdefault(_frame_number(person["image_id"], where), []).append(pose)
    return frames


def _predicted(content: Sequence[Any], names: Sequence[str], file: str) -> Frames:
    """Read MMPose's frames; those of old versions have no frame_id and are in order."""
    frames: Frames = {}
    for index, frame in enumerate(content):
        where = f"{file}: [{index}]"
        instances = frame.get("instances") if isinstance(frame, dict) else None
        if not isinstance(instances, list) or not all(isinstance(each, dict) for each in instances):
            raise DataError(f"{where}: a frame of MMPose has a list of instances")
        frames.setdefault(_frame_number(frame.get("frame_id", index), where), []).extend(
            _pose(_with_scores(each, f"{where}.instances[{person}]"), names, f"{where}.instances[{person}]")
            for person, each in enumerate(instances)
        )
    return frames


def _frame_number(value: Any, where: str) -> int:
    """Read a frame's number, or the last number of a picture's name."""
    found = re.search(r"\d{1,15}(?=\D*$)", str(value)) if isinstance(value, int | str) else None
    if found is None:
        raise DataError(f"{where}: a frame is told by a number, or by a file name with a number")
    return int(found[0])


def _with_scores(instance: dict[str, Any], where: str) -> Floats:
    """Join MMPose's places and scores: (n, 3)."""
    places = numbers(instance.get("keypoints"), f"{where}.keypoints")
    scores = numbers(instance.get("keypoint_scores"), f"{where}.keypoint_scores").ravel()
    if places.shape != (len(scores), 2):
        raise DataError(f"{where}: keypoints of x, y and as many keypoint_scores are needed")
    return np.column_stack([places, scores])


def _pose(values: Any, names: Sequence[str], where: str, gain: float = 1.0) -> Keypoints:
    """Read one person's keypoints: x, y and score or flag of each."""
    flat = numbers(values, f"{where}: keypoints").ravel()
    if flat.size % 3:
        raise DataError(f"{where}: {flat.size} numbers in keypoints; three are needed for each: x, y, score")
    joints = flat.reshape(-1, 3)
    joints[:, 2] = scores_of(joints[:, 2]) if gain == 1 else np.clip(joints[:, 2] * gain, 0, 1)
    return keypoints_by_name(joints, _names(names, len(joints), where))


def _names(told: Sequence[str], count: int, where: str) -> Sequence[str]:
    """Name a skeleton's joints: as the file tells them, or as COCO's come first."""
    if len(told) == count and set(told) & set(NAMES):
        return told
    if count not in COCO_FIRST:
        raise DataError(f"{where}: {count} keypoints without names; known are {', '.join(map(str, COCO_FIRST))}")
    return (*NAMES, *[""] * (count - len(NAMES)))


def _category_names(content: dict[str, Any]) -> Sequence[str]:
    match content:
        case {"categories": [{"keypoints": list(names)}, *_]}:
            return [_plain(name) for name in names]
    return ()


def _meta_names(content: dict[str, Any]) -> Sequence[str]:
    match content:
        case {"meta_info": {"keypoint_id2name": dict(names)}}:
            return [_plain(name) for name in names.values()]
    return ()


def _plain(name: Any) -> str:
    return re.sub(r"[\s-]+", "_", str(name).strip().lower())
