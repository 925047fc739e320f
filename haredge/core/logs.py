"""The log on standard error, which systemd keeps and people send to each other: no password is written there.

Nor is what a terminal would obey: messages quote the names of files, and what cameras and brokers say.
"""

from __future__ import annotations

import logging
import sys

from haredge.core.address import redacted_text
from haredge.core.printable import printable


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        lines = redacted_text(super().format(record)).split("\n")
        return "\n".join(printable(line, len(line)) for line in lines)


def log_to_stderr(level: str) -> None:
    """Write the log from ``level`` (debug, info, warning, error) on; may be called again to change the level."""
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Formatter("%(levelname)s %(message)s"))
        root.addHandler(handler)
    root.setLevel(level.upper())
