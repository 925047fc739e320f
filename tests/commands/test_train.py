"""Tests of what `haredge train` and `haredge evaluate` refuse, before anything is trained."""

from __future__ import annotations

from pathlib import Path

import labelled_images
import own_recordings
import pytest
from extras import needs_training
from motion_files import drawn_people, write_motions

from haredge import cli

EXERCISE = Path(__file__).parents[2] / "models/exercise"


@needs_training
@pytest.mark.parametrize("command", [["train", "--out", "model"], ["evaluate", "--model", str(EXERCISE), "--data"]])
def test_recordings_that_are_not_there_are_one_clear_line(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A path that does not exist, or holds nothing known, is an error of one line that names it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holiday.txt").write_text("sun")
    for missing, words in (("nowhere", "no such file"), ("holiday.txt", "Penn Action")):
        assert cli.main([*command, missing]) == 1
        error = capsys.readouterr().err
        assert missing in error
        assert words in error
        assert len(error.splitlines()) == 1


def test_a_folder_that_cannot_be_written_to_is_reported_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An hour of training must not end at a folder that is a file."""
    from haredge.core.errors import DataError
    from haredge.training import package

    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DataError, match="taken"):
        package.prepared(tmp_path / "taken" / "model")


@needs_training
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--epochs", "0"], "--start"),
        (["--keep", "0.5"], "--start"),
        (["--keep", "0.5", "--start", "everyday"], "of the same labels"),
        (["--epochs", "0", "--start", "everyday"], "of the same labels"),
        (["--size", "64"], "--size is for images"),
        (["--leave-out", "utkinect"], "no motion is of that data set; there are none: --motions adds them"),
        (["--start", "distilled.npz"], "distilled.npz: no weights to fine-tune"),
        (["--start", "nowhere"], "no model 'nowhere' is installed"),
    ],
)
def test_what_a_training_cannot_start_from_is_reported(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, after what is said of the recordings, and no model."""
    data = own_recordings.write(tmp_path / "own", ("left", "right"))
    assert cli.main(["train", str(data), "--out", str(tmp_path / "mine"), *arguments]) in {1, 78}
    error = capsys.readouterr().err
    assert words in error.splitlines()[-1]
    assert not (tmp_path / "mine" / "model.tflite").exists()


@needs_training
def test_a_data_set_to_leave_out_that_is_not_there_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model that was trained on everything would be tested on what it knows."""
    (tmp_path / "motions").mkdir()
    write_motions(tmp_path / "motions" / "utkinect.npz", drawn_people(("waving",), 2))
    data = own_recordings.write(tmp_path / "own", ("left", "right"))
    named = ["--motions", str(tmp_path / "motions"), "--leave-out", "utkinetc"]
    assert cli.main(["train", str(data), "--out", str(tmp_path / "mine"), *named]) == 1
    assert "--leave-out utkinetc: no motion is of that data set; the motions are of utkinect" in capsys.readouterr().err


@pytest.mark.parametrize("share", ["1.5", "-0.1", "half", "nan"])
def test_a_share_that_is_none_is_refused(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is read."""
    with pytest.raises(SystemExit):
        cli.main(["train", "x", "--out", "mine", f"--keep={share}"])
    assert "a share from 0 to 1 is needed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--recipe", "everyday.json"], "--recipe is for recordings"),
        (["--network", "gru"], "--network is for recordings"),
        (["--examples", "100"], "--examples is for recordings"),
        (["--epochs", "0"], "--epochs 0 is for recordings"),
        (["--start", "everyday"], "a model of the kind 'activity'"),
        (["--start", "nowhere"], "no model 'nowhere' is installed"),
    ],
)
def test_what_images_cannot_be_trained_with_is_reported(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, before an image is read."""
    pytest.importorskip("tf_keras")
    capsys.readouterr()  # TensorFlow may have remarked on the machine as it was imported
    data = labelled_images.write(tmp_path / "images", each=2)
    assert cli.main(["train", str(data), "--out", str(tmp_path / "mine"), *arguments]) in {1, 78}
    error = capsys.readouterr().err
    assert words in error
    assert len(error.splitlines()) == 1


def test_images_are_trained_on_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not together with others, nor with recordings."""
    pytest.importorskip("tf_keras")
    data = str(labelled_images.write(tmp_path / "images", each=2))
    assert cli.main(["train", data, data, "--out", str(tmp_path / "mine")]) == 1
    assert "labelled images are trained on alone" in capsys.readouterr().err
