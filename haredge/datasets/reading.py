"""Finding out what kind of recordings a path holds, and reading them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.core.errors import DataError
from haredge.core.folders import meant
from haredge.datasets import filming, motions, recorded
from haredge.datasets.checks import checked
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats import jhmdb, labelled_poses, penn_action, posenet_csv, rnn_har
from haredge.datasets.formats.foreign import foreign_file
from haredge.datasets.motions import Motion
from haredge.manifest import PoseModel


@dataclass(frozen=True, slots=True)
class Read:
    """The clips of one data set."""

    source: str
    """Name of the data set, as in :mod:`haredge.datasets.licences`."""
    clips: list[LabelledClip]
    pose_model: PoseModel | None = None
    """The pose network that saw them, if known."""


@dataclass(frozen=True, slots=True)
class _Format:
    source: str | None
    """None: named as the file is."""
    fits: Callable[[Path], bool]
    read: Callable[[Path], list[LabelledClip]]
    pose_model: Callable[[Path], PoseModel | None] = lambda _: None


_FORMATS: Final = (
    _Format("jhmdb", jhmdb.is_jhmdb, jhmdb.read),
    _Format(None, motions.is_motions, filming.read_filmed),
    _Format(None, recorded.is_recordings, recorded.read, recorded.pose_model),
    _Format("penn_action", penn_action.is_penn_action, penn_action.read),
    _Format("rnn_har", rnn_har.is_rnn_har, rnn_har.read),
    _Format(None, posenet_csv.is_posenet_csv, posenet_csv.read),
    _Format(None, labelled_poses.is_labelled_poses, labelled_poses.read),
)


def read_clips(path: Path) -> Read:
    """Read the labelled clips at a path, in any of the formats of docs/data-formats.md.

    Raises :class:`DataError` if there is nothing, or nothing that haredge can read.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    if not (path.is_dir() or path.is_file()):
        raise DataError(f"{path}: neither a folder nor a regular file, but a pipe, a socket or a device")
    try:
        for known in _FORMATS:
            if known.fits(path):
                clips = checked(path, known.read(path))
                return Read(known.source or path.resolve().stem, clips, known.pose_model(path))
        foreign = recorded.misplaced(path) or foreign_file(path)
    except OSError as error:
        raise DataError(f"{error.filename or path}: cannot be read: {error.strerror}") from None
    if foreign:
        raise DataError(foreign)
    raise DataError(
        f"{path}: not recordings that haredge can read: a folder of `haredge record` or `extract`, Penn Action's "
        "labels.zip, a split of JHMDB (.npz), motion capture (.npz), RNN-HAR-2D-Pose (X_*.txt), a CSV file of the "
        "older PoseNet project, or a folder for each label with poses of OpenPose, COCO (.json) or YOLO (.txt) in it; "
        "see docs/data-formats.md"
    )


def motions_beside(data: Sequence[Path], folder: Path | None) -> list[Motion]:
    """Read a folder's motion capture, if any, and the recordings that are motion capture: it is seen from all sides.

    Raises :class:`DataError` for what cannot be read.
    """
    added = read_motions(folder) if folder else []
    there = {motion.source for motion in added}
    files = [path for path in data if motions.is_motions(path) and path.stem not in there]
    return [*added, *(motion for path in files for motion in motions.read(path))]


def read_motions(folder: Path) -> list[Motion]:
    """Read every file of motion capture in a folder. Raises :class:`DataError` if there is none."""
    files = [file for file in meant(folder) if file.suffix == ".npz"] if folder.is_dir() else []
    if not files:
        raise DataError(f"{folder}: no files of motion capture (.npz) in it")
    return [motion for file in files for motion in motions.read(file)]
