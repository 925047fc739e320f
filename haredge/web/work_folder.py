"""A folder for uploads, that is removed when the server ends, however it ends."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from haredge.core.errors import WebError

log = logging.getLogger(__name__)

PREFIX: Final = "haredge-web-"
_LOCK: Final = "lock"


@contextmanager
def work_folder(place: Path) -> Iterator[Path]:
    """Make a folder under ``place`` that only this user can read, and remove it at the end with its contents.

    A server that was killed could not do so: its folder is recognised by its lock, which is free, and is removed here
    before the new one is made. Raises :class:`WebError` if none can be made.
    """
    try:
        _remove_left_behind(place)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    except OSError as error:
        raise WebError(f"cannot make a folder for clips under {place}: {error.strerror}; choose another") from error
    lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_left_behind(place: Path) -> None:
    for folder in place.glob(f"{PREFIX}*"):
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            continue
        if _is_free(folder / _LOCK):
            log.info("removing %s, which an earlier run left behind", folder)
            shutil.rmtree(folder, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        return False  # just being made, or not such a folder
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
