"""OpenPose's output (``--write_json``): a file for each frame, with everybody in it.

Source: https://github.com/CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import Clip
from haredge.datasets.formats.clip_cutting import clips_of
from haredge.datasets.formats.labelled_folders import frame_files, holds
from haredge.datasets.formats.parsing import numbers, read_json
from haredge.datasets.formats.particulars import particulars
from haredge.datasets.formats.people import People, gathered
from haredge.datasets.formats.skeleton import OPENPOSE_18, OPENPOSE_25, keypoints_by_name

_FRAME: Final = re.compile(r"(?P<series>.*?)(?P<number>\d{1,15})_keypoints\.json")
_SKELETONS: Final = {3 * len(names): names for names in (OPENPOSE_18, OPENPOSE_25)}


def is_openpose(path: Path) -> bool:
    """Say whether a path looks like folders of OpenPose's output."""
    return holds(path, _FRAME)


def read(path: Path) -> list[Clip]:
    """Read folders of OpenPose's output, laid out by label. Raises :class:`DataError`."""
    rate_hz, rejected = particulars(path).rate_hz, Rejected(path)
    clips: list[Clip] = []
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
    values = person.get("pose_keypoints_2d") if isinstance(person, dict) else None
    joints = numbers(values, f"{where}.pose_keypoints_2d")
    names = _SKELETONS.get(joints.size)
    if names is None:
        raise DataError(f"{where}: {joints.size} numbers in pose_keypoints_2d; known are 54 (COCO) and 75 (BODY_25)")
    return keypoints_by_name(joints.reshape(-1, 3), names)
