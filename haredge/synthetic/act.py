"""What a person does on a stage, in steps: stay and move, turn round, go from one spot to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import atan2, ceil, cos, degrees, hypot, radians, sin

from haredge.synthetic.gait import Gait
from haredge.synthetic.kinematics import Spot, place
from haredge.synthetic.motion import Motion, blend, ease
from haredge.synthetic.poses import STAND
from haredge.synthetic.skeleton import Floats

BLEND_S = 0.5
"""Seconds over which one step passes into the next."""
_TURN_DEG, _TURN_S = 60.0, 0.42
_RAMP_S = 0.5

Act = Callable[[float], Floats]
"""Seconds since a step began -> posture in the world."""


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """A stretch of time with one label; ``act`` is None while the person is away."""

    start_s: float
    end_s: float
    label: str
    act: Act | None


def stay(motion: Motion, spot: Spot, leg_m: float) -> Act:
    """Do a motion on the spot."""
    return lambda t: place(motion(t), spot, leg_m)


def turn(start: Spot, heading_deg: float, leg_m: float) -> tuple[Act, float]:
    """Turn on the spot, step by step; also returns the seconds that it takes."""
    change = (heading_deg - start.heading_deg + 180) % 360 - 180
    count = max(1, ceil(abs(change) / _TURN_DEG))

    def act(t: float) -> Floats:
        done = min(max(t / _TURN_S, 0.0), count - 1e-9)
        headings = [start.heading_deg + change * (int(done) + k) / count for k in (0, 1)]
        old, new = (place(STAND, Spot(start.x, start.z, heading), leg_m) for heading in headings)
        return blend(old, new, done - int(done))

    return act, count * _TURN_S


def heading_to(start: Spot, x: float, z: float) -> float:
    """Give the heading in degrees from a spot to a place on the floor."""
    return degrees(atan2(x - start.x, z - start.z))


def go(start: Spot, x: float, z: float, gait: Gait, leg_m: float) -> tuple[Act, float]:
    """Go straight to a place on the floor, gathering speed and slowing down; also returns the seconds it takes."""
    heading, length = heading_to(start, x, z), hypot(x - start.x, z - start.z) / leg_m
    seconds = length / gait.speed + _RAMP_S if length > gait.speed * _RAMP_S else 2 * _RAMP_S
    top = length / (seconds - _RAMP_S)

    def act(t: float) -> Floats:
        done, vigour = _progress(t, seconds)
        along = top * done * leg_m
        here = Spot(start.x + along * sin(radians(heading)), start.z + along * cos(radians(heading)), heading)
        return place(gait.at(top * done, vigour * min(top / gait.speed, 1.0)), here, leg_m)

    return act, seconds


def _progress(t: float, seconds: float) -> tuple[float, float]:
    """Seconds' worth of way at full speed, and the share of full speed, at ``t`` of a way that starts and ends slow."""
    t = min(max(t, 0.0), seconds)
    end = seconds - _RAMP_S
    if t < _RAMP_S:
        return _RAMP_S * _eased_area(t / _RAMP_S), ease(t / _RAMP_S)
    if t <= end:
        return t - _RAMP_S / 2, 1.0
    left = (seconds - t) / _RAMP_S
    return seconds - _RAMP_S - _RAMP_S * _eased_area(left), ease(left)


def _eased_area(u: float) -> float:
    """Integral of :func:`ease` from 0 to u."""
    return u**3 - u**4 / 2
