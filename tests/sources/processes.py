"""What this process holds, to see that nothing is left behind."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path


def held() -> set[tuple[str, object]]:
    """Return this process's threads, open files and children."""
    found: set[tuple[str, object]] = {("thread", thread.ident) for thread in threading.enumerate()}
    for entry in [*Path("/proc/self/fd").iterdir(), *Path("/proc/self/task").iterdir()]:
        with suppress(FileNotFoundError):  # it has just been closed, or the thread has just ended
            if entry.is_symlink():
                found.add(("file", entry.readlink()))
            else:
                found.update(("child", pid) for pid in (entry / "children").read_text().split())
    return found
