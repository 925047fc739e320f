"""What an importer leaves out, and why: told once for each reason, and an error where nothing else is left."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from haredge.core.errors import DataError
from haredge.datasets.clips import Clip

log = logging.getLogger(__name__)


class LeftOut:
    """Clips that were left out of one data set, by the reason."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[str, list[str]] = {}

    def add(self, name: str, reason: str) -> None:
        """Leave one clip out, for a reason that can be said of several."""
        self._names.setdefault(reason, []).append(name)

    def told(self, clips: list[Clip]) -> list[Clip]:
        """Log what was left out of the data set, and return the clips that were not.

        Raises :class:`DataError` where there are none.
        """
        if not clips:
            reasons = "; ".join(f"{_count(names)}: {reason}" for reason, names in self._names.items())
            raise DataError(f"{self._path}: no clip in it can be used: {reasons or 'it is empty'}")
        for reason, names in self._names.items():
            more = ", ..." if len(names) > 1 else ""
            log.warning("%s: %s left out (%r%s): %s", self._path, _count(names), names[0], more, reason)
        return clips


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} clip" if len(names) == 1 else f"{len(names)} clips"
