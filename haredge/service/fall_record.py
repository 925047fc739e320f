"""The falls that are reported: kept over a restart once they are confirmed, and what acknowledges one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from haredge.core.clock import WallClock
from haredge.core.types import FallAlarm
from haredge.mqtt.fall_messages import ACKNOWLEDGE, FallReport
from haredge.service.command_words import CommandWords
from haredge.service.kept_file import KeptFile
from haredge.service.state_file import read_record

MOST_BYTES: Final = 65536
"""Of the file: haredge writes some 300 for each fall."""

LOST: Final = "if there was a fall, it is forgotten"


@dataclass(frozen=True, slots=True)
class _Kept(FallReport):
    """What the file holds: the fall that has come furthest, and those of others."""

    others: tuple[FallReport, ...] = ()

    @property
    def reports(self) -> tuple[FallReport, ...]:
        """All of them."""
        first = FallReport(self.id, self.state, self.since_s, self.fell_s, self.person, self.zone, self.why)
        return (first, *self.others)


class FallRecord:
    """Holds the falls that are reported; implements :class:`haredge.mqtt.fall_publisher.FallMemory`.

    Confirmed falls are a file in the state folder: a power cut does not make haredge forget who lies there. An SD card
    is written when a fall is confirmed, and when one is over; of a possible one only when haredge ends.
    """

    def __init__(
        self,
        file: Path | None,
        *,
        reported: Sequence[FallReport] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the file, whose falls are the first; with None these are ``reported``, and a restart forgets."""
        self._file = KeptFile(file, "the fall", monotonic=monotonic)
        self._monotonic = monotonic
        self._reports = tuple(reported) if file is None else _read(file)
        self._on_disk = () if file is None else _ids(self._reports)
        """The ids of the falls that the file is to hold."""
        self._alarm: FallAlarm | None = None
        self.acknowledgement: Final = Acknowledgement()
        """What clears the fall."""

    @property
    def reports(self) -> Sequence[FallReport]:
        """The falls that are reported, the furthest first."""
        return self._reports

    def alarm(self, wall_clock: WallClock) -> FallAlarm | None:
        """Return the fall as a watch that begins now is to go on with it, with the falls of others that stand.

        The time of day is asked once, and only of falls of before a restart: that clock may be set at any moment, and
        until then it may say that a fall is yet to come. Of such a fall it is not known whose it is.
        """
        if self._reports and self._alarm is None:
            first, *others = [self._resumed(report, wall_clock) for report in self._reports]
            self._alarm = replace(first, others=tuple(others))
        return self._alarm

    def _resumed(self, report: FallReport, wall_clock: WallClock) -> FallAlarm:
        since = min(report.since_s - wall_clock(0.0), self._monotonic())
        return FallAlarm(report.state, since, zone=report.zone, why=report.why, id=report.id)

    def keep(self, reports: Sequence[FallReport], alarm: FallAlarm | None = None) -> None:
        """Keep these falls from now on, with what the watch said of them."""
        self._reports, self._alarm = tuple(reports), alarm if reports else None
        self._put_on_disk([report for report in reports if report.state == "confirmed"])

    def close(self) -> None:
        """Keep possible falls, too, over the restart to come: who lies there is seen lying from the first frame on."""
        self._put_on_disk(self._reports)
        self._file.close()

    def _put_on_disk(self, reports: Sequence[FallReport]) -> None:
        if _ids(reports) != self._on_disk:
            self._on_disk = _ids(reports)
            self._file.keep(_content(reports))


class Acknowledgement:
    """Whether what is reported has been acknowledged; set from outside, taken by the loop."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._given = threading.Event()
        self._words = CommandWords("fall/acknowledge", (ACKNOWLEDGE,), monotonic=monotonic)

    def on_message(self, payload: bytes) -> None:
        """Obey ``ACKNOWLEDGE``; anything else changes nothing. May be called in any thread."""
        if self._words.read(payload):
            self._given.set()

    @property
    def given(self) -> bool:
        """Whether it has been given, and not been taken."""
        return self._given.is_set()

    def take(self) -> bool:
        """Return whether it has been given since the last time."""
        given = self._given.is_set()
        if given:
            self._given.clear()
        return given


def _ids(reports: Sequence[FallReport]) -> tuple[str, ...]:
    return tuple(sorted(report.id for report in reports))


def _read(file: Path) -> tuple[FallReport, ...]:
    kept = read_record(file, _Kept, MOST_BYTES, _times, LOST)
    return () if kept is None else kept.reports


def _times(kept: _Kept) -> list[float]:
    return [time_s for report in kept.reports for time_s in (report.since_s, report.fell_s)]


def _content(reports: Sequence[FallReport]) -> str | None:
    """Return what the file is to hold; None if there are no falls, and is to be no file."""
    if not reports:
        return None
    first, *others = (asdict(report) for report in reports)
    return json.dumps({**first, "others": others})
