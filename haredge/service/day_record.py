"""The day, kept over a restart in a file of the state folder."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from haredge.core.interval import Interval
from haredge.core.whole_file import replace_file
from haredge.scene.day import Day
from haredge.service.state_file import read_record

log = logging.getLogger(__name__)

MOST_BYTES: Final = 256_000
"""Of the file: a label has 64 characters at most, and a model 1000 labels."""

EVERY_S: Final = 900.0
"""Seconds between two writes while haredge runs: an SD card wears out. A power cut costs that much of a day."""


class DayRecord:
    """Reads and writes the file; implements :class:`haredge.mqtt.day_publisher.DayMemory`."""

    def __init__(self, file: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._monotonic = monotonic
        self._due = Interval(EVERY_S)
        self._due.due(monotonic())
        self.day = read_record(file, Day, MOST_BYTES, _seconds, "the day begins again")
        """The day that the file holds; None if there is none."""

    def keep(self, day: Day, *, now: bool = False) -> None:
        """Write a day if that is due, or ``now``; a file that cannot be written is logged.

        One that is earlier than that of the file waits until it is due in any case: the clock of a board without a
        battery is wrong until it has been set.
        """
        earlier = self.day is not None and day.date < self.day.date
        if day == self.day or not (self._due.due(self._monotonic()) or (now and not earlier)):
            return
        try:
            replace_file(self._file, json.dumps(asdict(day)))
            self.day = day
        except OSError as error:
            log.error("cannot keep the day in %s: %s; a restart will begin it again", self._file, error.strerror)  # noqa: TRY400


def _seconds(day: Day) -> tuple[float | None, ...]:
    return day.last_seen_s, day.last_movement_s, day.in_view_s, *day.activity_s.values()
