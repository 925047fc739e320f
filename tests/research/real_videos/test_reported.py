"""What a model reports of recordings is added up by what is done in them."""

from __future__ import annotations

import argparse
from pathlib import Path

import own_recordings
import pytest

from research.real_videos.__main__ import main
from research.real_videos.reported_command import NONE, add_arguments


def table(text: str) -> dict[str, list[str]]:
    """Return the row of each label, without the sentence below them."""
    return {row[:26].strip(): row[26:].split() for row in text.splitlines()[1:-1]}


def test_each_label_has_a_row_and_what_the_model_does_not_know_has_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stands still is standing all the time, once it is reported; to iron is none of the model's labels."""
    own_recordings.write(tmp_path, ("standing", "ironing"), each=2, seconds=6.0)
    monkeypatch.setattr("sys.argv", ["real_videos", "reported", str(tmp_path)])
    main()
    out = capsys.readouterr().out
    rows = table(out)
    assert list(rows) == [NONE, "standing"]
    assert [row[0] for row in rows.values()] == ["2", "2"]
    assert all(float(row[1]) == pytest.approx(12.0, abs=0.5) for row in rows.values())
    assert rows[NONE][2] == "0.0"
    right, wrong = map(float, rows["standing"][2:4])
    assert 0 <= right + wrong <= 12
    assert out.splitlines()[-1].startswith("right ")


def test_the_thresholds_are_those_of_a_sensitivity() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert parser.parse_args(["folder"]).sensitivity == "normal"
    assert parser.parse_args(["--sensitivity", "high", "folder"]).sensitivity == "high"


def test_a_folder_without_recordings_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["real_videos", "reported", str(tmp_path)])
    with pytest.raises(SystemExit, match=f"{tmp_path}: no recordings"):
        main()
