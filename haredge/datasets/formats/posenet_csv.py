"""CSV files of an older project (PoseNet and an LSTM): a row ``letter,x,y,action`` for each keypoint.

A to Q are COCO's keypoints in order, nine frames make a clip. A fault of that project's exporter wrote one frame nine
times over; such clips hold no movement and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from string import ascii_uppercase
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.window import LENGTH
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.folders import meant
from haredge.core.keypoints import NAMES
from haredge.core.labels import composed
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats.clip_cutting import Title, clips_of
from haredge.datasets.formats.overlapping import joined
from haredge.datasets.formats.parsing import numbers
from haredge.datasets.formats.particulars import RATE_HZ
from haredge.datasets.formats.skeleton import keypoints_by_name, with_score
from haredge.datasets.tables import beginning, decimal, read_rows

_LETTERS: Final = ascii_uppercase[: len(NAMES)]
_ROWS: Final = len(NAMES) * LENGTH
"""Rows of a clip."""
_START: Final = re.compile(
    r"""\W*(?i:keypoint)"?\s*[,;\t]\s*"?[xX]"?\s*[,;\t]\s*"?[yY]\b"""
    r"""|\W*A"?\s*[,;\t]\s*"?-?\d+([.,]\d+)?"?\s*[,;\t]|sep=."""
)

REPEATED: Final = "one frame repeated nine times, a fault of the exporter: there is no movement in it to train on"
UNLABELLED: Final = "no action in its rows, or several"


def is_posenet_csv(path: Path) -> bool:
    """Return whether a path has the form of such a file, or a folder with some."""
    return any(_START.match(beginning(file)) for file in _files(path))


def read(path: Path) -> list[LabelledClip]:
    """Read a file, or all those in a folder. Raises :class:`DataError`, also if nothing in it moves."""
    rejected = Rejected(path)
    return rejected.report([clip for file in _files(path) for clip in _clips(file, rejected)])


def _files(path: Path) -> list[Path]:
    files = meant(path) if path.is_dir() else [path]
    return [file for file in files if file.suffix.lower() == ".csv" and file.is_file()]


def _clips(file: Path, rejected: Rejected) -> list[LabelledClip]:
    frames, actions = _read(file)
    usable = [
        index
        for index, (window, action) in enumerate(zip(frames, actions, strict=True))
        if not _refused(f"{file.stem}/{index}", window, action, rejected)
    ]
    if not usable:
        return []
    clips: list[LabelledClip] = []
    for first, places in joined(frames[usable], [actions[index] for index in usable]):
        title = Title(f"{file.stem}/{usable[first]}", actions[usable[first]], "")
        poses = keypoints_by_name(with_score(places), NAMES)
        clips += clips_of(title, (np.arange(len(poses)) / RATE_HZ).tolist(), list(poses[:, None]), rejected)
    return clips


def _refused(name: str, window: NDArray[np.float64], action: str, rejected: Rejected) -> bool:
    reason = UNLABELLED if not action else REPEATED if (window == window[0]).all() else ""
    if reason:
        rejected.add(name, reason)
    return bool(reason)


def _read(file: Path) -> tuple[NDArray[np.float64], list[str]]:
    """Read places (clips, 9, 17, 2) and actions, empty if a clip has none or several."""
    rows = _rows(file)
    places = np.array([numbers(list(map(decimal, row[1:3])), where) for where, row in rows]).reshape(
        -1, LENGTH, len(NAMES), 2
    )
    columns = [composed(row[3]) if len(row) > 3 else "" for _, row in rows]
    named = [set(columns[start : start + _ROWS]) for start in range(0, len(columns), _ROWS)]
    return places, [each.pop() if len(each) == 1 else "" for each in named]


def _rows(file: Path) -> list[tuple[str, list[str]]]:
    """Read the rows and their places (``file:line``), and check that the letters come in order, in whole clips."""
    lines = [(f"{file}:{row.line}", row.cells) for row in read_rows(file, ("keypoint",))]
    rows = lines[1:] if lines and lines[0][1][0].lower() == "keypoint" else lines
    for (where, row), letter in zip(rows, _expected(rows), strict=False):
        if row[0] != letter or not 3 <= len(row) <= 4:
            raise DataError(f"{where}: keypoint {letter} with x, y and the action is expected here ({letter},12,34,1)")
    if len(rows) % _ROWS:
        raise DataError(f"{file}: {counted(len(rows), 'row')}; {_ROWS} are needed for each clip: its end is missing")
    return rows


def _expected(rows: Sequence[object]) -> chain[str]:
    return chain.from_iterable(_LETTERS for _ in range(0, len(rows), len(_LETTERS)))
