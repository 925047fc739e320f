"""Whether a person is seen clearly enough to say that they fell.

Where someone was lost, by a door or at the image's side, a piece of furniture may be taken for them: it is low and does
not move, as who has fallen, and is seen vaguely.
"""

from __future__ import annotations

import math
from typing import Final

from haredge.falls.body import Body

CLEAR: Final = 0.3
"""Least mean score of the keypoints of a person who is seen clearly. In the videos that the rule is fitted on, also
darker and smaller, furniture has 0.14 to 0.30, and who falls 0.31 or more at some time in the last second."""

CLEAR_S: Final = 1.0
"""Seconds for which a clear sight counts: who reaches the ground is often seen vaguely."""

UNSEEN_S: Final = 0.45
"""Seconds without the person after which it counts no more: what is found then may be something else."""


class ClearSight:
    """Follows how clearly one person is seen."""

    def __init__(self) -> None:
        self._t = self._clear_t = -math.inf

    def update(self, body: Body) -> bool:
        """Return whether the body is seen clearly, or was a moment ago and has been seen since."""
        if body.t - self._t > UNSEEN_S:
            self._clear_t = -math.inf
        self._t = body.t
        if body.clarity >= CLEAR:
            self._clear_t = body.t
        return body.t - self._clear_t <= CLEAR_S
