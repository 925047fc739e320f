"""One line at the foot of a terminal that is drawn over and over, while finished lines pile up above it."""

from __future__ import annotations

import os
import sys
from typing import TextIO


class LiveLine:
    """Shows where things stand. On anything but a terminal only the finished lines are written."""

    def __init__(self, terminal: TextIO | None = None) -> None:
        """Take the terminal, by default standard error."""
        self._terminal = terminal or sys.stderr
        self.live = self._terminal.isatty()
        """Whether there is a person to see it."""

    def show(self, text: str) -> None:
        """Draw the line anew, cut to the terminal's width."""
        if self.live:
            self._write(f"\r\x1b[K{text[: columns(self._terminal) - 1]}")

    def clear(self) -> None:
        """Take the line away."""
        if self.live:
            self._write("\r\x1b[K")

    def above(self, text: str, stream: TextIO | None = None) -> None:
        """Leave a finished line on a stream, by default standard output; the live line has to be drawn again."""
        self.clear()
        print(text, file=stream or sys.stdout, flush=True)

    def ring(self) -> None:
        """Sound the terminal's bell."""
        if self.live:
            self._write("\a")

    def _write(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()


def columns(terminal: TextIO) -> int:
    """Return the terminal's width now (it may be resized at any time); 80 where it will not tell."""
    try:
        return os.get_terminal_size(terminal.fileno()).columns or 80
    except OSError:
        return 80
