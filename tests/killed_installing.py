"""Installs a model again and again, each time killed one step later: ``killed_installing.py SEED NEW OUT``.

Each time SEED, a folder of models, is copied to OUT/<step>, and a process that installs the files of NEW there as "gym"
is killed with SIGKILL just before its step-th change to the file system; it ends with the first that gets through.
Prints how many were killed. A process of its own, as it forks.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from haredge.models.store import open_store

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.chmod", "open", "ctypes.call_function"}


def main(seed: Path, new: Path, out: Path) -> int:
    for step in count(1):
        place = out / str(step)
        shutil.copytree(seed, place, symlinks=True)
        if (child := os.fork()) == 0:
            kill_before(step)
            install(new, place)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return step - 1
        assert os.WTERMSIG(status) == signal.SIGKILL
    raise AssertionError


def kill_before(step: int) -> None:
    """Have this process killed before its step-th change, which Python's audit hook reports."""
    steps = count(1)

    def watch(event: str, _: object) -> None:
        if event in CHANGES and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def install(new: Path, place: Path) -> None:
    with open_store(place) as store, store.staging() as folder:
        for file in new.iterdir():
            shutil.copyfile(file, folder / file.name)
        store.install("gym", folder)


print(main(*(Path(argument) for argument in sys.argv[1:])))  # noqa: T201 - the test reads it
