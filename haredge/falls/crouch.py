"""Who crouches: low, but on their feet or knees, as to tie a shoe, to pick something up, or to kneel."""

from __future__ import annotations

from typing import Final

from haredge.falls.body import Body, Point

NARROW: Final = 0.55
"""Greatest width of who crouches, in standing heights; who lies across the view is wider."""

FEET: Final = 0.33
"""Height of the hips above the ankles from which feet carry them, whatever else is seen."""

LEGS_RISE: Final = 0.1
"""Least height of the hips above the ankles."""

TORSO: Final = 0.18
"""Least length of the torso in the image: who lies with the feet towards the camera is narrow, too, and has the hips
above the ankles, but little is seen of their torso."""

UNDER: Final = 0.08
"""How far the ankles are to a side of the hips at most to be under them, however little of the torso is seen: who bends
towards the camera hides theirs."""

SHINS_RISE: Final = 0.04
"""Least height of the knees above the ankles in that case."""

PATIENCE_S: Final = 30.0
"""Seconds for which crouching excuses: the pose of who collapsed with the feet towards the camera is the same, and they
are not to be missed permanently."""


class Crouch:
    """Watches one person for how long they crouch."""

    def __init__(self) -> None:
        self._since: float | None = None

    def update(self, body: Body, unit: float) -> bool:
        """Return whether the body crouches, and has not for too long; ``unit`` is the person's standing height."""
        if not crouches(body, unit):
            self._since = None
            return False
        self._since = body.t if self._since is None else self._since
        return body.t - self._since < PATIENCE_S


def crouches(body: Body, unit: float) -> bool:
    """Return whether a body is folded above its feet; ``unit`` is the person's standing height in pixels.

    The numbers were chosen on the 58 falls of the rooms that the rule is fitted on, at three rates, as they are, in the
    dusk and from afar, and on two hours of the synthetic person's day: docs/falls.md has what they cost and spare.
    """
    hips, ankles = body.hips, body.ankles
    if hips is None or ankles is None or body.width >= NARROW * unit:
        return False
    rise = ankles.y - hips.y
    if rise <= LEGS_RISE * unit:
        return False
    torso_seen = body.torso is not None and body.torso > TORSO * unit
    return rise > FEET * unit or torso_seen or _stands_under(body.knees, hips, ankles, unit)


def _stands_under(knees: Point | None, hips: Point, ankles: Point, unit: float) -> bool:
    """Return whether the shins stand below the hips."""
    if knees is None:
        return False
    return abs(ankles.x - hips.x) < UNDER * unit and ankles.y - knees.y > SHINS_RISE * unit
