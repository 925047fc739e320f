"""YOLO-pose's label files: a text file for each frame, in it a line for each person.

``class cx cy w h`` and 17 times ``x y`` or ``x y visibility``, as parts of the image's width and height; predictions
may end with a confidence and a track's number (https://docs.ultralytics.com/datasets/pose/).
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.folders import walk_files
from haredge.core.keypoints import NAMES
from haredge.core.types import Keypoints
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats.clip_cutting import clips_of
from haredge.datasets.formats.labelled_folders import frame_files, frame_name, holds
from haredge.datasets.formats.parsing import read_lines, split_numbers
from haredge.datasets.formats.particulars import PARTICULARS, particulars
from haredge.datasets.formats.people import People, gathered
from haredge.datasets.formats.skeleton import keypoints_by_name, scores_of, with_score
from haredge.datasets.formats.yolo_data import SHAPE, YoloData, read_data
from haredge.datasets.tables import beginning

log = logging.getLogger(__name__)

ASSUMED_SIZE: Final = (1280, 720)
"""Width and height of the images if nothing gives them."""

_FRAME: Final = re.compile(r"(?P<series>.*?)(?P<number>\d{1,15})\.txt", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
_LINE_BYTES: Final = 4096
_BOX: Final = 5
_EXTRA: Final = 2
"""Numbers at a prediction's end that say nothing of its joints."""
_OUTSIDE: Final = 0.5
"""How far outside the image, in its sizes, a keypoint may be."""


_BEYOND_BOX: Final = 0.65
"""How far from the middle of the box, in its sizes, a keypoint of the person may be."""
_MOST_OUTSIDE: Final = 0.34
"""Share of keypoints outside the box from which they are not believed."""


def is_yolo_pose(path: Path) -> bool:
    """Return whether a path has the form of folders of YOLO's label files."""
    return holds(path, _FRAME)


def is_beside(path: Path) -> bool:
    """Return whether a folder has such files beside clips of another format: one begins with a person's numbers."""
    return any(_FRAME.fullmatch(frame_name(file.name)) and _is_label_file(file) for file in walk_files(path))


def _is_label_file(file: Path) -> bool:
    words = beginning(file, _LINE_BYTES).partition("\n")[0].split()
    return len(words) > 2 * len(NAMES) and all(_NUMBER.fullmatch(word) for word in words[: len(NAMES)])


def read(path: Path) -> list[LabelledClip]:
    """Read folders of label files, laid out by label. Raises :class:`DataError`."""
    given, data, rejected = particulars(path), read_data(path), Rejected(path)
    if given.size_px is None:
        log.warning("%s: images of 16:9 are assumed; give 'size_px: [WIDTH, HEIGHT]' in %s", path, PARTICULARS)
    size = np.array(given.size_px or ASSUMED_SIZE, np.float64)
    clips: list[LabelledClip] = []
    for recording in frame_files(path, _FRAME):
        people = [_people(file, size, data) for file in recording.files]
        clips += clips_of(recording.title, [number / given.rate_hz for number in recording.numbers], people, rejected)
    return rejected.report(clips)


def _people(file: Path, size: NDArray[np.float64], data: YoloData | None) -> People:
    lines = [(where, split_numbers(line, where)) for where, line in read_lines(file)]
    return gathered([_pose(values, where, size, data) for where, values in lines if _is_person(values, data)])


def _is_person(values: NDArray[np.float64], data: YoloData | None) -> bool:
    return data is None or data.people is None or values[0] in data.people


def _pose(values: NDArray[np.float64], where: str, size: NDArray[np.float64], data: YoloData | None) -> Keypoints:
    joints = _joints(values, where) if data is None else _described(values, where, data)
    if (np.abs(joints[:, :2] - 0.5) > 0.5 + _OUTSIDE).any():
        raise DataError(f"{where}: keypoints are parts of the image's width and height, from 0 to 1, not pixels")
    joints[:, :2] *= size
    return keypoints_by_name(joints, NAMES if data is None else data.names)


def _described(values: NDArray[np.float64], where: str, data: YoloData) -> NDArray[np.float64]:
    """Return the joints (n, 3) of a line's numbers as data.yaml describes them."""
    end = _BOX + data.numbers * len(data.names)
    if not end <= len(values) <= end + _EXTRA:
        raise DataError(f"{where}: {counted(len(values), 'number')}; by {SHAPE} in data.yaml a line has {end}")
    return _with_scores(values[_BOX:end].reshape(-1, data.numbers))


def _joints(values: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """Return the joints (17, 3) of a line's numbers, which nothing describes: x, y and score."""
    for each in (3, 2):
        end = _BOX + each * len(NAMES)
        if end <= len(values) <= end + _EXTRA:
            joints = values[_BOX:end].reshape(-1, each)
            if len(values) > end:
                _check_box(values, joints, where)
            return _with_scores(joints)
    raise DataError(
        f"{where}: {counted(len(values), 'number')}; a line has 39 or 56: class, box of 4, and 17 keypoints of COCO of "
        f"2 or 3; other joints need {SHAPE} and kpt_names in a data.yaml"
    )


def _with_scores(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    return with_score(joints) if joints.shape[1] == 2 else np.column_stack([joints[:, :2], scores_of(joints[:, 2])])


def _check_box(values: NDArray[np.float64], joints: NDArray[np.float64], where: str) -> None:
    """Refuse a line whose count may be of another skeleton (57 numbers: 26 joints, too) if its joints miss its box."""
    placed = joints[(joints[:, :2] != 0).any(axis=1), :2]
    outside = np.abs(placed - values[1:3]) > values[3:5] * _BEYOND_BOX
    if len(placed) and outside.any(axis=1).mean() > _MOST_OUTSIDE:
        raise DataError(
            f"{where}: {len(values)} numbers, read as 17 keypoints, put most of them outside the person's box; "
            f"give the number of joints as {SHAPE} in a data.yaml"
        )
