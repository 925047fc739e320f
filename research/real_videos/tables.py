"""Tables of labelled stretches of real videos, as ``haredge extract`` reads them: file, start, end, label, subject.

A subject here is whatever must not lie on both sides of a split: all clips that JHMDB took from one source, a video of
Le2i or of a gym. What is held out for tests (JHMDB's test clips of split 1, all rooms of Le2i but Coffee_room_01) is in
no table to train on.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from research.csv_rows import csv_rows
from research.real_videos.whole import label_of

COLUMNS: Final = ("file", "start", "end", "label", "subject")

ROOM: Final = "Coffee_room_01"
"""The only room of Le2i to train on."""

STRETCHES: Final = Path(__file__).with_name("coffee_room_01.csv")
"""What people do there before they fall, labelled by looking at a frame a second: half a second on either side is
uncertain, and what is not clear is left out."""

GYM: Final = {"push-ups": "pushup", "pull-ups": "pullup", "squats": "squat"}
"""The gym clips' labels in haredge's words; others keep their own."""

SETTLED_S: Final = 0.3
"""Seconds after the end of a fall from which the person lies."""

CURLED: Final = frozenset({8, 28, 30, 31, 44})
"""Videos after whose fall the person does not lie, but kneels, crouches, sits up or holds the legs in the air."""


class Row(NamedTuple):
    """A stretch of a video; without start and end all of it."""

    file: str
    start: str
    end: str
    label: str
    subject: str


def jhmdb(labelled: Path, part: str) -> Iterator[Row]:
    """Yield the clips of a part (``train`` or ``test``) of the first split; ``labelled`` is the videos' folder."""
    for row in csv_rows(labelled / "jhmdb.csv"):
        if row["split1"] == part:
            yield Row(f"jhmdb/{row['clip']}", "", "", row["class"], f"jhmdb {row['film_root']}")


def workout(labelled: Path) -> Iterator[Row]:
    """Yield the gym clips."""
    for row in csv_rows(labelled / "workout.csv"):
        label = GYM.get(row["label"], row["label"])
        yield Row(f"workout/{row['clip']}", "", "", label, f"workout {row['clip']}")


def coffee_room(labelled: Path) -> Iterator[Row]:
    """Yield the falls of a room, how people lie after them, and what they did before."""
    stretches = csv_rows(STRETCHES)
    for row in csv_rows(labelled / "le2i.csv"):
        if row["room"] != ROOM or not row["fall_start"]:
            continue
        video, fps = row["clip"], float(row["fps"])
        number = int(video.rpartition("(")[2].partition(")")[0])
        begin, end = (int(row[side]) / fps for side in ("fall_start", "fall_end"))
        file, subject = f"le2i/{video}", f"le2i {video}"
        for stretch in stretches:
            if int(stretch["clip"]) == number:
                yield Row(file, stretch["start"], stretch["end"], stretch["label"], subject)
        yield Row(file, f"{begin:.2f}", f"{end:.2f}", "falling", subject)
        if number not in CURLED and int(row["frames"]) / fps > end + 2 * SETTLED_S:
            yield Row(file, f"{end + SETTLED_S:.2f}", "", "lying", subject)


def whole(labelled: Path) -> Iterator[Row]:
    """Yield the room's videos from beginning to end, with whatever people do in them."""
    for row in csv_rows(labelled / "le2i.csv"):
        if row["room"] == ROOM:
            yield Row(f"le2i/{row['clip']}", "", "", label_of(()), f"le2i {row['clip']}")


def halves(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Divide stretches into two parts that share no subject, always in the same way.

    Rules are chosen on the answers of a network that was trained on the other half.
    """
    parts: tuple[list[Row], list[Row]] = ([], [])
    for row in rows:
        parts[zlib.crc32(row.subject.encode()) & 1].append(row)
    return parts


def write(path: Path, rows: Iterable[Row]) -> int:
    """Write a table; return how many stretches are in it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            writer.writerow(row)
    return count
