"""Which videos there are, and which stretches of them show what."""

from __future__ import annotations

import logging
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from haredge.core.address import redacted
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.folders import dead_links, meant, passed_over, walk_files
from haredge.core.kinds import VIDEO_SUFFIXES
from haredge.core.labels import composed, mistake_in
from haredge.core.printable import printable, undecoded
from haredge.datasets.tables import decimal, read_rows

log = logging.getLogger(__name__)

COLUMNS: Final = ("file", "start", "end", "label", "subject")
"""Columns of a table; the last may be left out, and a heading may name them in another order."""

_TIME: Final = re.compile(r"(?:(?:(?P<h>\d{1,9}):(?=\d\d:))?(?P<min>\d{1,9}):(?=[0-5]\d))?(?P<s>\d{1,9}(?:[.,]\d*)?)")
"""Of nine digits at most: 30 years of seconds, and no number that is too large to be added up."""

_ARCHIVES: Final = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"})
"""Ends of the names of archives."""

_SHOWN: Final = 60
"""Characters of a cell that are quoted in a message."""


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
    """The file as the folder or table names it first."""
    cuts: tuple[Cut, ...]

    @property
    def size_bytes(self) -> int | None:
        """Size of the file; None if it cannot be read."""
        with suppress(OSError):
            return self.path.stat().st_size
        return None


def list_videos(path: Path) -> list[LabelledVideoFile]:
    """List the videos of a folder that has a folder for each label, or of a table (.csv).

    Raises :class:`DataError` if there are none, or the table has a mistake: with its line and column.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    if _is_video(path):
        raise DataError(
            f"{path}: a video alone has no label: give the folder that holds a folder of videos for each label, or a "
            "table"
        )
    if path.suffix.lower() in _ARCHIVES and path.is_file():
        raise DataError(
            f"{path}: an archive: unpack it, and give the folder that holds a folder of videos for each label"
        )
    videos = _of_folder(path) if path.is_dir() else _of_table(path)
    if not videos:
        raise DataError(f"{path}: no videos in it; needed is a folder for each label with videos in it, or a table")
    return videos


def _of_folder(folder: Path) -> list[LabelledVideoFile]:
    try:
        entries = meant(folder)
        if dead := dead_links(folder):
            log.warning("%s: %s", folder, passed_over(dead))
        if loose := next(filter(_is_video, entries), None):
            raise DataError(
                f"{loose}: it is in no label's folder: give the folder that holds a folder of videos for each label"
            )
        videos = [_whole(file, folder, label) for label in entries if label.is_dir() for file in videos_in(label)]
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}") from None
    for label in {cut.label: None for video in videos for cut in video.cuts}:
        if mistake := mistake_in(label):
            raise DataError(f"{folder}: {mistake}")
    return list(_told_apart(_together(videos)))


def videos_in(folder: Path) -> list[Path]:
    """List a folder's videos; log what else is there, or that there is nothing."""
    files = list(walk_files(folder))
    videos = [file for file in files if _is_video(file)]
    others = Counter(file.suffix.lower() or "no suffix" for file in files if not _is_video(file))
    if others or not videos:
        kinds = ", ".join(printable(f"{count} {suffix}", _SHOWN) for suffix, count in sorted(others.items()))
        nothing = "links that lead nowhere" if dead_links(folder) else "an empty folder"
        found = f"files that are no videos are passed over ({kinds})" if others else nothing
        log.warning("%s: %s%s", folder, "" if videos else "no video in it; ", found)
    return videos


def _is_video(file: Path) -> bool:
    return file.suffix.lower() in VIDEO_SUFFIXES and file.is_file()


def _whole(file: Path, folder: Path, label: Path) -> LabelledVideoFile:
    source, name = _text(file.relative_to(folder)), _text(file.relative_to(label))
    return LabelledVideoFile(file.absolute(), source, (Cut(name, composed(_text(label.name)), group=source),))


