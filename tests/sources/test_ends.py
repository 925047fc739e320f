"""The end of the process while a camera hangs: soon, with the right status, and without an abort."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ENDS = int(os.environ.get("HAREDGE_ENDS", "6"))
"""How often haredge is started and ended; 200 if started manually."""


@pytest.fixture
def hanging() -> Iterator[str]:
    """Run an RTSP server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=500) as server:
        visitors = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    visitors.append(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield f"rtsp://127.0.0.1:{server.getsockname()[1]}/live"
        server.shutdown(socket.SHUT_RDWR)
        for visitor in visitors:
            visitor.close()


@pytest.mark.slow
@pytest.mark.timeout(60 * ENDS)
def test_sigterm_ends_it_within_three_seconds_whatever_the_camera_does(hanging: str, tmp_path: Path) -> None:
    """The thread that waits inside OpenCV is neither waited for nor torn out of it, which would abort the process."""
    (tmp_path / "config.yaml").write_text("log_level: error\n")
    ends = []
    for number in range(ENDS):
        command = [sys.executable, "-m", "haredge", "--dry-run", "--json", "--source", hanging]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            _wait_for_connection(process.pid)
            time.sleep(0.05 * (number % 4))  # at another moment each time
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            try:
                _, said = process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            ends.append((process.returncode, time.monotonic() - began < 3, b"terminate called" in said))
    assert ends == [(0, True, False)] * ENDS


def _wait_for_connection(pid: int) -> None:
    """Wait until a process has a TCP connection: the capture thread is inside FFmpeg then."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError):
            if any(os.readlink(fd).startswith("socket:") for fd in Path(f"/proc/{pid}/fd").iterdir()):  # noqa: PTH115
                return
        time.sleep(0.02)
    raise TimeoutError
