"""COCO keypoints as JSON: a file for each clip, with the people of all its frames.

Read are annotations (``images`` and ``annotations``, https://cocodataset.org/#format-data), lists of results (one entry
a person, as Detectron2 and MMPose write them to be evaluated), and the predictions of MMPose's demos (``instances`` of
each frame).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.folders import meant
from haredge.core.types import SEEN_SCORE, Keypoints
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats.clip_cutting import clips_of
from haredge.datasets.formats.coco_categories import Categories
from haredge.datasets.formats.foreign import foreign_words
from haredge.datasets.formats.labelled_folders import clip_files, frame_name, holds
from haredge.datasets.formats.parsing import numbers, read_json
from haredge.datasets.formats.particulars import particulars
from haredge.datasets.formats.people import gathered
from haredge.datasets.formats.skeleton import Floats, coco_first, joint_names, keypoints_by_name, scores_of

DETECTRON2_FILE: Final = "coco_instances_results.json"
"""How Detectron2 calls its results."""
DETECTRON2_SEEN: Final = 0.05
"""From this score Detectron2 draws a keypoint (``_KEYPOINT_THRESHOLD`` in its ``visualizer.py``); its scores are the
peak of a softmax over a heatmap, and low."""

_FILE: Final = re.compile(r"(?!.*\d_keypoints\.json$).*\.json", re.IGNORECASE)
"""Name of a clip's file: no frame of OpenPose."""

_UNKNOWN: Final = "no COCO keypoints: neither annotations, nor results, nor MMPose's instances"

Naming = Callable[[int, str], Sequence[str]]
"""From the number of a person's joints and a place in the file to the joints' names."""

Frames = dict[int, list[Keypoints]]
"""The people of each frame by the frame's number."""


def is_coco_json(path: Path) -> bool:
    """Return whether a path has the form of folders of JSON files."""
    return holds(path, _FILE)


def is_beside(path: Path) -> bool:
    """Return whether a label's folder has such files, beside frames of another format."""
    return any(each.is_dir() and holds(each, _FILE) for each in meant(path))


def read(path: Path) -> list[LabelledClip]:
    """Read a folder of such files, laid out by label. Raises :class:`DataError`."""
    rate_hz, rejected = particulars(path).rate_hz, Rejected(path)
    clips: list[LabelledClip] = []
    for title, file in clip_files(path, _FILE):
        frames = _frames(file)
        order = sorted(frames)
        people = [gathered(frames[number]) for number in order]
        clips += clips_of(title, [number / rate_hz for number in order], people, rejected)
    return rejected.report(clips)


def _frames(file: Path) -> Frames:
    content = read_json(file)
    match content:
        case {"images": list(images), "annotations": list(annotations)}:
            return _annotated(images, annotations, Categories.of(content, str(file)), str(file))
        case {"instance_info": list(frames)}:
            return _predicted(frames, _described(content, str(file)), str(file))
        case [{"instances": _}, *_]:
            return _predicted(content, coco_first, str(file))
        case [{"image_id": _}, *_] | []:
            gain = SEEN_SCORE / DETECTRON2_SEEN if file.name == DETECTRON2_FILE else 1.0
            return _results(content, gain, str(file))
        case [{"keypoints": _}, *_]:
            raise DataError(f"{file}: the people of one image; a clip needs the frames of a video, in one file")
    raise DataError(f"{file}: {foreign_words(content) or _UNKNOWN}")


def _annotated(images: Sequence[Any], annotations: Sequence[Any], categories: Categories, file: str) -> Frames:
    """Read annotations; the frames are the images in the order of their names, or of their ids if they have none."""
    for index, image in enumerate(images):
        if not isinstance(image, dict) or not isinstance(image.get("id"), int | str):
            raise DataError(f"{file}: images[{index}]: an image has an id")
    ordered = sorted(images, key=_image_order)
    number_of = {image["id"]: number for number, image in enumerate(ordered)}
    frames: Frames = {number: [] for number in number_of.values()}
    if annotations and not any(isinstance(each, dict) and "keypoints" in each for each in annotations):
        raise DataError(f"{file}: its annotations have no keypoints; export keypoints (CVAT: 'COCO Keypoints 1.0')")
    for index, person in enumerate(annotations):
        where = f"{file}: annotations[{index}]"
        image_id = person.get("image_id") if isinstance(person, dict) else None
        if not isinstance(image_id, int | str) or image_id not in number_of:
            raise DataError(f"{where}: image_id names none of the images")
        if person.get("keypoints") and not categories.is_other(person):
            naming = partial(categories.names, person)
            frames[number_of[image_id]].append(_pose(person["keypoints"], naming, where))
    return frames


