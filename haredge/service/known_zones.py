"""Names of the zones that were ever published, kept over a restart: a zone that is gone must be withdrawn."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haredge.core.regular_file import read_regular
from haredge.core.whole_file import replace_file

log = logging.getLogger(__name__)

MOST: Final = 100
"""Names that are remembered, the newest first: each costs forty bytes of the announcement for as long as it is."""

_MOST_BYTES: Final = 10_000


class KnownZones:
    """A file of names, a line each, the newest first; it is written when a name is new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = self._read()

    def former(self, current: Sequence[str]) -> tuple[str, ...]:
        """Return the names known that are not among the current ones, which are known from now on."""
        former = tuple(name for name in self._names if name not in current)
        if not set(current) <= set(self._names):
            self._names = (*current, *former)[:MOST]
            self._write()
        return former

    def _read(self) -> tuple[str, ...]:
        try:
            lines = read_regular(self._path, _MOST_BYTES).decode(errors="replace").splitlines()
        except FileNotFoundError:
            return ()
        except OSError as error:
            log.warning("cannot read %s: %s; zones that are gone stay in Home Assistant", self._path, error.strerror)
            return ()
        return tuple(line for line in lines if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", line))[:MOST]

    def _write(self) -> None:
        try:
            replace_file(self._path, "".join(f"{name}\n" for name in self._names))
        except OSError as error:
            log.warning("cannot write %s: %s; zones of today stay in Home Assistant", self._path, error.strerror)
