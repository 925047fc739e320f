"""YOLO-pose's label files: a text file for each frame, in it a line for each person.

``class cx cy w h`` and 17 times ``x y`` or ``x y visibility``, as parts of the picture's width and height; predictions
may end with a confidence and a track's number (https://docs.ultralytics.com/datasets/pose/).
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.core.keypoints import NAMES
from haredge.core.types import Keypoints
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import Clip
from haredge.datasets.formats.clip_cutting import clips_of
from haredge.datasets.formats.labelled_folders import frame_files, holds
from haredge.datasets.formats.parsing import read_lines, split_numbers
from haredge.datasets.formats.particulars import PARTICULARS, particulars
from haredge.datasets.formats.people import People, gathered
from haredge.datasets.formats.skeleton import keypoints_by_name, placed, scores_of

log = logging.getLogger(__name__)

ASSUMED_SIZE: Final = (1280, 720)
"""Width and height of the pictures where nothing tells them."""

_FRAME: Final = re.compile(r"(?P<series>.*?)(?P<number>\d{1,15})\.txt")
_BOX: Final = 5
_EXTRA: Final = 2
"""Numbers at a prediction's end that say nothing of its joints."""
_OUTSIDE: Final = 0.5
"""How far outside the picture, in its sizes, a keypoint may be."""


def is_yolo_pose(path: Path) -> bool:
    """Say whether a path looks like folders of YOLO's label files."""
    return holds(path, _FRAME)


def read(path: Path) -> list[Clip]:
    """Read folders of label files, laid out by label. Raises :class:`DataError`."""
    told, rejected = particulars(path), Rejected(path)
    if told.size_px is None:
        log.warning("%s: pictures of 16:9 are assumed; 'size_px: [WIDTH, HEIGHT]' in %s tells", path, PARTICULARS)
    size = np.array(told.size_px or ASSUMED_SIZE, np.float64)
    clips: list[Clip] = []
    for recording in frame_files(path, _FRAME):
        people = [_people(file, size) for file in recording.files]
        clips += clips_of(recording.title, [number / told.rate_hz for number in recording.numbers], people, rejected)
    return rejected.report(clips)


def _people(file: Path, size: NDArray[np.float64]) -> People:
    return gathered([_pose(line, where, size) for where, line in read_lines(file)])


def _pose(line: str, where: str, size: NDArray[np.float64]) -> Keypoints:
    values = split_numbers(line, where, None)
    joints = _joints(values, where)
    if (np.abs(joints[:, :2] - 0.5) > 0.5 + _OUTSIDE).any():
        raise DataError(f"{where}: keypoints are parts of the picture's width and height, from 0 to 1, not pixels")
    joints[:, :2] *= size
    return keypoints_by_name(joints, NAMES)


def _joints(values: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """Give the joints (17, 3) of a line's numbers: x, y and score."""
    for each in (3, 2):
        end = _BOX + each * len(NAMES)
        if end <= len(values) <= end + _EXTRA:
            joints = values[_BOX:end].reshape(-1, each)
            return placed(joints) if each == 2 else np.column_stack([joints[:, :2], scores_of(joints[:, 2])])
    raise DataError(
        f"{where}: {len(values)} numbers; a line has 39 or 56: class, box of 4, and 17 keypoints of COCO of 2 or 3"
    )
