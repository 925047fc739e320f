"""Promises of haredge on a laptop without Linux: what only Linux has is taken away, and it recognises all the same.

Untested on macOS and Windows themselves: what is missing there is taken from this Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from haredge.board import Board
from haredge.core.errors import SourceError
from haredge.sources.camera import number_of

WINDOWS = """
import os, signal, socket, sys
for name in ("resource", "fcntl", "grp", "pwd", "termios"):
    sys.modules[name] = None
for module, names in ((signal, ("SIGHUP", "SIGKILL")), (socket, ("AF_UNIX",)), (os, ("O_NONBLOCK", "O_CLOEXEC",
                      "O_NOFOLLOW", "O_DIRECTORY", "getuid", "geteuid", "killpg", "link"))):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
"""


def test_a_dry_run_needs_nothing_that_windows_lacks(tmp_path: Path) -> None:
    """From the command line to the messages, with the synthetic person in the place of a webcam."""
    (tmp_path / "sitecustomize.py").write_text(WINDOWS)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    source = "test:?script=empty:3&live=no&fps=5"
    command = [sys.executable, "-m", "haredge", "--dry-run", "--json", "--source", source]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr.decode()
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["payload"]["label"] for each in messages if each["topic"].endswith("/activity")] == [
        "unknown",
        "no_person",
    ]


def test_a_board_without_proc_reports_what_it_can(tmp_path: Path) -> None:
    """Its uptime; of the rest it says that it is not known."""
    figures = Board(tmp_path).figures()
    assert {name for name, value in figures.items() if value is not None} == {"uptime_s"}
    assert Board(tmp_path).sensors() == ()


def test_a_camera_is_named_by_its_number() -> None:
    """A laptop has no /dev/video0, but a first camera."""
    assert number_of("/dev/video0") == 0
    with pytest.raises(SourceError, match="number"):
        number_of("/dev/v4l/by-id/usb-cam")
