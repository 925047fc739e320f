"""What a dry run shows on a terminal: one live status line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TextIO

from haredge.core.clock import WallClock, clock_time
from haredge.core.interval import Interval
from haredge.core.labels import NO_PERSON
from haredge.core.seams import Sink
from haredge.core.types import Activity, Observation
from haredge.service.sink_context import SinkContext
from haredge.terminal import LiveLine

REDRAW_S = 0.1
"""A person cannot read faster, and a slow terminal (a serial line) cannot show more."""

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def open_sink(context: SinkContext) -> Sink | None:
    """Show a status line if a person reads along on a terminal."""
    if not context.output.status_line:
        return None
    clock = time_of_day(context.wall_clock) if context.live else clock_time
    return StatusLine(sys.stdout, context.health.loop, clock)


class StatusLine(Sink):
    """A sink that keeps one live line on a terminal, and leaves a line behind for each change of activity."""

    def __init__(
        self,
        terminal: TextIO,
        stats: Callable[[], Mapping[str, object]],
        clock: Callable[[float], str],
        *,
        environ: Mapping[str, str] = os.environ,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take ``stats`` (``fps``, ``stages_ms``), and ``clock``, which puts a ``t`` into words."""
        self._line = LiveLine(terminal, live=True)
        self._terminal = terminal
        self._stats = stats
        self._coloured = "NO_COLOR" not in environ and environ.get("TERM") != "dumb"
        self._monotonic = monotonic
        self._clock = clock
        self._redraw = Interval(REDRAW_S)
        self._shown: tuple[str, float] | None = None

    def emit(self, observation: Observation) -> None:
        """Show where things stand; a change is shown at once, the rest at most ten times a second."""
        activity = observation.activity
        if (activity.label, activity.since) != self._shown:
            self._shown = (activity.label, activity.since)
            self._line.above(self._changed(activity), self._terminal)
        if self._redraw.due(self._monotonic()):
            text = f"{self._heading(activity, observation.frame.t)}  {self._figures(activity, observation.frame.t)}"
            self._line.show(text)

    def close(self) -> None:
        """Clear the live line, so that the shell's prompt starts on an empty one."""
        self._line.clear()

    def _heading(self, activity: Activity, t: float) -> str:
        certainty = f"  {activity.probability:.2f}" if activity.probability and activity.label != NO_PERSON else ""
        return f"{self._clock(t)}  {activity.label.replace('_', ' ')}{certainty}"

    def _changed(self, activity: Activity) -> str:
        text = self._heading(activity, activity.since)
        return f"{_BOLD}{text}{_PLAIN}" if self._coloured else text

    def _figures(self, activity: Activity, t: float) -> str:
        stats = self._stats()
        parts = [f"for {max(0.0, t - activity.since):.0f} s"]
        fps, stages = stats.get("fps"), stats.get("stages_ms")
        if isinstance(fps, (int, float)):
            parts.append(f"{fps:.1f} fps")
        if isinstance(stages, Mapping) and isinstance(stages.get("pose"), (int, float)):
            parts.append(f"pose {stages['pose']:.1f} ms")
        return "   ".join(parts)


def time_of_day(wall_clock: WallClock) -> Callable[[float], str]:
    """Return the clock of a camera: local time, ``12:03:11``."""
    return lambda t: f"{datetime.fromtimestamp(wall_clock(t)).astimezone():%H:%M:%S}"
