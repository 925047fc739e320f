"""Promises of haredge.core.logs: what is logged can be shown to others."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from haredge.core.logs import EVERY_S, LimitedLog

CODE = """
import logging
from haredge.core.logs import log_to_stderr
log_to_stderr("info")
log_to_stderr("warning")
log = logging.getLogger("haredge.test")
log.info("nothing")
log.warning("cannot read %s", "a\\x1b[31m\\u202e.mp4\\n\\udcff")
log.warning("no broker at %s", "user:geheim@broker:1883")
"""


def test_a_line_of_the_log_has_its_level_and_no_password() -> None:
    """Logs are sent around to ask for help; a second call changes the level and doubles no line.

    What a terminal would obey, in the names of files say, is shown.
    """
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stderr == "WARNING cannot read a\\x1b[31m\\u202e.mp4\n\\udcff\nWARNING no broker at ***@broker:1883\n"


def test_what_something_outside_may_cause_fills_no_disk(caplog: pytest.LogCaptureFixture) -> None:
    """Some lines are written at once, then one every ten minutes, which says how many were left out."""
    now = [0.0]
    limited = LimitedLog(logging.getLogger("haredge.test"), 2, monotonic=lambda: now[0])
    for number in range(100):
        limited.line(logging.WARNING, "changed to %d", number)
    now[0] = EVERY_S
    limited.line(logging.WARNING, "changed to %d", 100)
    assert caplog.messages == [
        "changed to 0",
        "changed to 1",
        "changed to 100 (98 more such lines were left out before)",
    ]
