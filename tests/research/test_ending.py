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
    done = research(command)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["distillation x --out w.npz", "people train", "still measure --work w --start s"])
def test_without_its_libraries_a_command_says_what_to_install(command: str) -> None:
    """No user has PyTorch before they train a network: one line in place of a traceback."""
    done = research(command, without="torch")
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == "haredge: this needs torch, which is not installed: pip install 'haredge[train-pose]'\n"


@pytest.mark.parametrize("command", ["distillation", "still", "pose train"])
def test_help_needs_no_library(command: str) -> None:
    """Who reads about a command need not have installed what it runs with."""
    done = research(f"{command} --help", without="torch")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_step_says_which_options_it_needs() -> None:
    """Before anything is read."""
    done = research("still photographs --work w")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("error: photographs needs --table\n")


def research(command: str, without: str = "none") -> subprocess.CompletedProcess[str]:
    """Run a command of research, as on a machine that does not have a library."""
    module, *arguments = command.split()
    code = f"import sys, runpy; sys.modules[{without!r}] = None; sys.argv = sys.argv[1:]; "
    code += f"runpy.run_module('research.{module}', run_name='__main__', alter_sys=True)"
    return subprocess.run(
        [sys.executable, "-c", code, module, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
