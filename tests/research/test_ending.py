"""Commands of research end with one line where something is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("falls score nowhere", "nowhere: no replays, which `python -m research.falls extract` writes"),
        ("falls measure nowhere Home_01", "nowhere/videos: No such file or directory"),
        ("people kinds --shared nowhere people", "nowhere/rooms/rooms.zip: no such folder"),
    ],
)
def test_what_is_not_there_is_one_line(command: str, words: str) -> None:
    """As everywhere in haredge: what, and where; neither a traceback nor an empty table."""
    pytest.importorskip("scipy")
    done = subprocess.run(
        [sys.executable, "-m", *f"research.{command}".split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
