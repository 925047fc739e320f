"""A person's own upright self: how tall they stand, at any distance from the camera."""

from __future__ import annotations

import math
from typing import Final

from haredge.falls.body import Body
from haredge.falls.perspective import SLOPE, Perspective

LEAN: Final = 25.0
"""Degrees by which an upright torso is tilted at most."""

STOOP: Final = 60.0
"""The same of who walks bent, as behind a walking frame; it counts as long as they have never been seen upright."""

TALL: Final = 1.3
"""Least height of an upright person's box by its width."""

LEGS: Final = 0.38
"""Least share of an upright person's box below the hips; it is less of a person who sits."""

THIGHS: Final = 0.45
"""Least height of an upright person's thighs by that of the torso; those of a person who sits are level."""

TORSOS: Final = 3.2
"""Height of a standing person by the length of the torso, where no one has been seen standing yet."""

SHOULDERS: Final = 0.82
"""Height of a standing person's shoulders, as a share of the person's height."""

STANDING: Final = 0.7
"""Least height of a person who stands, as a share of how tall they stand: who lies with the feet towards the camera
shows an upright torso with the legs below it, too, but all of it is short."""

BLEND_S: Final = 4.0
"""Time constant with which a person's own size follows what is seen of it."""

LEAST_SHARE: Final = 0.6
"""Least height that is expected anywhere, as a share of one that was guessed."""

SHRINK_S: Final = 10.0
"""Time constant with which a torso is believed to be shorter: it appears so, too, when it leans to the camera."""


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


def stoops(body: Body) -> bool:
    """Return whether a body is bent, but on its feet: the knees are well below the hips."""
    torso, lean, hips, knees = body.torso, body.lean, body.hips, body.knees
    if torso is None or lean is None or hips is None or knees is None:
        return False
    return LEAN < lean <= STOOP and knees.y - hips.y >= THIGHS * torso


class UprightSelf:
    """One person's size beside what the perspective of the room expects of anyone."""

    def __init__(self, room: Perspective) -> None:
        """Take the perspective of the room, which this person adds to."""
        self._room = room
        self._size: float | None = None
        self._t = 0.0
        self._guess: tuple[float, float] | None = None
        self._was_upright = False

    def learn(self, body: Body) -> None:
        """Take note of how tall the person stands, if the body does stand, or at least holds its torso upright."""
        if self.stands(body):
            self._blend(body.t, math.log(body.height / self._room.learn(body.box.bottom, body.height)))
        elif self._size is None and body.torso is not None and body.lean is not None:
            self._guess_from(body, body.torso, upright=body.lean <= LEAN)
        self._t = body.t

    def stands(self, body: Body) -> bool:
        """Return whether a body is clearly upright, seen from head to foot, and as tall as this person would stand."""
        if not stands(body):
            return False
        known = self._size is not None or self.guessed
        expected = self.height(body) if known else None
        return expected is None or body.height >= STANDING * expected

    def _blend(self, t: float, size: float) -> None:
        share = 1.0 if self._size is None else -math.expm1(-min(1.0, t - self._t) / BLEND_S)
        self._size = size * share + (self._size or 0.0) * (1 - share)

    def _guess_from(self, body: Body, torso: float, *, upright: bool) -> None:
        """Guess by an upright torso; by a bent one, which is shorter in the image, only as long as there was none."""
        if upright and not self._was_upright:
            self._was_upright, self._guess = True, None
        if upright or (stoops(body) and not self._was_upright):
            self._guess_by(body, torso)

    def _guess_by(self, body: Body, torso: float) -> None:
        """Guess height and feet of a person whose legs are not seen, who sits or walks bent, by the torso."""
        height = TORSOS * torso
        if self._guess is not None and self._guess[1] > height:
            share = -math.expm1(-min(1.0, body.t - self._t) / SHRINK_S)
            height = share * height + (1 - share) * self._guess[1]
        shoulders = body.box.top if body.shoulders is None else body.shoulders.y
        self._guess = shoulders + SHOULDERS * height, height

    @property
    def guessed(self) -> bool:
        """Whether how tall the person stands is a guess by the torso: no one has been seen standing in this room."""
        return not self._room.known

    def height(self, body: Body) -> float | None:
        """Return how tall the person would stand where the body touches the floor, in pixels; None if not known."""
        expected = self._room.height(body.box.bottom)
        if expected is not None:
            return expected * math.exp(self._size or 0.0)
        if self._guess is None:
            return None
        feet, height = self._guess
        return max(height + SLOPE * (body.box.bottom - feet), LEAST_SHARE * height)
