"""Where models are installed on a machine: versions beside each other, and a link to the one in use.

::

    models/
      gym -> .versions/gym/3
      .versions/gym/2/          the one before
      .versions/gym/3/
      .versions/.new/           a model that is being checked
      .versions/.fetched/       what a download has brought so far
      .versions/.unpacked/      a network that was taken out of a download

A version is complete and on the disk before the link is swapped, which is one rename: a reader, and a machine
whose power is cut, has the old model or the new one. Nothing but that swap changes what is in use.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from haredge.core.errors import HaredgeError, InstallError
from haredge.models.checksum import sha256_of

PART_S: Final = 7 * 24 * 3600.0
"""Seconds for which a download that broke off is kept."""

_NOT_ALLOWED: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


@contextmanager
def open_store(place: Path) -> Iterator[ModelStore]:
    """Open a folder of models for one process at a time, making it if it is missing.

    Raises :class:`InstallError` if another process has it open, and in place of every OSError within: a folder that
    cannot be written to, a full disk.
    """
    try:
        hidden = _made(place / ".versions")
        lock = os.open(hidden, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            store = ModelStore(place)
            store.sweep()
            yield store
        finally:
            os.close(lock)
    except HaredgeError:
        raise
    except BlockingIOError:
        raise InstallError(f"{place}: another process is installing a model there: wait until it has ended") from None
    except OSError as error:
        hint = "; run it as root (sudo), or give another folder with --to" if error.errno in _NOT_ALLOWED else ""
        raise InstallError(f"{error.filename or place}: {error.strerror}; nothing has been changed{hint}") from error


class ModelStore:
    """A folder of models that are installed in versions. Made by :func:`open_store`."""

    def __init__(self, place: Path) -> None:
        self.place: Final = place
        self._hidden = place / ".versions"
        self._staged = self._hidden / ".new"
        self._unpacked = self._hidden / ".unpacked"
        self._fetched = self._hidden / ".fetched"

    def sweep(self) -> None:
        """Remove what killed processes have left: a staged model, and downloads that have not grown for a week.

        The clock may have been set meanwhile, so a time far in the future is as old.
        """
        for folder in (self._staged, self._unpacked):
            shutil.rmtree(folder, ignore_errors=True)
        for part in self._fetched.glob("*.part"):
            with suppress(OSError):  # what cannot be removed now is removed next time
                if abs(time.time() - part.lstat().st_mtime) > PART_S:
                    part.unlink()

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Give an empty folder for a model to be checked in, in the store's own file system; removed afterwards."""
        with _emptied(self._staged) as folder:
            yield folder

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give an empty folder for what is made of a download; removed afterwards, or by the next process."""
        with _emptied(self._unpacked) as folder:
            yield folder

    def fetched(self) -> Path:
        """Return the folder of downloads, which outlives the process."""
        return _made(self._fetched)

    def holds(self, name: str, folder: Path) -> bool:
        """Whether the version in use has the same files as a folder."""
        return (self.place / name).is_dir() and _contents(self.place / name) == _contents(folder)

    def install(self, name: str, staged: Path) -> Path:
        """Put a staged model in use under a name and keep the version before it; return where it lies.

        A folder of that name that was put there manually becomes the version before.
        """
        link, versions = self.place / name, _made(self._hidden / name)
        in_use = self._in_use(name)
        number = max(self._numbers(name), default=0) + 1
        manual = in_use is None and link.exists()
        if manual and link.is_symlink():
            raise InstallError(f"{link}: a link that was made manually: remove it, or give another --name")
        version = versions / str(number + 1 if manual else number)
        _settle(staged)
        staged.rename(version)
        _sync(versions)
        if manual:
            self._exchange(link, versions / str(number), version)
        else:
            self._point(link, version)
        self._remove_but(name, {int(version.name), number if manual else in_use})
        return version

    def previous(self, name: str) -> Path:
        """Return the version that :meth:`use` goes back to: the one before, or else the one after.

        Raises :class:`InstallError` if there is none.
        """
        in_use = self._in_use(name)
        if in_use is None:
            raise InstallError(f"{self.place}: no model {name} was installed there by 'haredge models'")
        others = self._numbers(name) - {in_use}
        before = [number for number in others if number < in_use]
        if not others:
            raise InstallError(f"{self.place / name}: this is its only version; there is none to go back to")
        return self._hidden / name / str(max(before) if before else max(others))

    def use(self, name: str, version: Path) -> None:
        """Put another version of an installed model in use."""
        self._point(self.place / name, version)

    def _in_use(self, name: str) -> int | None:
        """Return the number of the version in use; None if the name leads nowhere, or elsewhere."""
        try:
            target = str((self.place / name).readlink())
        except OSError:
            return None
        head, _, number = target.rpartition("/")
        return int(number) if head == f".versions/{name}" and number.isdecimal() else None

    def _numbers(self, name: str) -> set[int]:
        folders = (self._hidden / name).iterdir()
        return {int(folder.name) for folder in folders if folder.name.isdecimal() and folder.is_dir()}

    def _point(self, link: Path, version: Path) -> None:
        swapped = version.parent / "link"
        self._make_link(swapped, version)
        swapped.replace(link)
        _sync(self.place)

    def _exchange(self, manual: Path, kept: Path, version: Path) -> None:
        """Swap a folder for a link to a version, in one step; the folder is then at ``kept``."""
        self._make_link(kept, version)
        _exchange(manual, kept)
        _sync(kept.parent)
        _sync(self.place)

    def _make_link(self, link: Path, version: Path) -> None:
        link.unlink(missing_ok=True)
        link.symlink_to(version.relative_to(self.place))

    def _remove_but(self, name: str, kept: set[int | None]) -> None:
        """Remove older versions, each out of sight first: a cut leaves none that is whole in name only."""
        gone = self._hidden / name / "old"
        for number in self._numbers(name) - kept:
            # The model is installed. What cannot be removed now is removed after the next one.
            with suppress(OSError):
                shutil.rmtree(gone, ignore_errors=True)
                (self._hidden / name / str(number)).rename(gone)
                shutil.rmtree(gone)


@contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield _made(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> Path:
    """Make a folder that the daemon, which is another user, can read, regardless of the umask."""
    if not folder.is_dir():
        if folder.parent != folder:
            _made(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)
        _sync(folder.parent)
    return folder


def _settle(folder: Path) -> None:
    """Make files readable and make sure that they are on the disk."""
    for file in folder.iterdir():
        file.chmod(0o644)
        _sync(file)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _contents(folder: Path) -> dict[str, str]:
    return {path.name: sha256_of(path) for path in folder.iterdir() if path.is_file()}


def _exchange(one: Path, other: Path) -> None:
    """Swap two names in one step: Linux' renameat2, which Python has no function for and glibc only from 2.28 on."""
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    names = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
    if swap is None or swap(*names, _RENAME_EXCHANGE):
        why = os.strerror(ctypes.get_errno() or errno.ENOSYS)
        raise InstallError(f"{one}: was put there manually and cannot be swapped ({why}): move it away and try again")
