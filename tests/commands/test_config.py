"""Promises of `haredge config init` and `haredge config show`; `check` has its own in tests/test_cli.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_disk import fill

from haredge.cli import main
from haredge.config.load import load
from haredge.config.schema import ANY, Config, dotted_keys


def test_what_init_writes_has_every_key_and_its_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A newcomer starts from a file that changes nothing; folders are made for it."""
    file = tmp_path / "new" / "config.yaml"
    assert main(["config", "init", str(file)]) == 0
    assert load(file) == Config()
    assert str(file) in capsys.readouterr().out


def test_init_leaves_a_file_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings are never lost: status 78, one line."""
    file = tmp_path / "config.yaml"
    file.write_text("source: '1'\n")
    assert main(["config", "init", str(file)]) == 78
    assert file.read_text() == "source: '1'\n"
    assert capsys.readouterr().err == f"haredge: {file}: is there already; edit it, or name another file\n"


def test_init_says_why_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the way of a folder is one line."""
    (tmp_path / "folder").write_text("")
    assert main(["config", "init", str(tmp_path / "folder" / "config.yaml")]) == 78
    assert capsys.readouterr().err.endswith("cannot be written: File exists\n")


def test_init_leaves_no_file_on_a_full_disk(disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty one would be a valid configuration, and in the way of the next attempt."""
    filler, file = fill(disk), disk / "config.yaml"
    assert main(["config", "init", str(file)]) == 78
    assert capsys.readouterr().err == f"haredge: {file}: cannot be written: No space left on device\n"
    filler.unlink()
    assert main(["config", "init", str(file)]) == 0
    assert load(file) == Config()


def test_show_has_every_key_with_its_value_and_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each key once: the value in effect, and the line that sets it or that it is the default."""
    file = tmp_path / "config.yaml"
    file.write_text("camera:\n  rate_hz: 8\nactivity: {thresholds: {falling: 0.6}}\nmqtt:\n  password_file: secret\n")
    assert main(["config", "show", str(file)]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"# {file}"
    shown = {line.split(": ")[0]: line.split(": ", 1)[1].split("  # ") for line in lines}
    assert [part.strip() for part in shown["camera.rate_hz"]] == ["8.0", "line 2"]
    assert [part.strip() for part in shown["activity.thresholds.falling"]] == ["0.6", "line 3"]
    assert [part.strip() for part in shown["camera.width"]] == ["640", "default"]
    assert shown["mqtt.password_file"][0].strip() == f'"{tmp_path / "secret"}"'
    sections = {key.rpartition(".")[0] for key in dotted_keys()}
    known = {key for key in dotted_keys() if ANY not in key and key not in sections}
    assert known - set(shown) == {"activity.thresholds"}


def test_show_keeps_passwords_to_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown is sent to others for help."""
    file = tmp_path / "config.yaml"
    file.write_text("source: 'rtsp://me:hunter2@cam/x?token=abc'\n")
    assert main(["config", "show", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "hunter2" not in shown
    assert "abc" not in shown
