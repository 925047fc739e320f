"""Tests of what `haredge train` and `haredge evaluate` refuse, before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from haredge import cli

EXERCISE = Path(__file__).parents[2] / "models/exercise"


@pytest.mark.parametrize("command", [["train", "--out", "model"], ["evaluate", "--model", str(EXERCISE), "--data"]])
def test_recordings_that_are_not_there_are_one_clear_line(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A path that does not exist, or holds nothing known, is an error of one line that names it."""
    pytest.importorskip("tf_keras")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holiday.txt").write_text("sun")
    for missing, words in (("nowhere", "no such file"), ("holiday.txt", "Penn Action")):
        assert cli.main([*command, missing]) == 1
        error = capsys.readouterr().err
        assert missing in error
        assert words in error
        assert len(error.splitlines()) == 1


def test_a_folder_that_cannot_be_written_to_is_told_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An hour of training must not end at a folder that is a file."""
    from haredge.errors import DataError
    from haredge.training.activity import package

    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DataError, match="taken"):
        package.prepared(tmp_path / "taken" / "model")
