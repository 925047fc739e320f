"""Promises of the list of videos: nothing is missed or counted twice, a table's mistakes are reported with place."""

from __future__ import annotations

import math
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.core.errors import DataError
from haredge.extraction.listing import Cut, list_videos


def table(folder: Path, text: str) -> Path:
    (folder / "clips.csv").write_text(text)
    return folder / "clips.csv"


def cuts(folder: Path, text: str) -> list[Cut]:
    return [cut for video in list_videos(table(folder, text)) for cut in video.cuts]


def test_a_folder_names_the_labels(tmp_path: Path) -> None:
    """Videos lie in a label's folder or below; what is hidden, or no video, is none of them."""
    for name in (
        "sit down/a.mp4",
        "sit down/day 2/a.MP4",
        "wave/b.webm",
        "wave/._b.webm",
        "wave/notes.txt",
        ".x/c.mp4",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    videos = list_videos(tmp_path)
    assert [(video.source, video.path) for video in videos] == [
        (name, tmp_path / name) for name in ("sit down/a.mp4", "sit down/day 2/a.MP4", "wave/b.webm")
    ]
    assert [video.cuts for video in videos] == [
        (Cut("a.mp4", "sit down", "sit down/a.mp4"),),
        (Cut("day 2/a.MP4", "sit down", "sit down/day 2/a.MP4"),),
        (Cut("b.webm", "wave", "wave/b.webm"),),
    ]


def test_what_is_no_video_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A label whose folder is empty, or has nothing but GIFs, would else be missing from the model in silence."""
    (tmp_path / "clap").mkdir()
    for name in ("sit/a.mp4", "sit/b.gif", "wave/a.gif", "wave/b.gif", "jump/a.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert {video.cuts[0].label for video in list_videos(tmp_path)} == {"jump", "sit"}
    assert [record.getMessage().removeprefix(f"{tmp_path}/") for record in caplog.records] == [
        "clap: no video in it; an empty folder",
        "sit: files that are no videos are passed over (1 .gif)",
        "wave: no video in it; files that are no videos are passed over (2 .gif)",
    ]


def test_links_that_lead_nowhere_are_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of videos on a disk that is not mounted it is not said that their folder is empty."""
    for label in ("waving", "squat"):
        (tmp_path / label).mkdir()
    (tmp_path / "waving" / "1.mp4").touch()
    (tmp_path / "squat" / "1.mp4").symlink_to("/nowhere/1.mp4")
    assert [video.source for video in list_videos(tmp_path)] == ["waving/1.mp4"]
    assert caplog.messages == [
        f"{tmp_path}: 1 link that leads nowhere passed over, as {tmp_path}/squat/1.mp4: is a disk not mounted?",
        f"{tmp_path}/squat: no video in it; links that lead nowhere",
    ]


def test_a_name_that_is_not_utf_8_is_no_obstacle(tmp_path: Path) -> None:
    """Old archives have such names."""
    (tmp_path / "wave").mkdir()
    Path(f"{tmp_path}/wave/caf\udce9.mp4").touch()
    (video,) = list_videos(tmp_path)
    assert video.path.exists()
    assert video.cuts[0].name == "caf\N{REPLACEMENT CHARACTER}.mp4"


def test_a_video_alone_is_not_read_as_a_table(tmp_path: Path) -> None:
    """The message does not ask for it as text, nor in parts if it is long."""
    (tmp_path / "alone.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42\xff")
    with pytest.raises(DataError, match=r"alone\.mp4: a video alone has no label: give the folder that holds"):
        list_videos(tmp_path / "alone.mp4")


def test_a_folder_without_labels_is_reported(tmp_path: Path) -> None:
    """A video without a label would be left out silently."""
    with pytest.raises(DataError, match="no videos in it"):
        list_videos(tmp_path)
    (tmp_path / "loose.mp4").touch()
    with pytest.raises(DataError, match=r"loose\.mp4: it is in no label's folder: give the folder that holds"):
        list_videos(tmp_path)
    (tmp_path / "loose.mp4").unlink()
    (tmp_path / "no_person").mkdir()
    (tmp_path / "no_person/a.mp4").touch()
    with pytest.raises(DataError, match="invalid label 'no_person': haredge itself reserves it"):
        list_videos(tmp_path)
    with pytest.raises(DataError, match="no such file"):
        list_videos(tmp_path / "nowhere")


def test_a_table_with_and_without_heading(tmp_path: Path) -> None:
    """Columns in their usual order need no heading; with one their order is free, and file and label are enough."""
    rows = [Cut("a.mp4_1.5-63", "wave", "a.mp4", 1.5, 63.0), Cut("b.mp4", "squat", "b.mp4")]
    assert cuts(tmp_path, "a.mp4,1.5,1:03,wave\nb.mp4,,,squat\n") == rows
    assert cuts(tmp_path, "\ufeffLabel, End ,start,FILE\nwave,0:01:03,1.5,a.mp4\n\nsquat,,,b.mp4\n") == rows
    assert cuts(tmp_path, "file,label,group\nb.mp4,squat,anna\n") == [Cut("b.mp4", "squat", "anna")]
    assert cuts(tmp_path, "b.mp4,0,,squat,anna\nc.mp4,2,,squat,\n") == [
        Cut("b.mp4", "squat", "anna"),
        Cut("c.mp4_2-end", "squat", "c.mp4", 2.0, math.inf),
    ]


def test_a_video_is_read_once_for_all_its_cuts(tmp_path: Path) -> None:
    """And its file is looked for beside the table."""
    (video, other) = list_videos(table(tmp_path, "a.mp4,0,1,wave\nsub/b.mp4,0,1,wave\na.mp4,1,2,squat\n"))
    assert [cut.label for cut in video.cuts] == ["wave", "squat"]
    assert {cut.group for cut in video.cuts} == {"a.mp4"}
    assert other.path == tmp_path / "sub/b.mp4"


@pytest.mark.parametrize(
    "other",
    [
        "./a.mp4",
        ".//a.mp4",
        "sub/../a.mp4",
        "{here}/a.mp4",
        "link.mp4",
        "way/a.mp4",
        "hard.mp4",
        "{here}/sub/../link.mp4",
    ],
)
def test_one_file_is_one_video_however_it_is_named(tmp_path: Path, other: str) -> None:
    """Without a subject all that is cut from it stays together, and it is read once: through dots and links, too."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.mp4").touch()
    (tmp_path / "link.mp4").symlink_to("a.mp4")
    (tmp_path / "way").symlink_to(".")
    (tmp_path / "hard.mp4").hardlink_to(tmp_path / "a.mp4")
    rows = f"a.mp4,,1.5,walking\n{other.format(here=tmp_path)},1.5,,walking\na.mp4,0,1,waving,anna\n"
    rows = "file,start,end,label,subject\n" + rows.replace("walking\n", "walking,\n")
    (video,) = list_videos(table(tmp_path, rows))
    assert [cut.group for cut in video.cuts] == ["a.mp4", "a.mp4", "anna"]
    assert [(cut.start_s, cut.end_s) for cut in video.cuts] == [(0, 1.5), (1.5, math.inf), (0, 1)]
    with pytest.raises(DataError, match="line 2: the same as line 1"):
        cuts(tmp_path, f"a.mp4,1,2,walking\n{other.format(here=tmp_path)},1.0,2,walking\n")


def test_files_that_are_not_here_are_known_by_their_names(tmp_path: Path) -> None:
    """Only the workers of a cluster may see them: names that differ are other files, those with dots are not."""
    rows = "a.mp4,,1,wave\n./a.mp4,1,2,wave\nb.mp4,,1,wave\ncaf\u00e9.mp4,,1,wave\ncafe\u0301.mp4,2,3,wave\n"
    videos = list_videos(table(tmp_path, rows))
    assert [len(video.cuts) for video in videos] == [2, 1, 1, 1]
    # One name in two forms of Unicode: each is read under its own, and what is cut from both stays together.
    assert len({cut.group for video in videos[2:] for cut in video.cuts}) == 1


def test_copies_are_files_of_their_own(tmp_path: Path) -> None:
    """Equal content does not make them one: nothing is read to list them."""
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"video")
    assert {cut.group for cut in cuts(tmp_path, "a.mp4,,,wave\nb.mp4,,,wave\n")} == {"a.mp4", "b.mp4"}


def test_a_video_linked_into_two_folders_is_one_group(tmp_path: Path) -> None:
    """Of folders, too: what is cut from one video is never on both sides of a split."""
    for label in ("sit", "wave"):
        (tmp_path / label).mkdir()
    (tmp_path / "sit/a.mp4").touch()
    (tmp_path / "sit/b.mp4").hardlink_to(tmp_path / "sit/a.mp4")
    (tmp_path / "wave/c.mp4").symlink_to("../sit/a.mp4")
    (tmp_path / "wave/d.mp4").touch()
    found = [(cut.label, cut.name, cut.group) for video in list_videos(tmp_path) for cut in video.cuts]
    assert found == [
        ("sit", "a.mp4", "sit/a.mp4"),
        ("sit", "b.mp4", "sit/a.mp4"),
        ("wave", "c.mp4", "sit/a.mp4"),
        ("wave", "d.mp4", "wave/d.mp4"),
    ]


@pytest.mark.parametrize("time", ["9" * 4400, "9" * 400, f"{'9' * 4400}:00", f"{'9' * 4400}:00:00"])
def test_a_time_of_any_length_is_read_or_refused(tmp_path: Path, time: str) -> None:
    """By line and column, in a line that can be read; zeros behind the point are no obstacle."""
    for row in (f"a.mp4,{time},,wave\n", f"a.mp4,,{time},wave\n"):
        with pytest.raises(DataError, match=r"line 1, column (start|end): '9{60}\.\.\.' is not a time") as reported:
            list_videos(table(tmp_path, row))
        assert len(str(reported.value)) < 500
    (cut,) = cuts(tmp_path, f"a.mp4,1.5{'0' * 4400},,wave\n")
    assert cut.start_s == 1.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.mp4,0,1,wave\na.mp4,x,1,wave\n", "line 2, column start: 'x' is not a time"),
        ("a.mp4,0,nan,wave\n", "line 1, column end: 'nan'"),
        ("a.mp4,0,1:75,wave\n", "line 1, column end: '1:75'"),
        ("a.mp4,-1,2,wave\n", "line 1, column start: '-1'"),
        ("a.mp4,2,2,wave\n", "line 1, column end: 2 does not come after"),
        ("a.mp4,0,1,\n", "line 1, column label: invalid label '': allowed are 1 to 64 characters"),
        ("a.mp4,0,1,unknown\n", "line 1, column label: invalid label 'unknown': haredge itself reserves it"),
        (",0,1,wave\n", "line 1, column file: it is empty"),
        ("a.mp4|0|1|wave\n", "line 1: 1 cell,.*divided by commas, semicolons or tabs"),
        ("a.mp4,0,1,wave\nb.mp4,0,1\n", "line 2: 3 cells"),
        ("Video;Label\na.mp4;wave\n", "line 1: 2 cells, .* a heading names file and label at least"),
        ("file,label,subjct\n", "line 1: column 'subjct'"),
        ("file,label,group,subject\n", "line 1: column 'subject'"),
        ("a.mp4,0,1,wave\nb.mp4,,,wave\na.mp4,0.0,0:01,wave\n", "line 3: the same as line 1"),
        ("file,start,end,label\n", "no videos in it"),
    ],
)
def test_a_mistake_is_reported_by_line_and_column(tmp_path: Path, text: str, said: str) -> None:
    """In a table of thousands of rows the message points to the place to correct."""
    with pytest.raises(DataError, match=said) as reported:
        list_videos(table(tmp_path, text))
    assert len(str(reported.value).splitlines()) == 1


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("heading", ["file{0}start{0}end{0}label\n", ""])
def test_other_separators_and_decimal_commas_are_read(tmp_path: Path, separator: str, heading: str) -> None:
    """As spreadsheets of continental Europe save them."""
    row = separator.join(["a.mp4", "0,5", "1:03,25", "wave"])
    text = f"\ufeff{heading.format(separator)}{row}\n"
    assert cuts(tmp_path, text) == [Cut("a.mp4_0.5-63.25", "wave", "a.mp4", 0.5, 63.25)]


def test_a_label_in_two_forms_of_unicode_is_one(tmp_path: Path) -> None:
    """In folders and tables; the clips of both are kept apart, and files are found under their own names."""
    forms = [unicodedata.normalize(form, "caf\u00e9") for form in ("NFC", "NFD")]
    for form in forms:
        (tmp_path / "videos" / form).mkdir(parents=True)
        (tmp_path / "videos" / form / "a.mp4").touch()
    videos = list_videos(tmp_path / "videos")
    assert all(video.path.exists() for video in videos)
    assert {cut.label for video in videos for cut in video.cuts} == {forms[0]}
    assert sorted(cut.name for video in videos for cut in video.cuts) == ["a.mp4", "a.mp4 (2)"]
    listed = cuts(tmp_path, "".join(f"{index}.mp4,,,{form},{form}\n" for index, form in enumerate(forms)))
    assert {(cut.label, cut.group) for cut in listed} == {(forms[0], forms[0])}


def test_what_systems_leave_is_neither_label_nor_video(tmp_path: Path) -> None:
    """Thumbnails, bins, and what a browser has not finished."""
    for name in (
        "wave/a.mp4",
        "wave/@eaDir/a.mp4",
        "@eaDir/a.mp4",
        "lost+found/a.mp4",
        "wave/.b.mp4.part",
        "$RECYCLE.BIN/b.mp4",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [video.source for video in list_videos(tmp_path)] == ["wave/a.mp4"]


def test_what_is_not_a_table_is_reported(tmp_path: Path) -> None:
    """A spreadsheet, or a video in the table's place."""
    (tmp_path / "clips.xlsx").write_bytes(b"PK\x03\x04\xff\xfe\x00")
    with pytest.raises(DataError, match=r"clips\.xlsx: a spreadsheet.*save it as CSV"):
        list_videos(tmp_path / "clips.xlsx")


TIMES = st.tuples(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))


@given(st.lists(TIMES, min_size=1, max_size=50))
@settings(max_examples=20)
def test_both_ways_to_write_a_time_mean_the_same(times: list[tuple[int, int, int, int]]) -> None:
    """h:mm:ss.sss and seconds."""
    rows = []
    for index, (hours, minutes, seconds, thousandths) in enumerate(times):
        rows.append(f"a{index}.mp4,{hours}:{minutes:02}:{seconds:02}.{thousandths:03},,x")
        rows.append(f"b{index}.mp4,{hours * 3600 + minutes * 60 + seconds}.{thousandths:03},,x")
    with tempfile.TemporaryDirectory() as folder:
        starts_s = [cut.start_s for cut in cuts(Path(folder), "\n".join(rows))]
    assert starts_s[::2] == pytest.approx(starts_s[1::2])


@pytest.mark.parametrize("name", ["videos.zip", "videos.tar.gz", "VIDEOS.TGZ"])
def test_an_archive_is_to_be_unpacked(tmp_path: Path, name: str) -> None:
    """It is not taken for a table that was saved in a form of its own."""
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError, match="an archive: unpack it"):
        list_videos(tmp_path / name)
