"""The line at the foot of a terminal that shows progress, while finished lines pile up above it."""

from __future__ import annotations

import os
import sys
from typing import Any, Final, TextIO

from haredge.core.address import redacted_text
from haredge.core.interval import Interval
from haredge.core.printable import printable, printable_json
from haredge.core.progress import Estimate, bar

LONGEST_LINE: Final = 10_000
"""Most characters of a line that are printed."""

_CLEAR: Final = "\r\x1b[K"

_REDRAW_S: Final = 0.25
"""Least time between two drawings of a bar: a terminal over a serial line shows no more."""


class LiveLine:
    """A line that is redrawn in place. A stream that is not a terminal gets the finished lines alone."""

    def __init__(self, terminal: TextIO | None = None, *, live: bool | None = None) -> None:
        """Take the terminal, by default standard error, and whether it is one if that is known."""
        self._terminal = terminal or sys.stderr
        self.live = self._terminal.isatty() if live is None else live
        """Whether there is a person to see it."""

    def show(self, text: str) -> None:
        """Draw the line again, cut to the terminal's width."""
        if self.live:
            self._write(f"{_CLEAR}{printable(text, LONGEST_LINE)[: columns(self._terminal) - 1]}")

    def clear(self) -> None:
        """Take the line away."""
        if self.live:
            self._write(_CLEAR)

    def above(self, text: str, stream: TextIO | None = None, *, begin: str = "", end: str = "") -> None:
        """Leave finished lines on a stream, by default standard output; the live line has to be drawn again.

        What a terminal would obey is escaped in the text, and obeyed in what is put before and after it.
        """
        self.clear()
        shown = "\n".join(printable(line, len(line)) for line in text.split("\n"))
        print(f"{begin}{shown}{end}", file=stream or sys.stdout, flush=True)

    def ring(self) -> None:
        """Sound the terminal's bell."""
        if self.live:
            self._write("\a")

    def _write(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()


class ProgressBar:
    """How far a task is, and the time left, on a live line."""

    def __init__(self, total: float | None, line: LiveLine | None = None) -> None:
        """Take how much there is to do, in any unit, None if unknown."""
        self._line = line or LiveLine()
        self._total = total
        self._estimate = Estimate(total)
        self._due = Interval(_REDRAW_S)

    def show(self, done: float, before: str = "", after: str = "") -> None:
        """Draw the bar between two texts once ``done`` of the total is done; at most four times a second, and last."""
        step = self._estimate.at(done)
        if self._line.live and (self._due.due(self._estimate.taken_s) or done == self._total):
            self._line.show(f"{before}{bar(step)}{after}")

    def clear(self) -> None:
        """Take the bar away."""
        self._line.clear()


class TransferBar:
    """How far a download is: a bar with the megabytes that have arrived."""

    def __init__(self, terminal: TextIO | None = None) -> None:
        self._line = LiveLine(terminal)
        self._bar: ProgressBar | None = None

    def show(self, here: int, total: int | None) -> None:
        """Take the bytes that have arrived and how many there will be, None if the server does not say."""
        self._bar = self._bar or ProgressBar(total, self._line)
        self._bar.show(here, after=f"  {here / 1e6:.1f} MB")

    def close(self) -> None:
        """Take the bar away."""
        self._line.clear()


def say(*lines: str) -> None:
    """Print lines for a person on standard output.

    What a terminal would obey is escaped, line breaks too: files, and topics of a broker, have any name.
    """
    sys.stdout.write("".join(f"{printable(line, LONGEST_LINE)}\n" for line in lines))
    sys.stdout.flush()


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Print JSON for a program on standard output: names as they are, what a terminal would obey in JSON's escapes."""
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(f"{printable_json(value, indent=indent, ascii_only=ascii_only)}\n")
    sys.stdout.flush()


def complain(error: object) -> None:
    """Write an error to standard error, a line for each of its own, without the passwords of addresses.

    What a terminal would obey is escaped: errors quote files, and the names of files.
    """
    lines = redacted_text(str(error)).splitlines()
    sys.stderr.write("".join(f"haredge: {printable(line, LONGEST_LINE)}\n" for line in lines))
    sys.stderr.flush()


def columns(terminal: TextIO) -> int:
    """Return the terminal's width now (it may be resized at any time); 80 if it is not known."""
    try:
        return os.get_terminal_size(terminal.fileno()).columns or 80
    except OSError:
        return 80
