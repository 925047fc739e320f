"""The rate at which frames are taken: as configured, lower while the board is hot and while no person is in view.

Heat lowers the rate step by step, and cooling raises it the same way. In an empty room a few frames per second suffice
to notice a person; from the first frame that shows one the full rate holds again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.interval import Interval
from haredge.core.types import Observation

log = logging.getLogger(__name__)

IDLE_AFTER_S: Final = 10.0
"""Seconds without a person after which the rate is lowered."""

IDLE_SHARE, LEAST_IDLE_HZ = 1 / 6, 2.5
"""Share of the rate that is left then, and the least: a person is noticed within 0.4 s."""

STEPS: Final = (1.0, 2 / 3, 1 / 2, 1 / 3)
"""Shares of the rate, the coolest last."""

HOT_C, COOL_C = 78.0, 72.0
"""One step down from here on, one step up below: a Raspberry Pi slows itself down from 80 °C on."""

CHECK_S, COOL_FOR_S = 10.0, 60.0
"""Seconds from one reading of the board's sensor to the next, and those that it must have been cool for a step up."""

_SLOWED: Final = {"throttled", "frequency_capped"}
"""A board that slows itself down. Not the soft limit, at which a Pi 3B+ works all day, nor a weak power supply."""


class Thermometer(Protocol):
    """What a board reports of its heat; :class:`haredge.board.Board`."""

    def temperature_c(self) -> float | None:
        """Return the processor's temperature in degrees Celsius, None if it is not known."""

    def throttled(self) -> tuple[str, ...] | None:
        """Return what slows the board now, None if that is not known."""


class RateGovernor:
    """Decides how many frames per second are wanted, from what has been observed so far."""

    def __init__(self, full_hz: float, board: Thermometer, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the configured frames per second, and what reports the board's heat."""
        self._full_hz = full_hz
        self._board = board
        self._monotonic = monotonic
        self._check = Interval(CHECK_S)
        self._step = 0
        self._hot_at = monotonic()
        self._seen_t: float | None = None
        self._idle = False

    def set_full_hz(self, full_hz: float) -> None:
        """Take over another configured rate; heat and an empty room count as before."""
        self._full_hz = full_hz

    @property
    def limit_hz(self) -> float:
        """Most frames per second that are wanted now.

        Never lower than fills a window, except if less is configured, or no person is in view.
        """
        rate_hz = self._rate_hz(self._step)
        return min(rate_hz, max(LEAST_IDLE_HZ, self._full_hz * IDLE_SHARE)) if self._idle else rate_hz

    def _rate_hz(self, step: int) -> float:
        return max(self._full_hz * STEPS[step], min(self._full_hz, LOWEST_USABLE_HZ))

    def figures(self) -> dict[str, object]:
        """Return ``rate_hz`` and ``slowed_by`` for the health topic."""
        reasons = {"heat": self._rate_hz(self._step) < self._full_hz, "nobody_in_view": self._idle}
        return {"rate_hz": round(self.limit_hz, 2), "slowed_by": [name for name, holds in reasons.items() if holds]}

    def update(self, observation: Observation) -> float:
        """Return the rate that is wanted after an observation; from time to time, read the board's sensor."""
        t = observation.frame.t
        if self._seen_t is None or any(person.pose for person in observation.people):
            self._seen_t = t
        self._idle = t - self._seen_t >= IDLE_AFTER_S
        now_s = self._monotonic()
        if self._check.due(now_s):
            self._check_heat(now_s)
        return self.limit_hz

    def _check_heat(self, now_s: float) -> None:
        celsius = self._board.temperature_c()
        slowed = _SLOWED.intersection(self._board.throttled() or ())
        if slowed or (celsius is not None and celsius >= HOT_C):
            self._hot_at = now_s
            self._set_step(self._step + 1, celsius)
        elif celsius is not None and celsius >= COOL_C:
            self._hot_at = now_s
        elif now_s - self._hot_at >= COOL_FOR_S:
            self._hot_at = now_s
            self._set_step(self._step - 1, celsius)

    def _set_step(self, step: int, celsius: float | None) -> None:
        before_hz = self._rate_hz(self._step)
        self._step = min(max(step, 0), len(STEPS) - 1)
        now_hz = self._rate_hz(self._step)
        if now_hz != before_hz:
            word = "hot" if now_hz < before_hz else "cooler"
            degrees = "" if celsius is None else f" ({celsius:.0f} °C)"
            log.warning("the board is %s%s: %.3g poses per second from now on", word, degrees, now_hz)