def _together(videos: Iterable[LabelledVideoFile]) -> Iterator[LabelledVideoFile]:
    """Give videos that are one file, in two folders by a link, one group: its name that comes first."""
    files, groups = _Files(), dict[Path, str]()
    for video in videos:
        group = groups.setdefault(files.first(video.path), video.source)
        yield replace(video, cuts=tuple(replace(cut, group=group) for cut in video.cuts))


class _Files:
    """Finds out which paths lead to the same file.

    They may differ in ``.`` and ``..``, be absolute or not, and lead over symbolic links: all that is resolved. Hard
    links, and names that differ in small letters or forms of Unicode where the file system does not distinguish them,
    are known by the file's own number. A copy is another file.
    """

    def __init__(self) -> None:
        self._first: dict[str | tuple[int, int], Path] = {}

    def first(self, path: Path) -> Path:
        """Return the first of the paths to the same file that it was asked for."""
        if known := self._first.get(str(path)):
            return known
        marks = [str(path), *_marks(path)]
        found = next((self._first[mark] for mark in marks if mark in self._first), path)
        self._first.update(dict.fromkeys(marks, found))
        return found


def _marks(path: Path) -> Iterator[str | tuple[int, int]]:
    """Yield what is the same for all paths to a file; of a file that is not there, its resolved path alone."""
    with suppress(OSError, ValueError):
        yield os.path.realpath(path)
        status = path.stat()
        if status.st_ino:  # some network file systems number nothing
            yield status.st_dev, status.st_ino


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
    return undecoded(os.fspath(path))


def _of_table(path: Path) -> list[LabelledVideoFile]:
    videos: dict[Path, LabelledVideoFile] = {}
    lines: dict[tuple[str, str], int] = {}
    files = _Files()
    for line, row in _rows(path):
        cut, file = _cut(path, line, row), path.parent / row["file"]
        first = files.first(file)
        video = videos.get(first) or LabelledVideoFile(file.absolute(), redacted(row["file"]), ())
        for name in {cut.name, _clip_name(video.source, cut)}:  # the same file may be named in two ways
            if former := lines.get((cut.label, name)):
                raise DataError(f"{path}, line {line}: the same as line {former}")
            lines[cut.label, name] = line
        videos[first] = replace(video, cuts=(*video.cuts, replace(cut, group=cut.group or composed(video.source))))
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
                f"{path}, line {row.line}: {counted(len(row.cells), 'cell')}, but there are {len(columns)} columns: "
                f"{columns}; cells are divided by commas, semicolons or tabs; a heading names file and label at least"
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
    """Read a row; without a subject the group is empty."""
    if not row["file"]:
        raise DataError(f"{path}, line {line}, column file: it is empty")
    if mistake := mistake_in(row["label"]):
        raise DataError(f"{path}, line {line}, column label: {mistake}")
    start_s = _seconds(path, line, "start", row.get("start", ""), 0.0)
    end_s = _seconds(path, line, "end", row.get("end", ""), math.inf)
    if end_s <= start_s:
        raise DataError(f"{path}, line {line}, column end: {row['end']} does not come after the start")
    cut = Cut("", composed(row["label"]), composed(row.get("subject", "")), start_s, end_s)
    return replace(cut, name=_clip_name(redacted(row["file"]), cut))


def _clip_name(file: str, cut: Cut) -> str:
    if not cut.start_s and math.isinf(cut.end_s):
        return file
    return f"{file}_{_tidy(cut.start_s)}-{'end' if math.isinf(cut.end_s) else _tidy(cut.end_s)}"


def _seconds(path: Path, line: int, column: str, cell: str, usual: float) -> float:
    if not cell:
        return usual
    if not (time := _TIME.fullmatch(cell)):
        shown = printable(cell, _SHOWN)
        raise DataError(f"{path}, line {line}, column {column}: '{shown}' is not a time: 83.5 or 1:23.5 (h:mm:ss)")
    return int(time["h"] or 0) * 3600 + int(time["min"] or 0) * 60 + float(decimal(time["s"]))


def _tidy(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".")
