"""The day, kept over a restart in a file of the state folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from haredge.core.interval import Interval
from haredge.scene.day import Day
from haredge.service.kept_file import KeptFile
from haredge.service.state_file import read_record

MOST_BYTES: Final = 256_000
"""Of the file: a label has 64 characters at most, and a model 1000 labels."""

EVERY_S: Final = 900.0
"""Seconds between two writes while haredge runs: an SD card wears out. A power cut costs that much of a day."""


class DayRecord:
    """Reads and writes the file; implements :class:`haredge.mqtt.day_publisher.DayMemory`."""

    def __init__(self, file: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._file = KeptFile(file, "the day", monotonic=monotonic)
        self._monotonic = monotonic
        self._due = Interval(EVERY_S)
        self._due.due(monotonic())
        self.day = read_record(file, Day, MOST_BYTES, _seconds, "the day begins again")
        """The day that the file is to hold; None if there is none."""

    def keep(self, day: Day, *, now: bool = False) -> None:
        """Write a day if that is due, or ``now``.

        One that is earlier than that of the file waits until it is due in any case: the clock of a board without a
        battery is wrong until it has been set.
        """
        earlier = self.day is not None and day.date < self.day.date
        if day != self.day and (self._due.due(self._monotonic()) or (now and not earlier)):
            self.day = day
            self._file.keep(json.dumps(asdict(day)))
        if now:
            self._file.close()


def _seconds(day: Day) -> tuple[float | None, ...]:
    return day.last_seen_s, day.last_movement_s, day.in_view_s, *day.activity_s.values()
