"""How often to look: as often as is configured, less often while the board is hot, and while nobody has been in view.

Heat takes the rate down step by step and gives it back the same way. In an empty room a few frames a second suffice to
notice somebody, and from the first frame with a person on the full rate holds again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

from haredge.core.interval import Interval
from haredge.core.types import Observation

log = logging.getLogger(__name__)

IDLE_AFTER_S: Final = 10.0
"""Seconds without anybody after which it looks less often."""

IDLE_SHARE, LEAST_IDLE_HZ = 1 / 6, 2.5
"""What is left of the rate then, but not less than notices somebody within 0.4 s."""

STEPS: Final = (1.0, 2 / 3, 1 / 2, 1 / 3)
"""Shares of the rate, the coolest last; with a third, windows of poses are still whole at 15 frames a second."""

HOT_C, COOL_C = 78.0, 72.0
"""One step down from here on, one step up below: a Raspberry Pi slows itself down from 80 degrees on."""

CHECK_S, COOL_FOR_S = 10.0, 60.0
"""Seconds from one look at the board to the next, and those that it must have been cool for a step up."""

_SLOWED: Final = {"throttled", "frequency_capped"}
"""A board that slows itself down. Not the soft limit, at which a Pi 3B+ works all day, nor a weak power supply."""


class Thermometer(Protocol):
    """What a board tells of its heat; :class:`haredge.board.Board`."""

    def temperature_c(self) -> float | None:
        """Return the processor's temperature in degrees Celsius, None where it is not known."""

    def throttled(self) -> tuple[str, ...] | None:
        """Return what slows the board now, None where it does not tell."""


class Pace:
    """The rate that is right at the moment; other threads may read it."""

    def __init__(self, full_hz: float, board: Thermometer, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the configured poses a second, and what tells of heat."""
        self.full_hz = full_hz
        self._board = board
        self._monotonic = monotonic
        self._check = Interval(CHECK_S)
        self._step = 0
        self._hot_at = monotonic()
        self._seen_t: float | None = None
        self._idle = False

    def rate_hz(self) -> float:
        """Return the poses a second that are wanted now."""
        rate_hz = self.full_hz * STEPS[self._step]
        return min(rate_hz, max(LEAST_IDLE_HZ, self.full_hz * IDLE_SHARE)) if self._idle else rate_hz

    def figures(self) -> dict[str, object]:
        """Give ``rate_hz`` and ``slowed_by`` for the health topic."""
        reasons = {"heat": self._step > 0, "nobody_in_view": self._idle}
        return {"rate_hz": round(self.rate_hz(), 2), "slowed_by": [name for name, so in reasons.items() if so]}

    def follow(self, observation: Observation) -> None:
        """Take note of whether anybody is there, and now and then of the board's heat."""
        t = observation.frame.t
        if any(person.pose for person in observation.people) or self._seen_t is None:
            self._seen_t = t
        self._idle = t - self._seen_t >= IDLE_AFTER_S
        now_s = self._monotonic()
        if self._check.due(now_s):
            self._feel(now_s)

    def _feel(self, now_s: float) -> None:
        celsius = self._board.temperature_c()
        slowed = _SLOWED.intersection(self._board.throttled() or ())
        if slowed or (celsius is not None and celsius >= HOT_C):
            self._hot_at = now_s
            self._go(self._step + 1, celsius)
        elif celsius is not None and celsius >= COOL_C:
            self._hot_at = now_s
        elif now_s - self._hot_at >= COOL_FOR_S:
            self._hot_at = now_s
            self._go(self._step - 1, celsius)

    def _go(self, step: int, celsius: float | None) -> None:
        step = min(max(step, 0), len(STEPS) - 1)
        if step == self._step:
            return
        word = "hot" if step > self._step else "cooler"
        self._step = step
        degrees = "" if celsius is None else f" ({celsius:.0f} degrees Celsius)"
        log.warning("the board is %s%s: %.3g poses a second from now on", word, degrees, self.full_hz * STEPS[step])
