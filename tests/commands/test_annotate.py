"""``haredge annotate``, from the command line to the files."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed
from small_disk import fill

from haredge.commands import annotate
from haredge.core.errors import ConfigError
from haredge.sources.video import VideoFile
from haredge.video.draw.encode import as_png


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with models and a video the current one."""
    installed.pose_model(tmp_path / "models")
    installed.activity_model(tmp_path / "models")
    installed.exercise_film(tmp_path / "film.mp4")
    (tmp_path / "config.yaml").write_text("pose: {model: dots}\nactivity: {model: arms}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    annotate.add_arguments(parser)
    return parser.parse_args(words)


def haredge(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "haredge", "annotate", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_film_becomes_a_video_a_table_and_a_time_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The real pipeline reports what the video shows, and every frame is in the result."""
    assert annotate.run(parsed("film.mp4", "-o", "out.webm", "--activities", "out.json", "--timeline", "out.png")) == 0
    activities = json.loads((here / "out.json").read_text())
    assert [row["activity"] for row in activities] == ["unknown", "arms_down", "arms_up"]
    assert activities[2]["start_s"] == pytest.approx(2, abs=0.6)
    assert len(list(VideoFile(here / "out.webm"))) == 60
    assert (here / "out.png").read_bytes().startswith(b"\x89PNG")
    assert "arms up" in capsys.readouterr().out


def test_a_suffix_in_capitals_means_the_same(here: Path) -> None:
    """A table that ends in .JSON is JSON, and not CSV under that name."""
    words = ("film.mp4", "--out", "OUT.WEBM", "--activities", "OUT.JSON", "--timeline", "OUT.PNG")
    assert annotate.run(parsed(*words)) == 0
    assert [row["activity"] for row in json.loads((here / "OUT.JSON").read_text())][-1] == "arms_up"


def test_a_film_without_people_has_no_activity(here: Path) -> None:
    """And is written all the same."""
    installed.film(here / "empty.mp4", [installed.nobody()] * 20)
    assert annotate.run(parsed("empty.mp4", "--activities", "out.csv")) == 0
    assert [line.split(",")[3] for line in (here / "out.csv").read_text().splitlines()[1:]] == ["no_person"]
    assert (here / "empty.annotated.webm").exists()


def test_progress_can_be_read_by_a_program(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line: shares of 0 to 1, and the table at the end."""
    annotate.run(parsed("film.mp4", "--progress=json"))
    *shares, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert shares
    assert all(0 <= line["share"] <= 1 for line in shares)
    assert "arms up" in last["done"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_name_is_shown_and_not_obeyed(jobs: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A video may be called what a terminal would obey, in this process or in one of several."""
    installed.film(here / "short.mp4", [installed.nobody()] * 4)
    for name in ("e\x1b[31m\n\u202e\udcff", "another"):
        Path(f"{name}.mp4").symlink_to("short.mp4")
    assert annotate.run(parsed("e\x1b[31m\n\u202e\udcff.mp4", "another.mp4", "-j", jobs)) == 0
    said = capsys.readouterr().out
    assert all(line.isprintable() for line in said.splitlines())
    shown = "e\\x1b[31m\\n\\u202e\\udcff"
    assert f"{shown}.mp4 -> {shown}.annotated.webm\n" in said


def test_one_bad_film_does_not_stop_the_others(here: Path) -> None:
    """It is named in a line; the exit status says that something failed."""
    (here / "bad.mp4").write_text("not a video")
    for jobs in ("1", "2"):
        done = haredge("bad.mp4", "film.mp4", "-o", f"out{jobs}", "-j", jobs)
        assert done.returncode == 1
        assert done.stderr.startswith("haredge: cannot read the video bad.mp4")
        assert "arms up" in done.stdout
        assert [path.name for path in (here / f"out{jobs}").iterdir()] == ["film.annotated.webm"]


def test_an_address_is_told_and_leaves_no_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only files are annotated; folders for results are made once a video can be read."""
    with pytest.raises(SystemExit, match="2"):
        parsed("RTSP://me:hunter2@host.example/x.mp4")
    assert "RTSP://***@host.example/x.mp4: is an address; download what is there" in capsys.readouterr().err
    assert annotate.run(parsed("none.mp4", "-o", "new/out.webm")) == 1
    assert {path.name for path in here.iterdir()} == {"models", "film.mp4", "config.yaml"}


def test_links_that_lead_round_in_circles_are_reported_in_one_line(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file is behind them."""
    (here / "loop.mp4").symlink_to("loop.mp4")
    assert annotate.run(parsed("loop.mp4")) == 1
    assert capsys.readouterr().err.startswith("haredge: cannot read the video loop.mp4: Too many levels of symbolic")


def test_a_photograph_is_no_video(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In place of a video of one frame, in which no activity can be, there is a hint at what takes images."""
    (here / "photo.mp4").write_bytes(as_png(installed.nobody()))
    assert annotate.run(parsed("photo.mp4")) == 1
    words = "cannot read the video photo.mp4: it is a single image: `haredge recognise` takes images"
    assert capsys.readouterr().err == f"haredge: {words}\n"
    assert not (here / "photo.annotated.webm").exists()


def test_an_image_of_an_image_is_what_another_command_makes() -> None:
    """Who wants a photograph annotated is given the command that does it, with their own names in it."""
    with pytest.raises(ConfigError) as refused:
        annotate.planned(parsed("-o", "out.jpg", "my photo.jpg"))
    assert "`haredge recognise --out=out.jpg -- 'my photo.jpg'`" in str(refused.value)
    with pytest.raises(ConfigError, match=r"ends in \.webm or \.mp4"):  # that command makes none, either
        annotate.planned(parsed("-o", "out.tif", "photo.tif"))


def test_an_interrupt_leaves_no_half_video(here: Path) -> None:
    """Neither alone nor with several processes at once; the status says that it was interrupted."""
    installed.film(here / "long.mp4", [installed.person(arms_up=True)] * 900)
    command = [sys.executable, "-m", "haredge", "annotate", "long.mp4", "--progress=json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 130
    assert {path.name for path in here.iterdir()} == {"models", "film.mp4", "config.yaml", "long.mp4"}


def test_limits_refuse_a_film_before_anything_is_done(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that takes videos of strangers needs them: a few bytes may be hours of work."""
    installed.film(here / "big.mp4", [installed.nobody((1000, 1000))] * 1001)
    assert annotate.run(parsed("film.mp4", "--longest=3")) == 1
    assert annotate.run(parsed("film.mp4", "--largest=200")) == 1
    assert annotate.run(parsed("big.mp4", "--most-gigapixels=1")) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "haredge: film.mp4: it is too long (0:04): at most 0:03",
        "haredge: film.mp4: its image of 320 x 240 is too large: at most 200 pixels a side",
        "haredge: big.mp4: it has too many pixels (1000 x 1000, 1001 frames: 1 gigapixels): at most 1 gigapixels",
    ]


def test_results_that_cannot_be_written_are_told_in_one_line(here: Path) -> None:
    """A file where a folder is needed, and a name that the result's ending makes too long."""
    long = here / f"{'f' * 245}.mp4"
    (here / "film.mp4").rename(long)
    for words in ((str(long), "-o", "config.yaml/out.webm"), (str(long),)):
        done = haredge(*words)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
        assert done.stderr.startswith("haredge: cannot ")


@pytest.mark.parametrize("option", ["--out=film.webm", "--out=film.mp4", "--activities=out.csv", "--timeline=out.png"])
def test_a_full_disk_leaves_no_file(option: str, here: Path, disk: Path) -> None:
    """One line that names it and status 1, whichever of the results there is no room for."""
    filler, (name, file) = fill(disk), option.split("=")
    done = haredge(str(here / "film.mp4"), f"{name}={disk / file}", "--progress=none")
    said = f"haredge: cannot write {disk / file}: No space left on device\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert list(disk.iterdir()) == [filler]


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_so_many_films_at_once_is_a_number_from_one(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And the message says so, in words that are not the program's inside."""
    with pytest.raises(SystemExit):
        parsed("film.mp4", "-j", jobs)
    assert f"{jobs}: a whole number from 1 is needed" in capsys.readouterr().err


def results(*words: str) -> list[str]:
    return [str(task.out) for task in annotate.planned(parsed(*words))]


def test_where_results_go(here: Path) -> None:
    """Beside the video; where -o says, which alone names a result; into a folder for several."""
    (here / "folder").mkdir()
    (here / "b.mp4").touch()
    assert results("film.mp4") == ["film.annotated.webm"]
    assert results("film.mp4", "out.mp4") == ["film.annotated.webm", "out.annotated.webm"]
    assert results("film.mp4", "-o", "out.webm") == ["out.webm"]
    assert results("film.mp4", "-o", "folder") == ["folder/film.annotated.webm"]
    assert results("film.mp4", "b.mp4") == ["film.annotated.webm", "b.annotated.webm"]
    assert results("film.mp4", "b.mp4", "-o", "new") == ["new/film.annotated.webm", "new/b.annotated.webm"]
    (task,) = annotate.planned(parsed("film.mp4", "--activities", "folder", "--timeline", "folder"))
    assert (task.activities, task.timeline) == (Path("folder/film.csv"), Path("folder/film.png"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("film.mp4", "-o", "film.mp4"), "video itself"),
        (("film.mp4", "-o", "config.yaml"), "ends in .webm or .mp4"),
        (("film.mp4", "-o", "there.webm"), "exists already; --force"),
        (("film.mp4", "there.webm", "-o", "one.webm"), "name a folder"),
        (("film.mp4", "sub/film.avi", "-o", "sub"), "two videos would be written"),
        (("film.mp4", "--activities", "a.txt"), "ends in .csv or .json"),
    ],
)
def test_nothing_is_overwritten_by_accident(here: Path, words: tuple[str, ...], said: str) -> None:
    """Every result is checked before the first video is read."""
    (here / "there.webm").touch()
    (here / "sub").mkdir()
    (here / "sub/film.avi").touch()
    with pytest.raises(ConfigError, match=said):
        results(*words)


def test_force_overwrites(here: Path) -> None:
    """But never a video that is read."""
    (here / "there.webm").touch()
    assert results("film.mp4", "-o", "there.webm", "--force") == ["there.webm"]
    with pytest.raises(ConfigError):
        results("film.mp4", "-o", "film.mp4", "--force")