def _image_order(image: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Order names as people count: frame_9 before frame_10."""
    pieces = re.split(r"(\d{1,15})", frame_name(str(image.get("file_name", image["id"]))))
    return [(int(piece.isdecimal()), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces]


def _results(people: Sequence[Any], gain: float, file: str) -> Frames:
    frames: Frames = {}
    for index, person in enumerate(people):
        where = f"{file}: [{index}]"
        if not isinstance(person, dict) or not {"image_id", "keypoints"} <= set(person):
            raise DataError(f"{where}: image_id and keypoints are needed")
        pose = _pose(person["keypoints"], coco_first, where, gain)
        frames.setdefault(_frame_number(person["image_id"], where), []).append(pose)
    return frames


def _predicted(content: Sequence[Any], naming: Naming, file: str) -> Frames:
    """Read MMPose's frames; those of old versions have no frame_id and are in order."""
    frames: Frames = {}
    for index, frame in enumerate(content):
        where = f"{file}: [{index}]"
        instances = frame.get("instances") if isinstance(frame, dict) else None
        if not isinstance(instances, list) or not all(isinstance(each, dict) for each in instances):
            raise DataError(f"{where}: a frame of MMPose has a list of instances")
        frames.setdefault(_frame_number(frame.get("frame_id", index), where), []).extend(
            _pose(_with_scores(each, f"{where}.instances[{person}]"), naming, f"{where}.instances[{person}]")
            for person, each in enumerate(instances)
        )
    return frames


def _frame_number(value: Any, where: str) -> int:
    """Read a frame's number, or the last number of an image's name."""
    found = re.search(r"\d{1,15}(?=\D*$)", frame_name(str(value))) if isinstance(value, int | str) else None
    if found is None:
        raise DataError(f"{where}: a frame needs a number, or a file name with a number")
    return int(found[0])


def _with_scores(instance: dict[str, Any], where: str) -> Floats:
    """Join MMPose's places and scores: (n, 3)."""
    places = numbers(instance.get("keypoints"), f"{where}.keypoints")
    scores = numbers(instance.get("keypoint_scores"), f"{where}.keypoint_scores").ravel()
    if places.shape != (len(scores), 2):
        raise DataError(f"{where}: keypoints of x, y and as many keypoint_scores are needed")
    return np.column_stack([places, scores])


def _pose(values: Any, naming: Naming, where: str, gain: float = 1.0) -> Keypoints:
    """Read one person's keypoints: x, y and score or flag of each."""
    flat = numbers(values, f"{where}: keypoints").ravel()
    if flat.size % 3:
        raise DataError(f"{where}: {flat.size} numbers in keypoints; three are needed for each: x, y, score")
    joints = flat.reshape(-1, 3)
    joints[:, 2] = scores_of(joints[:, 2]) if gain == 1 else np.clip(joints[:, 2] * gain, 0, 1)
    return keypoints_by_name(joints, naming(len(joints), where))


def _described(content: Mapping[str, Any], file: str) -> Naming:
    """Return the naming of MMPose's ``meta_info``: by ``keypoint_id2name`` or its inverse, in the order of the ids."""
    match content.get("meta_info"):
        case {"keypoint_id2name": dict(given)} if given:
            pairs = [(key, name) for key, name in given.items()]
        case {"keypoint_name2id": dict(given)} if given:
            pairs = [(key, name) for name, key in given.items()]
        case _:
            return coco_first
    names = {str(key): str(name) for key, name in pairs}
    if set(names) != {str(index) for index in range(len(pairs))}:
        raise DataError(
            f"{file}: meta_info: the ids of {counted(len(pairs), 'keypoint')} are 0 to {len(pairs) - 1}, each once"
        )
    known = joint_names([names[str(index)] for index in range(len(names))], f"{file}: meta_info")

    def naming(count: int, where: str) -> Sequence[str]:
        if count != len(known):
            raise DataError(f"{where}: {counted(count, 'keypoint')}, but meta_info names {len(known)}")
        return known

    return naming
