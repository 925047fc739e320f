"""The log on standard error, which systemd keeps and people send to each other: no password is written there."""

from __future__ import annotations

import logging
import sys

from haredge.core.address import redacted_text


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redacted_text(super().format(record))


def log_to_stderr(level: str) -> None:
    """Write the log from ``level`` (debug, info, warning, error) on; may be called again to change the level."""
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Formatter("%(levelname)s %(message)s"))
        root.addHandler(handler)
    root.setLevel(level.upper())
