"""The fall that is reported: kept over a restart once it is confirmed, and what acknowledges it."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from haredge.core.clock import WallClock
from haredge.core.types import FallAlarm
from haredge.core.whole_file import remove_file, replace_file
from haredge.mqtt.fall_messages import ACKNOWLEDGE, FallReport
from haredge.service.command_words import CommandWords
from haredge.service.state_file import read_record

log = logging.getLogger(__name__)

MOST_BYTES: Final = 4096
"""Of the file: haredge writes some 300."""

LOST: Final = "if there was a fall, it is forgotten"


class FallRecord:
    """Holds the fall that is reported; implements :class:`haredge.mqtt.fall_publisher.FallMemory`.

    A confirmed fall is a file in the state folder: a power cut does not make haredge forget who lies there. An SD card
    is written when a fall is confirmed, and when it is over; of a possible one only when haredge ends.
    """

    def __init__(
        self,
        file: Path | None,
        *,
        reported: FallReport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the file, whose fall is the one to begin with; with None that is ``reported``, and a restart forgets."""
        self._file = file
        self._monotonic = monotonic
        self._report = reported if file is None else read_record(file, FallReport, MOST_BYTES, _times, LOST)
        self._on_disk = None if file is None or self._report is None else self._report.id
        """The id of the fall that the file holds."""
        self._alarm: FallAlarm | None = None
        self.acknowledgement: Final = Acknowledgement()
        """What clears the fall."""

    @property
    def report(self) -> FallReport | None:
        """The fall that is reported; None if there is none."""
        return self._report

    def alarm(self, wall_clock: WallClock) -> FallAlarm | None:
        """Return the fall as a watch that begins now is to go on with it, with the falls of others that stand.

        The time of day is asked once, and only of a fall of before a restart: that clock may be set at any moment, and
        until then it may say that the fall is yet to come. Of such a fall it is not known whose it is.
        """
        report = self._report
        if report is not None and self._alarm is None:
            since = min(report.since_s - wall_clock(0.0), self._monotonic())
            self._alarm = FallAlarm(report.state, since, zone=report.zone, why=report.why, id=report.id)
        return self._alarm

    def keep(self, report: FallReport | None, alarm: FallAlarm | None = None) -> None:
        """Keep this fall from now on, with what the watch said of it; a file that cannot be written is logged."""
        self._report, self._alarm = report, None if report is None else alarm
        self._put_on_disk(report if report is not None and report.state == "confirmed" else None)

    def close(self) -> None:
        """Keep a possible fall, too, over the restart to come: who lies there is seen lying from the first frame on."""
        self._put_on_disk(self._report)

    def _put_on_disk(self, report: FallReport | None) -> None:
        number = None if report is None else report.id
        if self._file is None or number == self._on_disk:
            return
        try:
            _write(self._file, report)
            self._on_disk = number
        except OSError as error:
            log.error("cannot keep the fall in %s: %s; a restart will forget it", self._file, error.strerror)  # noqa: TRY400


class Acknowledgement:
    """Whether what is reported has been acknowledged; set from outside, taken by the loop."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._given = threading.Event()
        self._words = CommandWords("fall/acknowledge", (ACKNOWLEDGE,), monotonic=monotonic)

    def on_message(self, payload: bytes) -> None:
        """Obey ``ACKNOWLEDGE``; anything else changes nothing. May be called in any thread."""
        if self._words.read(payload):
            self._given.set()

    def take(self) -> bool:
        """Return whether it has been given since the last time."""
        given = self._given.is_set()
        if given:
            self._given.clear()
        return given


def _times(report: FallReport) -> tuple[float, float]:
    return report.since_s, report.fell_s


def _write(file: Path, report: FallReport | None) -> None:
    """Put a fall into a file, in one step, or remove the file."""
    if report is None:
        remove_file(file)
        return
    replace_file(file, json.dumps(asdict(report)))
