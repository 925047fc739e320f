"""Cameras on the network, for the tests: real servers on free loopback ports, each a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DEBIANS_PYTHON = "/usr/bin/python3"
RTSP_PACKAGES = "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good"


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    address: str
    process: subprocess.Popen[str]


@contextmanager
def mjpeg(*images: Path, then: str) -> Iterator[Server]:
    """Serve images as multipart/x-mixed-replace, and ``then`` "repeat" them, "end" or "freeze"."""
    with _running(sys.executable, HERE / "mjpeg_server.py", then, *images) as (port, process):
        yield Server(f"http://127.0.0.1:{port}/video", process)


@contextmanager
def rtsp() -> Iterator[Server]:
    """Run GStreamer's RTSP server, with a blue image."""
    imports = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    found = (
        Path(DEBIANS_PYTHON).exists()
        and not subprocess.run([DEBIANS_PYTHON, "-c", imports], capture_output=True, check=False).returncode
    )
    if not found:
        pytest.skip(f"no RTSP server: apt install {RTSP_PACKAGES}")
    with _running(DEBIANS_PYTHON, HERE / "rtsp_server.py") as (port, process):
        yield Server(f"rtsp://127.0.0.1:{port}/blue", process)


@contextmanager
def _running(*command: str | Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process
        finally:
            process.kill()
