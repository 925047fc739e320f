"""The tutorial can be followed: its commands and its program run, in its order, and end where it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from extras import needs_training

PAGE = Path(__file__).parents[1] / "docs/tutorial.md"


def blocks(kind: str) -> list[str]:
    """Give the page's blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def test_the_program_has_fewer_than_ten_lines() -> None:
    """As it promises."""
    (program,) = blocks("python")
    assert len([line for line in program.splitlines() if line.strip()]) < 10
    compile(program, str(PAGE), "exec")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@needs_training
def test_the_tutorial_can_be_followed(tmp_path: Path) -> None:
    """By a reader who types what it says and then runs its program; both trainings are shorter here."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/haredge").write_text(f'#!/bin/sh\nexec {sys.executable} -m haredge "$@"\n')
    (tmp_path / "bin/haredge").chmod(0o755)
    surroundings = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "PYTHONPATH": str(PAGE.parents[1])}

    def typed(command: str) -> str:
        shell = ["sh", "-e", "-c", command]
        done = subprocess.run(shell, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    training = "--epochs 15 --examples 8000"
    assert any(training in command for command in blocks("sh"))
    said = {command: typed(command.replace(training, "--epochs 1 --examples 1000")) for command in blocks("sh")}
    reported = map(json.loads, typed("haredge models --json").splitlines())
    (mine,) = [model for model in reported if model["name"] == "mine"]
    assert mine["labels"] == ["squat", "waving", "other"]
    assert any("6 clips" in words for command, words in said.items() if "--data" in command)
    assert (tmp_path / "squat.webm").stat().st_size
    typed("haredge models add models/mine --to board")
    assert (tmp_path / "board/mine/manifest.json").is_file()
    short = "from haredge.training.fit import Plan\n" + blocks("python")[0]
    short = short.replace('"models/mine")', '"models/mine", plan=Plan(epochs=1, examples=1000))', 1)
    (tmp_path / "own.py").write_text(short)
    assert re.search(r"^0\.0 [\d.]+ \w+ [\d.]+$", typed(f"{sys.executable} own.py"), re.MULTILINE)
