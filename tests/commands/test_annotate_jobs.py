"""Promises of haredge.commands.annotate_jobs: several processes at once, none of which waits to be read."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from haredge.commands.annotate_jobs import run_jobs

NOISY = """
import json, sys
sys.stderr.write("a warning " * 20_000)
print(json.dumps({"share": 0.5}), flush=True)
"""


@pytest.mark.timeout(60)
def test_one_that_complains_much_comes_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    """More than a pipe holds; what it said is shown if it fails, and only then."""
    fails = NOISY + 'sys.exit("haredge: the file is cut short")'
    ends = NOISY + 'print(json.dumps({"done": "the table"}))'
    assert run_jobs([[sys.executable, "-c", script] for script in (fails, ends)], 2) == [1, 0]
    out, errors = capsys.readouterr()
    assert "the table" in out
    assert errors.count("a warning") == 20_000
    assert "haredge: the file is cut short" in errors


WAITS = """
import time
print('{"done": "begun"}', flush=True)
time.sleep(60)
"""
RUN = """
import sys
from haredge.commands.annotate_jobs import run_jobs
run_jobs([[sys.executable, "-c", sys.argv[1]]] * 3, 1)
"""


@pytest.mark.timeout(60)
def test_an_interrupt_is_no_failure_of_the_videos() -> None:
    """The one that runs is ended without a complaint about it, and the next does not begin."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN, WAITS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
        errors = process.stderr.read()
    assert "KeyboardInterrupt" in errors
    assert "ended with status" not in errors
