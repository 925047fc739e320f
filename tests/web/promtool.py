"""Prometheus's own checker of metrics; scripts/promtool.sh brings it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def said_of(metrics: bytes) -> tuple[int, str]:
    """Return promtool's exit status and words about a page of metrics; the test is skipped where there is none."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    promtool = shutil.which("promtool", path=path)
    if promtool is None:
        pytest.skip("no promtool: scripts/promtool.sh, or apt install prometheus")
    done = subprocess.run([promtool, "check", "metrics"], input=metrics, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()
