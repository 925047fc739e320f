"""OpenPose's output (``--write_json``): a file for each frame, with all people in it.

Source: https://github.com/CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats.clip_cutting import clips_of
from haredge.datasets.formats.labelled_folders import frame_files, holds
from haredge.datasets.formats.parsing import numbers, read_json
from haredge.datasets.formats.particulars import particulars
from haredge.datasets.formats.people import People, gathered
from haredge.datasets.formats.skeleton import OPENPOSE_18, OPENPOSE_25, keypoints_by_name

_FRAME: Final = re.compile(r"(?P<series>.*?)(?P<number>\d{1,15})_keypoints\.json", re.IGNORECASE)
_KEYS: Final = ("pose_keypoints_2d", "pose_keypoints")
"""The key of a person's joints; the second is that of versions before 1.3."""
_SKELETONS: Final = {3 * len(names): names for names in (OPENPOSE_18, OPENPOSE_25)}


def is_openpose(path: Path) -> bool:
    """Return whether a path has the form of folders of OpenPose's output."""
    return holds(path, _FRAME)


def read(path: Path) -> list[LabelledClip]:
    """Read folders of OpenPose's output, laid out by label. Raises :class:`DataError`."""
    rate_hz, rejected = particulars(path).rate_hz, Rejected(path)
    clips: list[LabelledClip] = []
    for recording in frame_files(path, _FRAME):
        people = [_people(file) for file in recording.files]
        clips += clips_of(recording.title, [number / rate_hz for number in recording.numbers], people, rejected)
    return rejected.report(clips)


def _people(file: Path) -> People:
    frame = read_json(file)
    people = frame.get("people") if isinstance(frame, dict) else None
    if not isinstance(people, list):
        raise DataError(f"{file}: no 'people' in it: not a frame of OpenPose's --write_json")
    return gathered([_pose(person, f"{file}: people[{index}]") for index, person in enumerate(people)])


def _pose(person: Any, where: str) -> Keypoints:
    key = next((key for key in _KEYS if isinstance(person, dict) and key in person), None)
    if key is None:
        raise DataError(f"{where}: no pose in it ({_KEYS[0]}); was OpenPose run without --body?")
    joints = numbers(person[key], f"{where}.{key}")
    names = _SKELETONS.get(joints.size)
    if names is None:
        raise DataError(f"{where}: {joints.size} numbers in {key}; known are 54 (COCO) and 75 (BODY_25)")
    return keypoints_by_name(joints.reshape(-1, 3), names)
