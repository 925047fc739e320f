"""Recordings in folders: a folder for each label, in it a folder (of frames) or a file for each clip.

``train/`` and ``test/`` may lie above the labels, and ``labels/`` above all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final

from haredge.core.errors import DataError
from haredge.core.folders import meant, walk_files
from haredge.datasets.formats.clip_cutting import Title

LAYOUT: Final = "a folder for each label, and in it one for each clip (docs/data-formats.md)"

_SPLITS: Final = {"train", "test"}
_NO_LABELS: Final = _SPLITS | {"val", "valid", "validation", "annotations", "images", "labels"}

_TOOLS_OWN: Final = re.compile(
    r"(?P<head>.*/|)(?:[0-9a-f]{8}-(?=.*\d))?(?P<name>[^/]*?)(?:_(?:jpe?g|png|bmp|webp)\.rf\.[0-9A-Za-z]+)?(?P<end>\.\w+|)"
)
"""A checksum that Label Studio puts before a file's name, or Roboflow behind it."""


@dataclass(frozen=True, slots=True)
class FrameFiles:
    """A recording of a file for each frame."""

    title: Title
    numbers: tuple[int, ...]
    """Growing numbers of the frames, from the files' names; one that is missing is a frame that is missing."""
    files: tuple[Path, ...]


def frame_files(root: Path, frame: re.Pattern[str]) -> list[FrameFiles]:
    """Gather files of frames into recordings: those of one folder, or of one name in it if it has several.

    ``frame`` matches a file's name, with the groups ``series`` and ``number``. Raises :class:`DataError` if two
    files have one number, or the folders are not laid out by label.
    """
    found = sorted(_matches(root, frame), key=lambda each: each[:3])
    series_in = Counter(folder for folder, _ in {each[:2] for each in found})
    return [
        _frame_files(root, folder / series if series_in[folder] > 1 else folder, [each[2:] for each in group])
        for (folder, series), group in groupby(found, key=lambda each: each[:2])
    ]


def _matches(root: Path, frame: re.Pattern[str]) -> Iterator[tuple[Path, str, int, Path]]:
    for file in walk_files(_base(root)):
        if match := frame.fullmatch(frame_name(file.name)):
            yield file.parent, match["series"].rstrip("_-. ") or "frames", int(match["number"]), file


def _frame_files(root: Path, path: Path, frames: Sequence[tuple[int, Path]]) -> FrameFiles:
    for (number, file), (following, other) in pairwise(frames):
        if number == following:
            raise DataError(f"{other}: frame {number} is there already ({file.name}); keep one of them")
    return FrameFiles(title(root, path), tuple(n for n, _ in frames), tuple(file for _, file in frames))


def clip_files(root: Path, clip: re.Pattern[str]) -> list[tuple[Title, Path]]:
    """Find the recordings of a file each, whose name the pattern fits, in the order of their names."""
    files = [file for file in walk_files(_base(root)) if clip.fullmatch(frame_name(file.name))]
    return [(title(root, file.with_suffix("")), file) for file in files]


def _base(root: Path) -> Path:
    return root / "labels" if (root / "labels").is_dir() else root


def title(root: Path, path: Path) -> Title:
    """Return a recording's label and split by the folders in which it lies. Raises :class:`DataError`."""
    base = _base(root)
    parts = path.relative_to(base).parts
    folders = {each.name for each in meant(base) if each.is_dir()}
    split, labelled = (parts[0], parts[1:]) if folders == _SPLITS and parts else ("", parts)
    if len(labelled) < 2:
        raise DataError(f"{path}: it is in no label's folder; needed is {LAYOUT}")
    if labelled[0] in _NO_LABELS:
        raise DataError(f"{base}: '{labelled[0]}' is not a label; needed is {LAYOUT}, or two such, train and test")
    return Title("/".join(parts), labelled[0], split)


def holds(root: Path, file: re.Pattern[str]) -> bool:
    """Return whether a path is a folder that has, however deep, a file whose name the pattern fits."""
    return root.is_dir() and any(file.fullmatch(frame_name(each.name)) for each in walk_files(root))


def frame_name(name: str) -> str:
    """Return a frame's name without what labelling tools add to it: ``clip_0001_jpg.rf.1f0b.txt`` is ``clip_0001.txt``.

    A number in brackets at its end, as Windows renames files, loses the brackets.
    """
    whole = _TOOLS_OWN.fullmatch(name)
    plain = f"{whole['head']}{whole['name']}{whole['end']}" if whole else name
    return re.sub(r"\((\d+)\)(?=\.\w+$|$)", r"\1", plain)
