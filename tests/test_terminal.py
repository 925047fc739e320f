"""Promises of haredge.terminal: progress in place on a terminal, nothing of it anywhere else."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import haredge
from haredge.terminal import LiveLine, TransferBar, say, say_json

HOSTILE = "a\x1b[31m\x9b2J\r\nb\u202e\udcff.jpg"
"""A file may have this name."""

SHOWN = "a\\x1b[31m\\x9b2J\\r\\nb\\u202e\\udcff.jpg"


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_a_terminal_shows_a_bar_and_nothing_is_left_of_it() -> None:
    """Share and megabytes are drawn in place, the last step in any case, and wiped away."""
    terminal = Terminal()
    bar = TransferBar(terminal)
    for here in (500_000, 1_000_000, 2_000_000):
        bar.show(here, 2_000_000)
    bar.close()
    lines = terminal.getvalue().split("\r\x1b[K")
    assert lines[1] == "######------------------  25%  0.5 MB"
    assert lines[-2] == "######################## 100%  2.0 MB"
    assert lines[-1] == ""


def test_an_unknown_length_is_no_mistake() -> None:
    """Megabytes are shown if the server does not say how many there will be."""
    terminal = Terminal()
    TransferBar(terminal).show(1_500_000, None)
    assert terminal.getvalue() == "\r\x1b[Kworking  1.5 MB"


def test_a_file_gets_no_bar() -> None:
    """A log is spared."""
    out = io.StringIO()
    bar = TransferBar(out)
    bar.show(1, 2)
    bar.close()
    assert out.getvalue() == ""


def test_what_a_terminal_would_obey_in_a_name_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever a name is printed: as a line, in progress, above it; a line that is given is a line that is printed."""
    say(f"{HOSTILE}: no person detected", "next")
    assert capsys.readouterr().out == f"{SHOWN}: no person detected\nnext\n"
    terminal, out = Terminal(), io.StringIO()
    line = LiveLine(terminal)
    line.show(HOSTILE)
    assert terminal.getvalue() == f"\r\x1b[K{SHOWN}"[: 3 + 80]
    line.above(f"table\n  {HOSTILE}", out, begin="\x1b[1m", end="\x1b[0m")
    assert out.getvalue() == "\x1b[1mtable\n  " + SHOWN.replace("\\n", "\n") + "\x1b[0m\n"


def test_json_is_printed_with_the_name_that_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads the name as it is; a terminal gets nothing to obey."""
    say_json({"image": HOSTILE, "caf\u00e9": 1})
    line = capsys.readouterr().out.removesuffix("\n")
    assert line.isprintable()
    assert "caf\u00e9" in line
    assert json.loads(line)["image"] == HOSTILE


def test_one_module_draws_in_place() -> None:
    """Progress is the same everywhere, and is nowhere drawn into a file: no other module moves the cursor."""
    sources = Path(haredge.__file__).parent.rglob("*.py")
    drawing = [path.name for path in sources if "\\r" in path.read_text() and "x1b[K" in path.read_text()]
    assert drawing == ["terminal.py"]
