"""How far a person has come down in the image: who leans over a table gets low, level and wide, and stays up."""

from __future__ import annotations

from dataclasses import dataclass

from haredge.falls.body import Body
from haredge.falls.recent import Recent


@dataclass(frozen=True, slots=True)
class _Place:
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
        self._past: Recent[_Place] = Recent()

    def update(self, body: Body) -> float | None:
        """Return how many lengths of the torso its middle has come down in what is :class:`Recent`.

        None where shoulders or hips are not visible.
        """
        self._past.forget(body.t)
        if body.torso is None or body.shoulders is None or body.hips is None:
            return None
        now = _Place((body.shoulders.y + body.hips.y) / 2, body.torso)
        self._past.add(now)
        longest = max(place.torso for place in self._past)
        return (now.y - min(place.y for place in self._past)) / max(longest, 1.0)
