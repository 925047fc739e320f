"""Who crouches: low, but on their feet or knees, as to tie a shoe, to pick something up, or to kneel."""

from __future__ import annotations

from typing import Final

from haredge.falls.cues import Cues

NARROW: Final = 0.55
"""Greatest width of who crouches, in standing heights; who lies across the view is wider."""

LEGS_RISE: Final = 0.1
"""Least height of the hips above the ankles."""

TORSO: Final = 0.18
"""Least length of the torso in the image: who lies with the feet towards the camera is narrow, too, and has the hips
above the ankles, but little is seen of their torso."""

FEET: Final = 0.33
"""Height of the hips above the ankles from which feet carry them, however little of the torso is seen."""


def crouches(cues: Cues) -> bool:
    """Return whether a body is folded above its feet.

    The numbers were chosen on the 58 falls of the rooms that the rule is fitted on, at three rates, of which they cost
    none, and two of 174 in the dusk; and on an hour of the synthetic person's day, of whose false reports they leave a
    quarter.
    """
    if cues.legs_rise is None or cues.width >= NARROW:
        return False
    return cues.legs_rise > FEET or (cues.legs_rise > LEGS_RISE and cues.torso is not None and cues.torso > TORSO)
