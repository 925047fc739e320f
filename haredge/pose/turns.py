"""Who is looked for in a frame if the board cannot look for everyone: people take turns, and who moves goes first."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Final

from haredge.pose.tracks import Track

LEAST_HZ: Final = 5.0
"""Times per second that each person is looked for in any case: two passes then lie within what a window bridges."""

SHARE: Final = 0.8
"""Share of the time from one frame to the next that runs on crops may take."""

SLOW: Final = 0.1
"""Weight of the newest run in the mean time of a run."""


class Turns:
    """Chooses who is looked for in each frame of a live source."""

    def __init__(self, rate_hz: float, clock: Callable[[], float] = time.perf_counter) -> None:
        """Keep up with ``rate_hz`` frames per second; ``clock`` gives seconds."""
        self.clock: Final = clock
        self._period_s = 1 / rate_hz
        self._run_s = 0.0
        self._t = -math.inf

    def took(self, seconds: float) -> None:
        """Take note of how long a run on a crop took."""
        self._run_s += (SLOW if self._run_s else 1.0) * (seconds - self._run_s)

    def choose(self, t: float, people: Sequence[Track]) -> list[Track]:
        """Return those who are to be looked for at ``t``: everyone if there is time, and each at least at LEAST_HZ."""
        step_s = min(max(t - self._t, self._period_s), 1 / LEAST_HZ)
        self._t = t
        affordable = math.floor(SHARE * self._period_s / self._run_s) if self._run_s else len(people)
        needed = math.ceil(len(people) * step_s * LEAST_HZ - 1e-6)
        waited = {track.id: t - track.looked_t for track in people}
        due_s = 1 / LEAST_HZ - step_s / 2
        order = sorted(people, key=lambda one: (waited[one.id] < due_s, -one.speed, -waited[one.id]))
        return order[: max(affordable, needed, 1)]
