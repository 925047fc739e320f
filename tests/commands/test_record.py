"""Promises of ``haredge record``: takes of poses with a label, each kept once it is finished."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import started

pytest.importorskip("ai_edge_litert")

import installed

from haredge import cli
from haredge.datasets.recording import Recording


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a folder with a pose network and a video the current one."""
    installed.pose_model(tmp_path / "models")
    (tmp_path / "config.yaml").write_text("pose: {model: dots}\n")
    person, nobody = installed.person(arms_up=True), installed.nobody()
    installed.film(tmp_path / "film.mp4", [person] * 16 + [nobody] * 16 + [person] * 8 + [nobody] * 8)
    monkeypatch.chdir(tmp_path)
    terminate = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, terminate)


def recordings(folder: Path) -> list[Recording]:
    return [Recording.load(path) for path in sorted(folder.rglob("*.npz"))]


def record(*words: str) -> int:
    return cli.main(["record", "--label", "hands / up", "--seconds", "1", *words])


def test_takes_become_recordings_and_are_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each says in how many frames a person was detected; one without any is not kept, nor one cut short."""
    assert record("--source", "film.mp4", "--count", "9") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("hands / up: 9 takes of 1 s from film.mp4; Ctrl-C")
    assert told[1] == "take 1 of 9  a person was detected in 15 of 15 frames"
    assert told[2] == "take 2 of 9  not kept: no person detected in its 15 frames; is all of you in view?"
    assert told[3].startswith("take 3 of 9  a person was detected in 8 of 15 frames only; is all of you in view?")
    assert told[4] == "film.mp4 has ended"
    assert told[5].startswith("2 takes of hands / up recorded in recordings/hands_up-")
    first, third = recordings(here / "recordings")
    assert (len(first.times), first.frames, len(third.times), third.frames) == (15, 15, 8, 15)
    assert first.about.label == "hands / up"
    assert first.about.name != third.about.name


def test_a_take_with_someone_in_one_frame_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not kept, but the line does not say that no person was detected."""
    person, nobody = installed.person(arms_up=True), installed.nobody()
    installed.film(here / "passing.mp4", [nobody] * 7 + [person] + [nobody] * 8)
    assert record("--source", "passing.mp4", "--count", "1") == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("hands / up: 1 take of 1 s")
    assert told[1].endswith("not kept: a person was detected in 1 of its 15 frames only; is all of you in view?")


