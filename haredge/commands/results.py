"""Where a command writes what it makes of files: one result beside, or in a folder, for each of them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.core.errors import ConfigError, OutputError
from haredge.core.whole_file import replace_file

VIDEO_RESULTS: Final = (".webm", ".mp4")
IMAGE_RESULTS: Final = (".jpg", ".jpeg", ".png")
"""Ends of the names of the videos and of the images that commands make."""


@dataclass(frozen=True, slots=True)
class Results:
    """The rule for one kind of input."""

    inputs: Sequence[Path]
    noun: str
    """What an input is: "video"."""

    def path(self, source: Path, asked: Path, name: str, suffixes: Sequence[str]) -> Path:
        """Return where a result goes: the file that was asked for, or ``name`` in the folder that was.

        Raises :class:`ConfigError` if its name is of no known kind, or it is one file for several inputs.
        """
        if asked.is_dir() or len(self.inputs) > 1:
            if asked.suffix.lower() in suffixes and not asked.is_dir():
                raise ConfigError(f"{asked}: is one file, but there are {len(self.inputs)} {self.noun}s: name a folder")
            return asked / name
        if asked.suffix.lower() not in suffixes:
            raise ConfigError(
                f"{asked}: a name that ends in {' or '.join(suffixes)}, or a folder that exists, is needed"
            )
        if _real(asked) == _real(source):
            raise ConfigError(f"{asked}: the {self.noun} itself would be overwritten")
        return asked

    def check(self, paths: Iterable[Path], *, force: bool) -> None:
        """Raise :class:`ConfigError` if a path is used twice, or would overwrite a file without ``force``."""
        inputs = {_real(path) for path in self.inputs}
        taken: set[str] = set()
        for path in paths:
            if _real(path) in taken:
                alike = "their names are alike except in folder and suffix"
                raise ConfigError(f"{path}: two {self.noun}s would be written to it: {alike}")
            exists = _exists(path)
            if _real(path) in inputs or (exists and not force):
                words = "exists already; --force overwrites it" if exists else f"is one of the {self.noun}s"
                raise ConfigError(f"{path}: {words}")
            taken.add(_real(path))


def refer(
    inputs: Sequence[Path], suffixes: Collection[str], out: Path | None, results: Collection[str], command: str
) -> None:
    """Raise ConfigError if another command makes such a result of such files, and name it."""
    alike = [path for path in inputs if path.suffix.lower() in suffixes]
    if alike and out is not None and out.suffix.lower() in results and not out.is_dir():
        asked = shlex.join(["haredge", command, f"--out={out}", "--", *map(str, alike)])
        raise ConfigError(f"{out}: another command makes that of such a file: `{asked}`")


def write(path: Path, data: bytes) -> None:
    """Write a result, whole or not at all, and the folders above it. Raises :class:`OutputError`."""
    make_folder(path.parent)
    try:
        replace_file(path, data)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def make_folder(path: Path) -> None:
    """Make a folder and those above it. Raises :class:`OutputError`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {path}: {error.strerror}") from error


def _real(path: Path) -> str:
    """Return where a path leads to; links that lead round in circles, at which Path.resolve ends, lead nowhere."""
    return os.path.realpath(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a name that has become too long, a folder that may not be entered
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
