"""A file without a name, for what other programs write while they run.

It is in memory if the system has such files: a disk that is full, or has become read-only, keeps nothing from starting.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import IO


def unnamed_file() -> IO[bytes]:
    """Return an empty file, to write and read; it is gone once it is closed. Raises OSError if none can be made."""
    with suppress(AttributeError, OSError):  # not every system has them, or allows them
        return os.fdopen(os.memfd_create("haredge"), "w+b")
    return tempfile.TemporaryFile()