def test_a_take_with_too_few_frames_for_a_window_is_not_kept(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Training would leave it out; the person may well have been in view all the time."""
    installed.film(here / "slow.mp4", [installed.person(arms_up=True)] * 9, rate_hz=2)
    assert record("--source", "slow.mp4", "--count", "1", "--seconds", "3") == 1
    (told,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("take 1")]
    assert "not kept: a person was detected in 6 of its 6 frames, but never twice within 0.4 s" in told
    assert told.endswith("so it fills no window; the source's frames are too far apart")
    assert not (here / "recordings").exists()


def test_takes_of_one_sitting_or_person_are_a_group(here: Path) -> None:
    """They are never on both sides of a split; a second recording session overwrites nothing of the first."""
    for _ in range(2):
        assert record("--source", "film.mp4", "--count", "1", "--out", "a") == 0
        assert record("--source", "film.mp4", "--count", "1", "--out", "b", "--subject", "anna") == 0
    assert len({each.about.group for each in recordings(here / "a")}) == 2
    assert [each.about.group for each in recordings(here / "b")] == ["anna", "anna"]


def test_each_person_may_have_a_recording(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whose name says which of them it is; the take counts once."""
    assert record("--source", "film.mp4", "--count", "1", "--person", "all", "--subject", "anna") == 0
    (recording,) = recordings(here / "recordings")
    assert (recording.about.person, recording.about.number, recording.about.of) == ("all", 1, 1)
    assert next((here / "recordings").rglob("*.npz")).name.endswith("-01+person1.npz")
    assert "1 take of hands / up recorded" in capsys.readouterr().out


def test_nobody_in_any_take_is_a_failure(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says so, and nothing is written."""
    installed.film(here / "empty.mp4", [installed.nobody()] * 40)
    assert record("--source", "empty.mp4", "--count", "2") == 1
    assert capsys.readouterr().err == "haredge: nothing was recorded from empty.mp4\n"
    assert not (here / "recordings").exists()


def test_people_in_a_mirror_are_not_recorded(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the configuration says that there is no one, no one is."""
    whole = "[[0, 0], [1, 0], [1, 1], [0, 1]]"
    (here / "mirror.yaml").write_text(f"zones: {{mirror: {{polygon: {whole}, ignore: true}}}}\n")
    assert record("--source", "film.mp4", "--count", "1", "--config", "mirror.yaml", "--pose-model", "dots") == 1
    assert "not kept: no person detected in its 15 frames" in capsys.readouterr().out


def test_takes_that_could_not_be_written_are_not_recorded(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who has done their squats for a minute does not learn afterwards that these are lost."""
    (here / "notes").write_text("")
    assert record("--source", "film.mp4", "--count", "1", "--out", "notes/mine") == 1
    reported = capsys.readouterr()
    assert reported.err == (
        "haredge: cannot write recordings into notes/mine: "
        f"{here / 'notes'} may not be written; name another by --out\n"
    )
    assert reported.out == ""


def test_no_picture_is_stored(here: Path) -> None:
    """A recording of a second is a few kilobytes: fifteen skeletons of seventeen points."""
    assert record("--source", "film.mp4", "--count", "1") == 0
    files = [path for path in (here / "recordings").rglob("*") if path.is_file()]
    assert [path.suffix for path in files] == [".npz"]
    assert files[0].stat().st_size < 15 * (17 * 3 * 4 + 8) + 2500


@pytest.mark.parametrize(
    "words",
    [
        ("--label", " "),
        ("--label", "unknown"),
        ("--subject", ""),
        ("--subject", "\udcff"),
        ("--subject", "\x1b[31manna"),
        ("--seconds", "0"),
        ("--seconds", "0,5"),
        ("--seconds", "nan"),
        ("--count", "0"),
        ("--countdown", "-1"),
    ],
)
def test_wrong_usage_is_told(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """With the option and what is possible, before the camera is opened."""
    with pytest.raises(SystemExit) as ended:
        record(*words)
    assert ended.value.code == 2
    assert f"argument {words[0]}: " in capsys.readouterr().err


def test_a_video_and_a_network_may_have_any_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are not UTF-8, and what a terminal would obey: neither a traceback nor a code that is obeyed."""
    odd = "f\x1b[31m\udcff"
    Path(f"{odd}.mp4").symlink_to("film.mp4")
    Path(f"{odd}.tflite").symlink_to(next(here.glob("models/dots/*.tflite")))
    assert record("--source", f"{odd}.mp4", "--count", "1", "--pose-model", f"./{odd}.tflite", "--out", odd) == 0
    (recording,) = recordings(here / odd)
    assert recording.about.source == "f\x1b[31m\N{REPLACEMENT CHARACTER}.mp4"
    said = capsys.readouterr().out
    assert all(line.isprintable() for line in said.splitlines())
    assert "recorded in f\\x1b[31m\\udcff/hands_up" in said


# The shipped network knows the synthetic person; the small one of these tests does not.
SHIPPED = str(Path(__file__).parents[2] / "models/pose")
DRAWN = "script=waving:600&size=320x240"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_the_takes_that_are_finished(here: Path, number: int) -> None:
    """And says how many they are."""
    command = [sys.executable, "-m", "haredge", "record", "--label", "up", "--seconds", "1", "--count", "500"]
    command += ["--source", f"test:?live=no&{DRAWN}", "--pose-model", SHIPPED]
    process = started(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    assert process.stdout
    while not process.stdout.readline().startswith("take 4"):  # the synthetic person comes in first
        assert process.poll() is None
    process.send_signal(number)
    told, errors = process.communicate()
    kept = len(recordings(here / "recordings"))
    assert kept >= 2
    assert (process.returncode, errors) == (130, "")
    assert told.splitlines()[-1] == f"{kept} takes of up recorded in recordings/up"


def test_on_a_terminal_a_person_is_told_when(here: Path) -> None:
    """A countdown, whether they are seen, how far the take is, and a bell at its beginning and end."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "haredge", "record", "--label", "up", "--seconds", "1", "--count", "1"]
    command += ["--source", f"test:?fps=10&{DRAWN}", "--countdown", "3", "--pose-model", SHIPPED]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = "".join(iter(lambda: _read(ours), ""))
    os.close(ours)
    assert process.returncode == 0, shown
    assert shown.index("take 1 of 1  get ready: 3") < shown.index("\a") < shown.index("#-")
    assert shown.index("get ready: 1  in view") < shown.index("\a")
    assert shown.count("\a") == 2
    assert "1 take of up recorded in recordings/up" in shown


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode()
    except OSError:  # the other end is closed
        return ""
