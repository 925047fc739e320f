"""The scripts that make up faults, in small numbers; docs/reliability.md has the figures of long runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from brokers import Broker

FAULTS = Path(__file__).parents[2] / "scripts" / "faults"


def run(script: str, *arguments: str) -> str:
    """Run a script, which must go well, and return what it prints."""
    command = [sys.executable, str(FAULTS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_made_up_configurations() -> None:
    """A configuration, or an error that names file and line."""
    assert "no crash, no hang, no traceback, no leak" in run("configs.py", "--count", "100")


def test_fuzzed_packets() -> None:
    """The client lives, and publishes again, whatever a broker sends."""
    assert "none stopped the client; nothing has grown" in run("broker.py", "--packets", "300")


def test_mutated_videos_and_images() -> None:
    """Read, or refused in one line."""
    assert "no crash, no hang, no traceback" in run("videos.py", "--count", "60")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_mutated_web_requests() -> None:
    """An answer each, in time; no page and no token for those who do not know it."""
    assert "0 crash, 0 hang, 0 traceback, 0 leak of the token, 0 page" in run("web.py", "--seconds", "60")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_damaged_models() -> None:
    """One line each, and this process lives on."""
    report = run("models.py", "--count", "40")
    assert "40 models" in report
    assert report.rstrip().endswith(": 0 faults")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_few_minutes_of_a_day(broker: Broker) -> None:
    """Through networks, client and broker: nothing grows."""
    table = run("soak.py", "--frames", "1200", "--port", str(broker.port))
    assert "memory, threads and handles stay flat" in table
    assert " 0 messages" not in table.splitlines()[-2]
