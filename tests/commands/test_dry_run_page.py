"""Promise of a dry run on a desktop: the live page opens by itself, in a real process with a terminal of its own."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("starlette")

BROWSER = """#!/bin/sh
printf '%s' "$1" >"$HOME/part" && mv "$HOME/part" "$HOME/opened"
"""


def read_on(terminal: int) -> None:
    """Take what is written to a terminal, which must not fill up, for a tenth of a second."""
    if select.select([terminal], [], [], 0.1)[0]:
        with suppress(OSError):  # no one has it open any more
            os.read(terminal, 65_536)


@pytest.mark.slow
def test_the_page_opens_by_itself(tmp_path: Path) -> None:
    """What the person's browser is given is the live page of the camera, and Ctrl-C ends it all."""
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
    environ |= {"HOME": str(tmp_path), "DISPLAY": ":99", "BROWSER": str(browser)}
    terminal, inner = pty.openpty()
    command = [sys.executable, "-m", "haredge", "--dry-run", "--source", "test:?script=empty:1&fps=5"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=inner, stderr=inner) as tried:
        os.close(inner)
        opened = tmp_path / "opened"
        while not opened.exists():
            assert tried.poll() is None
            read_on(terminal)
        with urllib.request.urlopen(opened.read_text(), timeout=60) as answer:
            assert b"live view" in answer.read()
        tried.send_signal(signal.SIGINT)
        while tried.poll() is None:
            read_on(terminal)
    os.close(terminal)
    assert opened.read_text().startswith("http://127.0.0.1:")
    assert tried.returncode == 0
