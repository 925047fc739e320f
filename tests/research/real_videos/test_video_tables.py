"""What is trained on and what is held out never meet, and every stretch lies inside its video."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from haredge.extraction.listing import list_videos
from research.real_videos import tables


@pytest.mark.shared
def test_nothing_held_out_is_trained_on(shared: Path) -> None:
    """Neither JHMDB's test clips, nor other rooms; and no subject is in both halves."""
    labelled = shared / "labelled_videos"
    rows = [*tables.jhmdb(labelled, "train"), *tables.workout(labelled), *tables.coffee_room(labelled)]
    held_out = {row.file for row in tables.jhmdb(labelled, "test")}
    assert len(held_out) == 268
    assert not held_out & {row.file for row in rows}
    assert all(tables.ROOM in row.file for row in rows if row.file.startswith("le2i"))
    a, b = tables.halves(rows)
    assert sorted(a + b) == sorted(rows)
    assert not {row.subject for row in a} & {row.subject for row in b}
    assert 0.4 < len(a) / len(rows) < 0.6


@pytest.mark.shared
def test_every_stretch_lies_inside_its_video_and_before_the_fall(shared: Path) -> None:
    """A slip in the table would make falls of walking."""
    labelled = shared / "labelled_videos"
    with (labelled / "le2i.csv").open(newline="") as file:
        videos = {row["clip"]: row for row in csv.DictReader(file) if row["room"] == tables.ROOM}
    rows = list(tables.coffee_room(labelled))
    assert {"falling", "lying", "walking", "sitting", "standing", "standing_up"} <= {row.label for row in rows}
    for row in rows:
        video = videos[row.file.removeprefix("le2i/")]
        begin, end, frames = (int(video[key]) / float(video["fps"]) for key in ("fall_start", "fall_end", "frames"))
        if row.label not in {"falling", "lying"}:
            assert float(row.start) < float(row.end) <= begin + 0.05, row
        elif row.label == "lying":
            assert end < float(row.start) < frames


def test_no_moment_of_a_room_has_two_labels() -> None:
    """What was labelled by looking says one thing of each moment, or training learns both of it."""
    with tables.STRETCHES.open(newline="") as file:
        rows = sorted((int(row["clip"]), float(row["start"]), float(row["end"])) for row in csv.DictReader(file))
    assert rows
    for (video, _, end), (another, start, _) in pairwise(rows):
        assert video != another or end <= start, video


def test_a_table_is_read_by_extract(tmp_path: Path) -> None:
    """`haredge extract` takes the table as it is written, several stretches of a video included."""
    rows = [
        tables.Row("a.mp4", "0.5", "1.5", "walking", "anna"),
        tables.Row("a.mp4", "2", "", "lying", "anna"),
        tables.Row("b.mp4", "", "", "waving", "bob"),
    ]
    assert tables.write(tmp_path / "t.csv", rows) == 3
    first, second = list_videos(tmp_path / "t.csv")
    assert [(cut.label, cut.start_s, cut.group) for cut in first.cuts] == [
        ("walking", 0.5, "anna"),
        ("lying", 2.0, "anna"),
    ]
    assert second.cuts[0].label == "waving"
