"""Penn Action (Zhang, Zhu, Derpanis, ICCV 2013): 2,326 clips of 15 sports, 13 joints annotated in every frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.damage import ZIP_DAMAGE
from haredge.core.errors import DataError
from haredge.core.folders import is_clutter, meant, walk_files
from haredge.core.regular_file import read_regular
from haredge.datasets.archives import member, open_zip
from haredge.datasets.clips import LabelledClip, from_joints
from haredge.datasets.formats.parsing import is_sane
from haredge.datasets.matlab import read_matlab

RATE_HZ: Final = 30.0
"""Taken for granted: the clips come from web videos, and their rate is not recorded."""

LABELS: Final = (
    "baseball_pitch",
    "baseball_swing",
    "bench_press",
    "bowl",
    "clean_and_jerk",
    "golf_swing",
    "jump_rope",
    "jumping_jacks",
    "pullup",
    "pushup",
    "situp",
    "squat",
    "strum_guitar",
    "tennis_forehand",
    "tennis_serve",
)

MOST_BYTES: Final = 16 << 20
"""Of a clip's annotation; they have some 100 kB."""

VISIBLE_SCORE: Final = 1.0
GUESSED_SCORE: Final = 0.5
"""Score of a joint that is hidden and that the annotators placed all the same."""


def is_penn_action(path: Path) -> bool:
    """Return whether a path has the form of Penn Action's labels: a zip file, or a folder with .mat files in it."""
    return path.suffix.lower() == ".zip" or any(
        file.suffix == ".mat" for folder in (path, path / "labels") if folder.is_dir() for file in meant(folder)
    )


def read(path: Path) -> list[LabelledClip]:
    """Read ``labels.zip`` or the folder of its .mat files, in the order of the clips' names.

    Raises :class:`DataError` if there is none, or one cannot be read.
    """
    clips = [_clip(path, name, content) for name, content in sorted(_files(path))]
    if not clips:
        raise DataError(f"{path}: no .mat files of Penn Action in it; give its labels.zip or labels folder")
    return clips


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        yield from _of_folder(path) if path.is_dir() else _of_zip(path)
    except (OSError, *ZIP_DAMAGE) as error:
        raise DataError(f"{path}: not Penn Action's labels.zip or labels folder: {error}") from None


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in walk_files(folder):
        if file.suffix == ".mat":
            yield file.stem, read_regular(file, MOST_BYTES)


def _of_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    with open_zip(path) as archive:
        for name in archive.namelist():
            if name.endswith(".mat") and not any(map(is_clutter, Path(name).parts)):
                yield Path(name).stem, member(archive, name, MOST_BYTES)


def _clip(path: Path, name: str, content: bytes) -> LabelledClip:
    where = f"{path}: {name}.mat"
    mat = read_matlab(where, content)
    try:
        places = np.stack([mat["x"], mat["y"]], axis=-1).astype(np.float64, casting="same_kind")
        visible = mat["visibility"] > 0
        label, split = str(mat["action"].ravel()[0]), int(mat["train"].ravel()[0])
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise DataError(f"{where}: not an annotation of Penn Action: {error}") from None
    if places.shape[1:] != (13, 2) or visible.shape != places.shape[:2] or len(places) < 2:
        raise DataError(f"{where}: 13 joints in two frames or more are needed, not {places.shape[:2]}")
    if not is_sane(places):
        raise DataError(f"{where}: a place that is NaN, infinite or absurdly large")
    # Hidden joints that the annotators did not place lie in the corner of the image.
    placed = (places > 1).any(axis=-1)
    scores = np.where(visible, VISIBLE_SCORE, np.where(placed, GUESSED_SCORE, 0.0))
    times = np.arange(len(places)) / RATE_HZ
    split_name = "train" if split == 1 else "test"
    return LabelledClip(name, label, times, from_joints(places, scores), group=name, split=split_name)
