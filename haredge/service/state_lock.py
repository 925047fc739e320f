"""One haredge, one state folder: two would take each other's switch, settings, falls and events for their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haredge.core.errors import HaredgeError


@contextmanager
def held(folder: Path | None) -> Iterator[None]:
    """Hold a state folder, which is made if it is missing, for this process; None holds nothing.

    Raises :class:`HaredgeError` if another process holds it. Where there are no locks, or no folder can be made,
    nothing is held.
    """
    lock = None if folder is None else _locked(folder)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    try:
        import fcntl  # noqa: PLC0415  # Windows has none

        # As the installed service's: it says who was in view when, and who fell.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise HaredgeError(
            f"another haredge keeps its state in {folder}: stop it first, or, for a second camera, name another folder "
            "for one of them by XDG_STATE_HOME, and give each its own mqtt.node"
        ) from None
    except OSError:  # a file system without locks
        pass
    return descriptor
