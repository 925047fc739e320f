"""Finding out what kind of recordings a path holds, and reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.errors import DataError
from haredge.training.activity import jhmdb, motions, penn_action, recorded
from haredge.training.activity.clips import Clip
from haredge.training.activity.motions import Motion


@dataclass(frozen=True, slots=True)
class Read:
    """The clips of one data set."""

    source: str
    """Name of the data set, as in :mod:`haredge.training.activity.sources`."""
    clips: list[Clip]


@dataclass(frozen=True, slots=True)
class _Form:
    source: str | None
    """None: named as the file is."""
    fits: Callable[[Path], bool]
    read: Callable[[Path], list[Clip]]


_FORMS: Final = (
    _Form("jhmdb", jhmdb.is_jhmdb, jhmdb.read),
    _Form(None, motions.is_motions, motions.read_filmed),
    _Form(None, recorded.is_recordings, recorded.read),
    _Form("penn_action", penn_action.is_penn_action, penn_action.read),
)


def read_clips(path: Path) -> Read:
    """Read the labelled clips at a path.

    It may be a folder of haredge's recordings, Penn Action's labels.zip or folder, a split of JHMDB, a file of motions.

    Raises :class:`DataError` where there is nothing, or nothing that haredge can read.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    for form in _FORMS:
        if form.fits(path):
            return Read(form.source or path.stem, form.read(path))
    raise DataError(
        f"{path}: not recordings that haredge can read: a folder that haredge record or extract has made, Penn "
        "Action's labels.zip, a split of JHMDB (.npz), or motion capture (.npz)"
    )


def read_motions(folder: Path) -> list[Motion]:
    """Read every file of motion capture in a folder. Raises :class:`DataError` where there is none."""
    files = sorted(folder.glob("*.npz"))
    if not files:
        raise DataError(f"{folder}: no files of motion capture (.npz) in it")
    return [motion for file in files for motion in motions.read(file)]
