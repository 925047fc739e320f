"""Regular files of a bounded size, and nothing else: a pipe would wait indefinitely, a device would fill the memory.

Errors are OSError, as of every file, with words of their own in ``strerror``.
"""

from __future__ import annotations

import errno
import os
import stat
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final

_FLAGS: Final = os.O_RDONLY | reduce(or_, (getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY")))
"""Not every system has each of them: Windows reads text unless asked otherwise, and has no pipe to wait for."""


def open_regular(path: Path) -> int:
    """Open a regular file for reading; return its descriptor. Links are followed.

    Raises OSError if it is missing, may not be read, or is a folder, a pipe, a socket or a device.
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - opening a device may already do something to it
    except ValueError as error:  # a NUL in the name, or a surrogate
        raise OSError(errno.EINVAL, "no file can have such a name", str(path)) from error
    check_regular(path, mode)
    descriptor = os.open(path, _FLAGS)
    try:
        check_regular(path, os.fstat(descriptor).st_mode)  # it may have been replaced in between
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def read_regular(path: Path, most_bytes: int) -> bytes:
    """Return the content of a regular file of at most ``most_bytes``; raises OSError for any other."""
    with os.fdopen(open_regular(path), "rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {_size(most_bytes)}", str(path))
    return content


def check_regular(path: Path, mode: int) -> None:
    """Raise OSError for a folder, a pipe, a socket or a device, by its ``st_mode``."""
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file, but a pipe, a socket or a device", str(path))


def _size(count: int) -> str:
    return f"{count / 1e6:g} MB" if count >= 1_000_000 else f"{count / 1e3:g} kB"
