"""What a fall watch is worth over replays: falls reported, and reports without a fall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from haredge.core.types import FallAlarm
from research.falls.replay import Replay

EARLY_S: Final = 0.3
LATE_S: Final = 3.0
"""A fall counts as reported from this much before it begins to this much after it ends."""


@dataclass
class Score:
    """Counts over some replays."""

    falls: int = 0
    delays_s: list[float] = field(default_factory=list)
    """Of the falls reported: seconds from the end of the fall to the report."""
    missed: list[str] = field(default_factory=list)
    quiet_s: float = 0.0
    """Seconds of video without a fall, or before it."""
    false_possible: list[str] = field(default_factory=list)
    false_confirmed: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        """Return the counts of both."""
        return Score(
            self.falls + other.falls,
            self.delays_s + other.delays_s,
            self.missed + other.missed,
            self.quiet_s + other.quiet_s,
            self.false_possible + other.false_possible,
            self.false_confirmed + other.false_confirmed,
        )

    def __str__(self) -> str:
        """Return the counts in words."""
        delay = f" (median {float(np.median(self.delays_s)):+.2f} s)" if self.delays_s else ""
        falls = f"{self.reported} of {self.falls} falls{delay}, " if self.falls else ""
        false = f"{len(self.false_possible)} false ({len(self.false_confirmed)} confirmed)"
        return f"{falls}{false} in {self.quiet_s / 60:.1f} min"

    @property
    def reported(self) -> int:
        """Number of falls reported, as possible or confirmed."""
        return len(self.delays_s)

    def faults(self) -> list[str]:
        """Return a line for each fall that was missed, and each report without one."""
        false = (*self.false_possible, *self.false_confirmed)
        return [*(f"    missed {name}" for name in self.missed), *(f"    false: {each}" for each in false)]

    def add(self, replay: Replay, alarms: Iterable[FallAlarm]) -> None:
        """Take one video and what was reported in it."""
        reports = [alarm for alarm in alarms if alarm.state != "clear"]
        self.quiet_s += replay.quiet_s
        if replay.fall is not None:
            begin, end = replay.fall
            self.falls += 1
            told = [alarm.since for alarm in reports if begin - EARLY_S <= alarm.since <= end + LATE_S]
            self.delays_s += [told[0] - end] if told else []
            self.missed += [] if told else [replay.name]
            reports = [alarm for alarm in reports if alarm.since < begin - EARLY_S]
        for alarm in reports:
            wrong = self.false_possible if alarm.state == "possible" else self.false_confirmed
            wrong.append(f"{replay.group}/{replay.name} at {alarm.since:.1f} s ({alarm.why})")
