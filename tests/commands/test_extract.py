"""Promises of ``haredge extract``: what is there is not redone, no half file is left, what is skipped is listed."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from children import started

pytest.importorskip("ai_edge_litert")

import installed
from deadline import wait_until

from haredge import cli
from haredge.datasets.recording import Recording


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a folder with a pose network and videos of two labels the current one."""
    installed.pose_model(tmp_path / "models")
    (tmp_path / "config.yaml").write_text("pose: {model: dots}\n")
    for label, arms_up in (("arms up", True), ("down", False)):
        (tmp_path / "videos" / label).mkdir(parents=True)
        for index in range(2):
            film(tmp_path / "videos" / label / f"{index}.mp4", arms_up=arms_up)
    monkeypatch.chdir(tmp_path)
    terminate = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, terminate)


def film(path: Path, *, arms_up: bool, frames: int = 12) -> Path:
    return installed.film(path, [installed.person(arms_up=arms_up)] * frames)


def extract(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert cli.main(["extract", *words, "--json", "-j", "1"]) == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def test_a_folder_of_videos_becomes_recordings(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary shows what there is, by label; labels and groups are in the files."""
    assert cli.main(["extract", "videos", "-o", "out", "-j", "2"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("4 clips of 2 labels; 4 videos to read (pose network dots, 15 Hz)\n")
    assert "  arms up                   2 recordings\n" in told
    recordings = [Recording.load(path) for path in sorted((here / "out").rglob("*.npz"))]
    assert [(each.about.label, each.about.name, each.about.group) for each in recordings] == [
        ("arms up", "0.mp4", "arms up/0.mp4"),
        ("arms up", "1.mp4", "arms up/1.mp4"),
        ("down", "0.mp4", "down/0.mp4"),
        ("down", "1.mp4", "down/1.mp4"),
    ]
    assert {len(each.times) for each in recordings} == {12}


def test_what_is_there_is_not_redone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless it was made in another way, or is damaged; then that one alone is made again, and is the same."""
    assert extract(capsys, "videos", "-o", "out")["recorded"] == {"arms up": 2, "down": 2}
    first = installed.contents(here / "out")
    again = extract(capsys, "videos", "-o", "out")
    assert (again["recorded"], again["there_before"]) == ({}, {"arms up": 2, "down": 2})
    damaged = here / "out/down/1.mp4.npz"
    damaged.write_bytes(damaged.read_bytes()[:100])
    assert extract(capsys, "videos", "-o", "out")["recorded"] == {"down": 1}
    assert installed.contents(here / "out") == first
    assert extract(capsys, "videos", "-o", "out", "--rate-hz", "5")["recorded"] == {"arms up": 2, "down": 2}
    assert len(Recording.load(damaged).times) == 4


def test_another_video_of_the_same_name_is_not_taken_for_recorded(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next day's folder has a 0.mp4, too: it is skipped with the way out, and nothing is lost."""
    assert cli.main(["extract", "videos", "-o", "out", "-j", "1"]) == 0
    first = installed.contents(here / "out")
    (here / "tuesday/down").mkdir(parents=True)
    film(here / "tuesday/down/0.mp4", arms_up=False, frames=30)
    film(here / "tuesday/down/2.mp4", arms_up=False, frames=30)
    capsys.readouterr()
    said = extract(capsys, "tuesday", "-o", "out")
    assert said["recorded"] == {"down": 1}
    with (here / "out/skipped.csv").open() as table:
        (skipped,) = csv.DictReader(table)
    assert skipped["file"] == "down/0.mp4"
    assert skipped["reason"] == "out/down/0.mp4.npz is of another video of this name; remove it, or use another folder"
    assert installed.contents(here / "out").items() >= first.items()
    (here / "out/down/0.mp4.npz").unlink()
    assert extract(capsys, "tuesday", "-o", "out")["recorded"] == {"down": 1}
    assert len(Recording.load(here / "out/down/0.mp4.npz").times) == 30


def test_recordings_without_the_size_of_their_video_are_not_redone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of before were made just so."""
    assert extract(capsys, "videos", "-o", "out")["recorded"] == {"arms up": 2, "down": 2}
    for path in (here / "out").rglob("*.npz"):
        recording = Recording.load(path)
        assert recording.about.video_bytes
        replace(recording, about=recording.about.model_copy(update={"video_bytes": None})).save(here / "out")
    assert extract(capsys, "videos", "-o", "out")["recorded"] == {}


def test_one_bad_video_is_skipped_and_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name and reason, at the end and in a table; once it is corrected the table goes."""
    bad = here / "videos/down/bad.mp4"
    bad.write_text("no video")
    assert cli.main(["extract", "videos", "-o", "out", "-j", "1"]) == 0
    told = capsys.readouterr().out
    assert "down                      2 recordings of 3" in told
    assert "1 skipped" in told
    assert "  down/bad.mp4: cannot read the video" in told
    with (here / "out/skipped.csv").open() as table:
        (row,) = csv.DictReader(table)
    assert (row["file"], row["label"]) == ("down/bad.mp4", "down")
    assert "no video in it that can be decoded" in row["reason"]
    film(bad, arms_up=False)
    assert extract(capsys, "videos", "-o", "out")["recorded"] == {"down": 1}
    assert not (here / "out/skipped.csv").exists()


def test_a_name_is_shown_and_not_obeyed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A video may be called what a terminal would obey; in the table of what was skipped it has its own name."""
    odd, below = "b\x1b[31m\u202e.mp4", here / "folder\udcff"
    (here / "videos").rename(below)
    (below / "down" / odd).write_text("no video")
    assert cli.main(["extract", str(below), "-o", "out", "-j", "1"]) == 0
    said = capsys.readouterr().out
    assert all(line.isprintable() for line in said.splitlines())
    assert "  down/b\\x1b[31m\\u202e.mp4: cannot read the video" in said
    with (here / "out/skipped.csv").open() as table:
        (row,) = csv.DictReader(table)
    assert row["file"] == f"down/{odd}"
    assert cli.main(["extract", str(below), "-o", "out", "-j", "1", "--json"]) == 0
    line = capsys.readouterr().out.removesuffix("\n")
    assert line.isprintable()
    assert json.loads(line)["skipped"][0]["file"] == f"down/{odd}"


def test_one_video_under_two_names_is_one_group(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is read once, and its pieces are never on both sides of a split."""
    (here / "clips.csv").write_text("videos/down/0.mp4,,0.4,up\n./videos/down/0.mp4,0.4,,up\n")
    assert cli.main(["extract", "clips.csv", "-o", "out", "-j", "1"]) == 0
    assert "2 clips of 1 label; 1 video to read" in capsys.readouterr().out
    recordings = [Recording.load(path) for path in (here / "out").rglob("*.npz")]
    assert [each.about.group for each in recordings] == ["videos/down/0.mp4"] * 2


def test_what_was_recorded_of_a_video_that_has_moved_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who moves a video to its right label learns that the recording under the wrong one is still trained on."""
    assert extract(capsys, "videos", "-o", "out")["others"] == []
    (here / "videos/down/1.mp4").rename(here / "videos/arms up/2.mp4")
    assert cli.main(["extract", "videos", "-o", "out"]) == 0
    said = capsys.readouterr().out
    assert "1 more recording of a video or label that was not given, as out/down/1.mp4.npz: training learns" in said


def test_nothing_at_all_is_a_failure(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script notices."""
    (here / "clips.csv").write_text("gone.mp4,,,wave\nvideos/down/0.mp4,10,12,wave\n")
    assert cli.main(["extract", "clips.csv", "-o", "out", "-j", "1"]) == 1
    shown = capsys.readouterr()
    assert "haredge: clips.csv: nothing could be recorded; out/skipped.csv has the reasons\n" in shown.err
    assert "videos/down/0.mp4 (10 to 12): it begins at 10.0 s, but the video ends at 0.7 s" in shown.out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("nowhere", "-o", "out"), 1, "nowhere: no such file or folder"),
        (("videos", "-o", "out", "--rate-hz", "2"), 78, "2 poses per second: 4 to 120 are possible"),
        (("videos", "-o", "out", "--pose-model", "none"), 78, "no model 'none' is installed"),
        (("videos", "-o", "config.yaml"), 1, "cannot write recordings into config.yaml: File exists"),
    ],
)
def test_mistakes_are_one_line(
    here: Path, words: Sequence[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the right exit status."""
    assert cli.main(["extract", *words, "-j", "1"]) == status
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"haredge: {said}")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_goes_on_where_it_was(here: Path, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    """No half file is there, and the second run makes what the first has not: nothing is lost or made twice."""
    for index in range(12):
        film(here / "videos/down" / f"long{index}.mp4", arms_up=False, frames=90)
    command = [sys.executable, "-m", "haredge", "extract", "videos", "-o", "out", "-j", "2"]
    process = started(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    wait_until(lambda: any((here / "out").rglob("*.npz")), "the first recording", 100)
    process.send_signal(number)
    said, errors = process.communicate()
    assert process.returncode == (-number if number == signal.SIGKILL else 130)
    assert "Traceback" not in errors
    whole = installed.contents(here / "out")
    assert 1 <= len(whole) < 16
    assert number == signal.SIGKILL or f"stopped with {len(whole)} of 16 clips recorded; run it again" in said
    told = extract(capsys, "videos", "-o", "out")
    made, there = (sum(told[key].values()) for key in ("recorded", "there_before"))  # type: ignore[attr-defined]
    assert (there, made) == (len(whole), 16 - len(whole))
    after = installed.contents(here / "out")
    assert {path: after[path] for path in whole} == whole
    assert len(after) == 16


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python cannot leave the current folder out")
@pytest.mark.parametrize(
    ("safe", "status", "told"), [(None, 0, "2 recordings"), ("", 1, "reading it ended the process")]
)
def test_programs_that_lie_among_videos_are_not_run(here: Path, safe: str | None, status: int, told: str) -> None:
    """A downloaded data set may hold them; where they are wanted, a process that ends as it starts ends no other."""
    (here / "selectors.py").write_text("raise SystemExit(3)\n")
    launcher = here / "bin" / "haredge"
    launcher.parent.mkdir()
    launcher.write_text("import sys\nfrom haredge.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    environment |= {} if safe is None else {"PYTHONSAFEPATH": safe}
    command = [sys.executable, str(launcher), "extract", "videos", "-o", "out", "-j", "1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, told in done.stdout) == (status, True)
    assert "Traceback" not in done.stderr
