"""RNN-HAR-2D-Pose (Eiffert, 2017): Berkeley MHAD through OpenPose, cut into overlapping windows, as text files.

``X_train.txt`` and ``X_test.txt`` hold 32 lines for each window, 18 joints of x, y in each; ``Y_*.txt`` the number of
the label for each window. Consecutive windows of a recording have 26 of their 32 frames in common, at 22 frames a
second, and training and test repetitions are apart (the README of
https://github.com/stuarteiffert/RNN-for-Human-Activity-Recognition-using-2D-Pose-Input). haredge joins the windows
again, so that no frame is on both sides of a split.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.folders import meant
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats.clip_cutting import Title, clips_of
from haredge.datasets.formats.overlapping import joined
from haredge.datasets.formats.parsing import read_table
from haredge.datasets.formats.skeleton import OPENPOSE_18, keypoints_by_name, with_score

RATE_HZ: Final = 22.0
"""Of Berkeley MHAD's cameras, as the set's README has it."""

WINDOW: Final = 32
"""Frames in a window."""

LABELS: Final = ("jumping", "jumping_jacks", "boxing", "waving_2hands", "waving_1hand", "clapping_hands")
"""Labels of the numbers from 1."""

_POSES: Final = re.compile(r"[Xx]_(?P<part>.+)\.txt")


def is_rnn_har(path: Path) -> bool:
    """Return whether a path has the form of such a file of poses, or a folder with some."""
    return any(_POSES.fullmatch(file.name) for file in ([path] if path.is_file() else meant(path)))


def read(path: Path) -> list[LabelledClip]:
    """Read a file of poses with its labels beside it, or all those in a folder. Raises :class:`DataError`."""
    files = [path] if path.is_file() else meant(path)
    parts = {match["part"].lower(): file for file in files if (match := _POSES.fullmatch(file.name))}
    has_split = {"train", "test"} <= set(parts)
    rejected = Rejected(path)
    clips = [c for part, file in parts.items() for c in _clips(file, part if has_split else "", rejected)]
    return rejected.report(clips)


def _clips(file: Path, part: str, rejected: Rejected) -> list[LabelledClip]:
    frames = read_table(file, 2 * len(OPENPOSE_18))
    if len(frames) % WINDOW or not len(frames):
        raise DataError(f"{file}: {counted(len(frames), 'line')}; {WINDOW} are needed for each window")
    windows = frames.reshape(-1, WINDOW, len(OPENPOSE_18), 2)
    labels = _labels(file, len(windows))
    clips: list[LabelledClip] = []
    for first, places in joined(windows, labels):
        title = Title(f"{file.stem}/{first}", labels[first], part if part in ("train", "test") else "")
        poses = keypoints_by_name(with_score(places), OPENPOSE_18)
        clips += clips_of(title, (np.arange(len(poses)) / RATE_HZ).tolist(), list(poses[:, None]), rejected)
    return clips


def _labels(poses: Path, count: int) -> list[str]:
    """Read the label of each window from the file beside the poses that is called Y if that is called X."""
    file = poses.with_name(chr(ord(poses.name[0]) + 1) + poses.name[1:])
    if not file.exists():
        raise DataError(f"{poses}: the labels are missing: {file.name}, a number for each window, belongs beside it")
    labels = read_table(file, 1)[:, 0]
    if len(labels) != count:
        raise DataError(f"{file}: {counted(len(labels), 'label')} for {counted(count, 'window')} in {poses.name}")
    if strange := sorted(set(labels.tolist()) - set(range(1, len(LABELS) + 1))):
        raise DataError(f"{file}: {strange[0]:g} is not a label; known are 1 to {len(LABELS)} ({', '.join(LABELS)})")
    return [LABELS[int(label) - 1] for label in labels]
