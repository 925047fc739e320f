"""Which videos there are, and which stretches of them show what."""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from haredge.core.address import redacted
from haredge.core.errors import DataError
from haredge.core.labels import mistake_in

SUFFIXES: Final = frozenset(
    ".3gp .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm .wmv".split()  # noqa: SIM905
)
"""Files of a folder that count as videos. A table may name others."""

COLUMNS: Final = ("file", "start", "end", "label", "subject")
"""Columns of a table; the last may be left out, and a heading may name them in another order."""

_TIME: Final = re.compile(r"(?:(?:(?P<h>\d+):(?=\d\d:))?(?P<min>\d+):(?=[0-5]\d))?(?P<s>\d+(?:\.\d*)?)")


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
class Video:
    """A video file and what is to be cut from it."""

    path: Path
    """Absolute."""
    source: str
    """The file as the folder or table names it."""
    cuts: tuple[Cut, ...]


def list_videos(path: Path) -> list[Video]:
    """List the videos of a folder that has a folder for each label, or of a table (.csv).

    Raises :class:`DataError` where there are none, or the table has a mistake: with its line and column.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    videos = _of_folder(path) if path.is_dir() else _of_table(path)
    if not videos:
        raise DataError(f"{path}: no videos in it; needed is a folder for each label with videos in it, or a table")
    return videos


def _of_folder(folder: Path) -> list[Video]:
    if loose := [file for file in sorted(folder.iterdir()) if _is_video(file)]:
        raise DataError(f"{loose[0]}: lies in no label's folder; a video's label is the name of its folder")
    labels = [label for label in sorted(folder.iterdir()) if label.is_dir() and not label.name.startswith(".")]
    videos = [_whole(file, folder, label) for label in labels for file in sorted(label.rglob("*")) if _is_video(file)]
    for label in {cut.label: None for video in videos for cut in video.cuts}:
        if mistake := mistake_in(label):
            raise DataError(f"{folder}: {mistake}")
    return videos


def _is_video(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()


def _whole(file: Path, folder: Path, label: Path) -> Video:
    source = _text(file.relative_to(folder))
    return Video(file.absolute(), source, (Cut(_text(file.relative_to(label)), _text(label.name), group=source),))


def _text(path: str | Path) -> str:
    """Give a path as text, a name that is not UTF-8 included."""
    return os.fsencode(path).decode(errors="replace")


def _of_table(path: Path) -> list[Video]:
    videos: dict[str, Video] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, row in _rows(path):
        source, cut = row["file"], _cut(path, line, row)
        if first := lines.get((cut.label, cut.name)):
            raise DataError(f"{path}, line {line}: the same as line {first}")
        lines[cut.label, cut.name] = line
        video = videos.get(source) or Video((path.parent / source).absolute(), redacted(source), ())
        videos[source] = replace(video, cuts=(*video.cuts, cut))
    return list(videos.values())


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row's line and its cells by column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            cells = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
            yield from _named(path, ((line, row) for line, row in cells if any(row)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: not a table (CSV, UTF-8) of {','.join(COLUMNS)}: {error}") from None


def _named(path: Path, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    columns: list[str] | None = None
    for line, row in rows:
        if columns is None:
            columns = _heading(path, line, row)
            if columns:
                continue
            columns = list(COLUMNS[: max(4, len(row))])
        if len(row) != len(columns):
            raise DataError(f"{path}, line {line}: {len(row)} cells, but there are {len(columns)} columns: {columns}")
        yield line, dict(zip(columns, row, strict=True))


def _heading(path: Path, line: int, row: list[str]) -> list[str] | None:
    """Give the columns that a heading names; None where the first row is no heading."""
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
    name = row["file"] if whole else f"{row['file']}_{_tidy(start_s)}-{'end' if end_s is None else _tidy(end_s)}"
    group = row.get("subject") or row["file"]
    return Cut(name, row["label"], group, start_s, math.inf if end_s is None else end_s)


def _seconds(path: Path, line: int, column: str, cell: str) -> float | None:
    if not cell:
        return None
    if not (time := _TIME.fullmatch(cell)):
        raise DataError(f"{path}, line {line}, column {column}: {cell!r} is no time: 83.5 or 1:23.5 (h:mm:ss)")
    return int(time["h"] or 0) * 3600 + int(time["min"] or 0) * 60 + float(time["s"])


def _tidy(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".")
