"""Which videos there are, and which stretches of them show what."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from haredge.core.address import redacted
from haredge.core.errors import DataError
from haredge.core.folders import meant, walk_files
from haredge.core.labels import composed, mistake_in
from haredge.datasets.tables import decimal, read_rows

SUFFIXES: Final = frozenset(
    ".3gp .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm .wmv".split()  # noqa: SIM905
)
"""Files of a folder that count as videos. A table may name others."""

COLUMNS: Final = ("file", "start", "end", "label", "subject")
"""Columns of a table; the last may be left out, and a heading may name them in another order."""

_TIME: Final = re.compile(r"(?:(?:(?P<h>\d+):(?=\d\d:))?(?P<min>\d+):(?=[0-5]\d))?(?P<s>\d+(?:[.,]\d*)?)")


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a video in which one thing is done."""

    name: str
    label: str
    group: str
    start_s: float = 0.0
    end_s: float = math.inf
    """Infinity for the video's end."""


@dataclass(frozen=True, slots=True)
class LabelledVideoFile:
    """A video file and what is to be cut from it."""

    path: Path
    """Absolute."""
    source: str
    """The file as the folder or table names it."""
    cuts: tuple[Cut, ...]


def list_videos(path: Path) -> list[LabelledVideoFile]:
    """List the videos of a folder that has a folder for each label, or of a table (.csv).

    Raises :class:`DataError` if there are none, or the table has a mistake: with its line and column.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    videos = _of_folder(path) if path.is_dir() else _of_table(path)
    if not videos:
        raise DataError(f"{path}: no videos in it; needed is a folder for each label with videos in it, or a table")
    return videos


def _of_folder(folder: Path) -> list[LabelledVideoFile]:
    try:
        entries = meant(folder)
        if loose := next(filter(_is_video, entries), None):
            raise DataError(f"{loose}: it is in no label's folder; a video's label is the name of its folder")
        videos = [
            _whole(file, folder, label)
            for label in entries
            if label.is_dir()
            for file in walk_files(label)
            if _is_video(file)
        ]
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}") from None
    for label in {cut.label: None for video in videos for cut in video.cuts}:
        if mistake := mistake_in(label):
            raise DataError(f"{folder}: {mistake}")
    return list(_told_apart(videos))


def _is_video(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.is_file()


def _whole(file: Path, folder: Path, label: Path) -> LabelledVideoFile:
    source, name = _text(file.relative_to(folder)), _text(file.relative_to(label))
    return LabelledVideoFile(file.absolute(), source, (Cut(name, composed(_text(label.name)), group=source),))


def _told_apart(videos: Iterable[LabelledVideoFile]) -> Iterator[LabelledVideoFile]:
    """Give clips of the same name a number: two folders may have one label, in two forms of Unicode."""
    taken: Counter[tuple[str, str]] = Counter()
    for video in videos:
        (cut,) = video.cuts
        taken[cut.label, cut.name] += 1
        count = taken[cut.label, cut.name]
        yield video if count == 1 else replace(video, cuts=(replace(cut, name=f"{cut.name} ({count})"),))


def _text(path: str | Path) -> str:
    """Give a path as text, a name that is not UTF-8 included."""
    return os.fsencode(path).decode(errors="replace")


def _of_table(path: Path) -> list[LabelledVideoFile]:
    videos: dict[str, LabelledVideoFile] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, row in _rows(path):
        source, cut = row["file"], _cut(path, line, row)
        if first := lines.get((cut.label, cut.name)):
            raise DataError(f"{path}, line {line}: the same as line {first}")
        lines[cut.label, cut.name] = line
        video = videos.get(source) or LabelledVideoFile((path.parent / source).absolute(), redacted(source), ())
        videos[source] = replace(video, cuts=(*video.cuts, cut))
    return list(videos.values())


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row's line and its cells by column."""
    columns: list[str] | None = None
    for row in read_rows(path, ("file", "label")):
        if columns is None:
            columns = _heading(path, row.line, row.cells)
            if columns:
                continue
            columns = list(COLUMNS[: max(4, len(row.cells))])
        if len(row.cells) != len(columns):
            raise DataError(
                f"{path}, line {row.line}: {len(row.cells)} cells, but there are {len(columns)} columns: {columns}; "
                "cells are divided by commas, semicolons or tabs"
            )
        yield row.line, dict(zip(columns, row.cells, strict=True))


def _heading(path: Path, line: int, row: list[str]) -> list[str] | None:
    """Give the columns that a heading names; None if the first row is not a heading."""
    names = ["subject" if cell.lower() == "group" else cell.lower() for cell in row]
    if not {"file", "label"} <= set(names):
        return None
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            raise DataError(f"{path}, line {line}: column {name!r}; each of {', '.join(COLUMNS)} may be there once")
    return names


def _cut(path: Path, line: int, row: Mapping[str, str]) -> Cut:
    if not row["file"]:
        raise DataError(f"{path}, line {line}, column file: it is empty")
    if mistake := mistake_in(row["label"]):
        raise DataError(f"{path}, line {line}, column label: {mistake}")
    start_s = _seconds(path, line, "start", row.get("start", "")) or 0.0
    end_s = _seconds(path, line, "end", row.get("end", ""))
    if end_s is not None and end_s <= start_s:
        raise DataError(f"{path}, line {line}, column end: {row['end']} does not come after the start")
    whole = not start_s and end_s is None
    file = redacted(row["file"])
    name = file if whole else f"{file}_{_tidy(start_s)}-{'end' if end_s is None else _tidy(end_s)}"
    group = row.get("subject") or file
    return Cut(name, composed(row["label"]), composed(group), start_s, math.inf if end_s is None else end_s)


def _seconds(path: Path, line: int, column: str, cell: str) -> float | None:
    if not cell:
        return None
    if not (time := _TIME.fullmatch(cell)):
        raise DataError(f"{path}, line {line}, column {column}: {cell!r} is not a time: 83.5 or 1:23.5 (h:mm:ss)")
    return int(time["h"] or 0) * 3600 + int(time["min"] or 0) * 60 + float(decimal(time["s"]))


def _tidy(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".")
