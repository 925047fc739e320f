"""The user's own recordings: the folders that ``haredge record`` and ``haredge extract`` write."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from haredge.activity.window import MAX_GAP_S
from haredge.core.counted import counted
from haredge.core.folders import meant, walk_files
from haredge.core.labels import composed
from haredge.core.printable import printable
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import LabelledClip, array_names
from haredge.datasets.recording import ARRAYS, SUFFIX, Recording, safe_name
from haredge.manifest import PoseModel

log = logging.getLogger(__name__)

LAYOUT: Final = "LABEL/NAME.npz"
"""Where recordings lie in their folder."""


_TOO_SPARSE: Final = f"no person is seen in two poses of it within {MAX_GAP_S:g} s, or it has too few a second"


def _files(path: Path) -> list[Path]:
    """List the files of a folder of recordings: those in the folders of its labels."""
    labels = [label for label in meant(path) if label.is_dir()] if path.is_dir() else []
    return [file for label in labels for file in meant(label) if file.suffix == SUFFIX]


def is_recordings(path: Path) -> bool:
    """Return whether a path is a folder of recordings: one for each label with files in it, one of them whole."""
    return any(map(_is_recording, _files(path)))


def misplaced(path: Path) -> str | None:
    """Say of a path that is no folder of recordings where recordings lie in it; None if there are none.

    Raises :class:`OSError` for a folder that cannot be read.
    """
    files = walk_files(path) if path.is_dir() else [path]
    if (found := next((file for file in files if _is_recording(file)), None)) is None:
        return None
    fitting = found.absolute().parent.parent
    return (
        f"{path}: recordings are read at {LAYOUT} in a folder, and {found} is not there; move them, or give {fitting}"
    )


def _is_recording(file: Path) -> bool:
    return set(array_names(file)) >= ARRAYS


def _deeper(path: Path) -> list[Path]:
    """List the recordings in folders within those of the labels."""
    labels = [label for label in meant(path) if label.is_dir()]
    folders = [folder for label in labels for folder in meant(label) if folder.is_dir()]
    return [file for folder in folders for file in walk_files(folder) if _is_recording(file)]


def read(path: Path) -> list[LabelledClip]:
    """Read a folder of recordings, in the order of its files; log how many are unusable.

    Raises :class:`DataError` if that is all of them, and for a file that is damaged or no recording.
    """
    if deeper := _deeper(path):
        log.warning(
            "%s: %s left out (%s%s): %s",
            *(path, counted(len(deeper), "recording"), deeper[0].relative_to(path), ", ..." if deeper[1:] else ""),
            f"they lie too deep; recordings are read at {LAYOUT}",
        )
    clips: list[LabelledClip] = []
    moved: list[str] = []
    rejected, networks = Rejected(path), set()
    for file in _files(path):
        recording = Recording.load(file)
        if not (found := pieces(recording)):
            rejected.add(recording.about.title, _TOO_SPARSE)
        clips += found
        networks.add(recording.about.pose_model)
        if composed(file.parent.name) != composed(safe_name(recording.about.label)):
            moved.append(f"{file.relative_to(path)} is '{printable(recording.about.label)}'")
    if moved:
        log.warning(
            "%s: the label in a recording counts, not its folder's, and %d are in another one's (%s%s); to change "
            "labels, move the videos, remove these and extract again",
            *(path, len(moved), moved[0], ", ..." if len(moved) > 1 else ""),
        )
    if len(networks) > 1:
        names = ", ".join(sorted(network.name for network in networks))
        log.warning("%s: recorded with several pose networks (%s), which see differently", path, names)
    return rejected.report(clips)


def pose_model(path: Path) -> PoseModel:
    """Return which pose network made a folder's recordings, by the first of them."""
    return Recording.load(_files(path)[0]).about.pose_model


def pieces(recording: Recording) -> list[LabelledClip]:
    """Make a clip of each piece of a recording, so that no window ever spans a gap."""
    bodies, about = recording.pieces(), recording.about
    name = f"{about.label}/{about.title}"
    return [
        LabelledClip(
            f"{name}#{index}" if len(bodies) > 1 else name, about.label, piece, body, about.group, network=True
        )
        for index, (piece, body) in enumerate(bodies, 1)
    ]
