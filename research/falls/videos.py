"""The labelled videos of falls, and of people who do not fall: which there are, and where the fall is in each."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from research.csv_rows import csv_rows

GROUPS: Final = ("Coffee_room_01", "Coffee_room_02", "Home_01", "jhmdb_train", "jhmdb_test", "workout", "videos")
"""Groups of videos. Home_01 and jhmdb_test are held out: nothing may be chosen on them."""


EXERCISES: Final = {"pushup.mp4"}
"""Single videos that belong to the group ``workout``."""


@dataclass(frozen=True)
class LabelledVideo:
    """One video."""

    name: str
    group: str
    archive: Path | None
    """The zip that it is in; None if ``member`` is a file."""
    member: str
    fall: tuple[float, float] | None
    """Seconds at which the fall begins and ends; None if there is none."""

    @contextmanager
    def file(self) -> Iterator[Path]:
        """Give the video as a file."""
        if self.archive is None:
            yield Path(self.member)
            return
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(self.archive) as archive:
            path = Path(folder, "video.mp4")
            path.write_bytes(archive.read(self.member))
            yield path


def videos(data: Path, group: str) -> list[LabelledVideo]:
    """Return the videos of a group, below the folder of the data sets."""
    labelled = data / "labelled_videos"
    files = [path for path in sorted((data / "videos").iterdir()) if path.suffix in {".mp4", ".avi"}]
    if group == "videos":
        return [_file(path, group) for path in files if path.name not in EXERCISES]
    if group == "workout":
        clips = [_plain(row, group, labelled / "workout.zip") for row in csv_rows(labelled / "workout.csv")]
        return [*clips, *(_file(path, group) for path in files if path.name in EXERCISES)]
    if group.startswith("jhmdb"):
        part = group.removeprefix("jhmdb_")
        rows = (row for row in csv_rows(labelled / "jhmdb.csv") if row["split1"] == part)
        return [_plain(row, group, labelled / "jhmdb.zip") for row in rows]
    rows = (row for row in csv_rows(labelled / "le2i.csv") if row["room"] == group)
    return [_fall(row, group, labelled / "le2i.zip") for row in rows]


def _file(path: Path, group: str) -> LabelledVideo:
    return LabelledVideo(path.name, group, None, str(path), None)


def _plain(row: dict[str, str], group: str, archive: Path) -> LabelledVideo:
    return LabelledVideo(_name(row["clip"]), group, archive, row["clip"], None)


def _fall(row: dict[str, str], group: str, archive: Path) -> LabelledVideo:
    """Read a row of Le2i, whose frames count from 1."""
    fps = float(row["fps"])
    bounds = (row["fall_start"], row["fall_end"])
    fall = ((int(bounds[0]) - 1) / fps, (int(bounds[1]) - 1) / fps) if all(bounds) else None
    return LabelledVideo(_name(row["clip"]), group, archive, row["clip"], fall)


def _name(clip: str) -> str:
    return clip.replace("/", "__").replace(" ", "_")
