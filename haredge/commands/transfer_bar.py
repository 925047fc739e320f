"""How far a download has come, as a bar on a terminal."""

from __future__ import annotations

from typing import Final, TextIO

from haredge.core.interval import Interval
from haredge.core.progress import Estimate, bar

_TOLD_S: Final = 0.25
"""How often it is told."""


class TransferBar:
    """Draws a bar, and the megabytes that are here, in place; draws nothing where ``out`` is no terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out if out.isatty() else None
        self._estimate: Estimate | None = None
        self._due = Interval(_TOLD_S)

    def tell(self, here: int, total: int | None) -> None:
        """Take the bytes that are here and how many there will be, None where nobody knows."""
        self._estimate = self._estimate or Estimate(total)
        step = self._estimate.at(here)
        if self._out and (here == total or self._due.due(self._estimate.taken_s)):
            self._out.write(f"\r\x1b[K{bar(step)}  {here / 1e6:.1f} MB")
            self._out.flush()

    def close(self) -> None:
        """Wipe the bar away."""
        if self._out:
            self._out.write("\r\x1b[K")
            self._out.flush()
