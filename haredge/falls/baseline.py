"""A person's own upright self: how tall they stand, at any distance from the camera."""

from __future__ import annotations

import math
from typing import Final

from haredge.falls.body import Body
from haredge.falls.perspective import Perspective

LEAN: Final = 25.0
"""Degrees by which an upright torso is tilted at most."""

TALL: Final = 1.3
"""Least height of an upright person's box by its width."""

LEGS: Final = 0.38
"""Least share of an upright person's box below the hips; it is less of a person who sits."""

THIGHS: Final = 0.45
"""Least height of an upright person's thighs by that of the torso; those of a person who sits are level."""

TORSOS: Final = 3.2
"""Height of a standing person by the length of the torso, where no one has been seen standing yet."""

BLEND_S: Final = 4.0
"""Time constant with which a person's own size follows what is seen of it."""


def stands(body: Body) -> bool:
    """Return whether a body is clearly upright, and seen from head to foot."""
    lean, shoulders, hips, knees = body.lean, body.shoulders, body.hips, body.knees
    if lean is None or shoulders is None or hips is None or knees is None or body.cut:
        return False
    return (
        lean <= LEAN
        and body.height >= TALL * body.width
        and body.box.bottom - hips.y >= LEGS * body.height
        and knees.y - hips.y >= THIGHS * (hips.y - shoulders.y)
    )


class UprightSelf:
    """One person's size beside what the perspective of the room expects of anyone."""

    def __init__(self, room: Perspective) -> None:
        """Take the perspective of the room, which this person adds to."""
        self._room = room
        self._size: float | None = None
        self._t = 0.0
        self._torso: float | None = None

    def learn(self, body: Body) -> None:
        """Take note of how tall the person stands, if the body does stand."""
        if body.torso is not None and body.lean is not None and body.lean <= LEAN:
            self._torso = body.torso
        if stands(body):
            self._blend(body.t, math.log(body.height / self._room.learn(body.box.bottom, body.height)))

    def _blend(self, t: float, size: float) -> None:
        share = 1.0 if self._size is None else -math.expm1(-min(1.0, t - self._t) / BLEND_S)
        self._size = size * share + (self._size or 0.0) * (1 - share)
        self._t = t

    def height(self, body: Body) -> float | None:
        """Return how tall the person would stand where the body touches the floor, in pixels; None if not known."""
        expected = self._room.height(body.box.bottom)
        if expected is not None:
            return expected * math.exp(self._size or 0.0)
        return None if self._torso is None else TORSOS * self._torso
