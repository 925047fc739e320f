"""How far a person has come down in the image: who leans over a table gets low, level and wide, and stays up."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from haredge.falls.body import Body
from haredge.falls.cues import BREAK_S, SPAN_S, STEP_S


@dataclass(frozen=True, slots=True)
class _Place:
    clock_s: float
    """Seconds for which the person had been detected."""
    y: float
    """Of the middle of the torso, in pixels."""
    torso: float
    """Its length in pixels."""


class Descent:
    """Follows the middle of one person's torso.

    Its own length is the unit, the longest that was seen: it is known where a table hides the legs, and a torso that
    leans to the camera only appears shorter.
    """

    def __init__(self) -> None:
        self._past: deque[_Place] = deque()
        self._clock_s = 0.0
        self._t = 0.0

    def update(self, body: Body) -> float | None:
        """Return how many lengths of the torso its middle has come down in the last :data:`SPAN_S` seconds.

        None where shoulders or hips are not visible.
        """
        self._forget(body.t)
        if body.torso is None or body.shoulders is None or body.hips is None:
            return None
        now = _Place(self._clock_s, (body.shoulders.y + body.hips.y) / 2, body.torso)
        self._past.append(now)
        longest = max(place.torso for place in self._past)
        return (now.y - min(place.y for place in self._past)) / max(longest, 1.0)

    def _forget(self, t: float) -> None:
        """Drop what is too old, by the time for which the person was detected since."""
        away_s, self._t = t - self._t, t
        self._clock_s += min(max(0.0, away_s), STEP_S)
        if not 0 <= away_s <= BREAK_S:
            self._past.clear()
        while self._past and self._clock_s - self._past[0].clock_s > SPAN_S:
            self._past.popleft()
