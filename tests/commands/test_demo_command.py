"""Promises of haredge demo: something to see at once, with nothing configured, published or opened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


def test_it_shows_what_is_recognised_until_it_is_stopped(tmp_path: Path) -> None:
    """Without a page, as JSON lines where there is no terminal; Ctrl-C is no error."""
    command = [sys.executable, "-m", "haredge", "demo", "--no-page"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, env={**os.environ, "HOME": str(tmp_path)}
    ) as demo:
        assert demo.stdout is not None
        assert b"/activity" in next(line for line in demo.stdout if b"/activity" in line)
        demo.send_signal(signal.SIGINT)
        demo.stdout.read()
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []
