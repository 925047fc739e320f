"""What a dry run shows on a terminal: one live status line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TextIO

from haredge.core.clock import WallClock, clock_time
from haredge.core.interval import Interval
from haredge.core.seams import Sink
from haredge.core.types import Activity, Observation, Person
from haredge.service.sink_context import SinkContext
from haredge.terminal import LiveLine
from haredge.video.palette import person_colour
from haredge.video.words import alarm_words, alarming, as_words, circumstances, with_probability

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
    """A sink that keeps one live line on a terminal, and leaves a line for each change of an activity."""

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
        self._shown: dict[int, tuple[str, float, str | None]] = {}
        self._begun = False

    def emit(self, observation: Observation) -> None:
        """Show where things stand; a change is shown at once, the rest at most ten times a second."""
        people = [person for person in observation.people if person.settled]
        self._leave_changes(observation.activity_so_far, people, known=observation.known)
        if self._redraw.due(self._monotonic()):
            t = observation.frame.t
            alarm = alarm_words(observation.fall_alarm)
            state = f"{alarm.upper()}  " * bool(alarm) + _state(observation.activity_so_far, people, t)
            self._line.show(f"{self._clock(t)}  {state}   {self._figures()}")

    def close(self) -> None:
        """Clear the live line, so that the shell's prompt starts on an empty one."""
        self._line.clear()

    def _leave_changes(self, scene: Activity, people: Sequence[Person], *, known: bool) -> None:
        """Leave a line for each person whose activity or fall has changed, and for a room that has become empty."""
        now = {person.id: (person.activity.label, person.activity.since, _alarm(person)) for person in people}
        changed = [person for person in people if self._shown.get(person.id) != now[person.id]]
        for person in changed:
            since = person.fall.since if person.fall and alarming(person.fall) else person.activity.since
            self._leave(since, _words(person), person)
        if not people and known and (self._shown or not self._begun):
            self._leave(scene.since, as_words(scene.label))
        self._shown, self._begun = now, self._begun or known

    def _leave(self, t: float, words: str, person: Person | None = None) -> None:
        mark = bold = plain = ""
        if self._coloured:
            red, green, blue = person_colour(person.id) if person else (0, 0, 0)
            mark = f"\x1b[38;2;{red};{green};{blue}m\u25a0{_PLAIN} " if person else ""
            bold, plain = _BOLD, _PLAIN
        self._line.above(f"{self._clock(t)}  {words}", self._terminal, begin=f"{mark}{bold}", end=plain)

    def _figures(self) -> str:
        stats = self._stats()
        parts = []
        fps, stages = stats.get("fps"), stats.get("stages_ms")
        if isinstance(fps, (int, float)):
            parts.append(f"{fps:.1f} fps")
        if isinstance(stages, Mapping) and isinstance(stages.get("pose"), (int, float)):
            parts.append(f"pose {stages['pose']:.1f} ms")
        return "   ".join(parts)


def _state(scene: Activity, people: Sequence[Person], t: float) -> str:
    if len(people) > 1:
        return "  ".join(map(_words, people))
    words, since = (_words(people[0]), people[0].activity.since) if people else (as_words(scene.label), scene.since)
    return f"{words}  for {max(0.0, t - since):.0f} s"


def _words(person: Person) -> str:
    """Return a person's number, activity, fall and zone: "2 falling 88 % (possible fall, hall)"."""
    more = circumstances(person)
    return f"{person.id} {with_probability(person.activity)}" + (f" ({more})" if more else "")


def _alarm(person: Person) -> str | None:
    return person.fall.state if person.fall and alarming(person.fall) else None


def time_of_day(wall_clock: WallClock) -> Callable[[float], str]:
    """Return the clock of a camera: local time, ``12:03:11``."""
    return lambda t: f"{datetime.fromtimestamp(wall_clock(t)).astimezone():%H:%M:%S}"
