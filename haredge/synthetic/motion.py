"""Motion: a posture for every moment, by running smoothly through key poses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from haredge.synthetic.kinematics import SLICES, field, mirror
from haredge.synthetic.skeleton import Floats

Motion = Callable[[float], Floats]
"""Seconds since it began -> posture at the spot where the person stands. Defined for every time: a motion that ends
stays in its last posture."""


@dataclass(frozen=True)
class Keyed:
    """Runs through key poses, without overshooting any of them: what stands on the floor does not sink into it.

    Piecewise cubic Hermite interpolation with the tangents of Fritsch and Carlson (1980), as in PCHIP.
    """

    times: Floats
    """(k,) seconds, growing, the first 0; the last is the end, or where a cycle begins again."""
    poses: Floats
    """(k, SIZE); of a cycle the last equals the first."""
    cycle: bool

    @property
    def end_s(self) -> float:
        """Seconds at which the last key pose is reached, or at which the cycle begins again."""
        return float(self.times[-1])

    def __call__(self, t: float) -> Floats:
        """Give the posture at ``t`` seconds."""
        end = self.end_s
        t = t % end if self.cycle else min(max(t, 0.0), end)
        k = int(np.clip(np.searchsorted(self.times, t, "right") - 1, 0, len(self.times) - 2))
        span = self.times[k + 1] - self.times[k]
        u = (t - self.times[k]) / span
        start, stop, tangents = self.poses[k], self.poses[k + 1], self._tangents
        h1, h2 = u * u * (3 - 2 * u), u * (1 - u)
        pull = tangents[k] * (1 - u) - tangents[k + 1] * u
        return np.asarray(start + (stop - start) * h1 + h2 * span * pull)

    def __post_init__(self) -> None:
        """Work the tangents out once."""
        object.__setattr__(self, "_tangents", _monotone(self.times, self.poses, cycle=self.cycle))

    _tangents: Floats = None  # type: ignore[assignment]


def _monotone(times: Floats, poses: Floats, *, cycle: bool) -> Floats:
    """Tangents (k, SIZE) at key poses: the harmonic mean of the slopes on both sides, 0 where they differ in sign."""
    spans = np.diff(times)[:, None]
    slopes = np.diff(poses, axis=0) / spans
    ring = np.concatenate([slopes[-1:], slopes, slopes[:1]]) if cycle else np.pad(slopes, ((1, 1), (0, 0)))
    widths = np.concatenate([spans[-1:], spans, spans[:1]]) if cycle else np.pad(spans, ((1, 1), (0, 0)), "edge")
    before, after = ring[:-1], ring[1:]
    w1, w2 = 2 * widths[1:] + widths[:-1], widths[1:] + 2 * widths[:-1]
    same = before * after > 0
    bottom = np.where(same, w1 / np.where(same, before, 1) + w2 / np.where(same, after, 1), 1)
    return np.where(same, (w1 + w2) / bottom, 0.0)


def through(keys: Sequence[tuple[float, Floats]], *, cycle: bool = False) -> Keyed:
    """Run through (seconds, pose) keys; a cycle returns to its first pose at the last key's time."""
    return Keyed(np.array([t for t, _ in keys]), np.stack([pose for _, pose in keys]), cycle)


def varied(
    rng: np.random.Generator, keys: Sequence[tuple[float, Floats]], *, cycle: bool = False, spread: float = 0.12
) -> Motion:
    """Run through keys as one person on one day would: own speed, amplitude, side and starting point."""
    speed = float(np.exp(rng.normal(0, spread)))
    amplitude = float(np.clip(rng.normal(1.0, spread / 2), 0.85, 1.1))
    first = keys[0][1]
    own = [(t / speed, _amplified(first, pose, amplitude)) for t, pose in keys]
    if rng.random() < 0.5:
        own = [(t, mirror(pose)) for t, pose in own]
    motion = through(own, cycle=cycle)
    return alive(rng, motion)


def _amplified(first: Floats, pose: Floats, amplitude: float) -> Floats:
    """Take a pose's arms, spine and head farther from the first pose, or less far; what bears the body stays."""
    result = pose.copy()
    for name in ("spine", "head", "arms"):
        part = SLICES[name]
        result[part] = first[part] + (pose[part] - first[part]) * amplitude
    return result


def alive(rng: np.random.Generator, motion: Motion, strength: float = 1.0) -> Motion:
    """Add what no living body is without: breath, a slow sway, a wandering gaze."""
    phases, rates = rng.uniform(0, 2 * np.pi, 6), rng.uniform(0.7, 1.3, 6)

    def moving(t: float) -> Floats:
        wave = strength * np.sin(2 * np.pi * rates * np.array([0.27, 0.13, 0.21, 0.09, 0.17, 0.31]) * t + phases)
        result = motion(t).copy()
        field(result, "spine")[...] += (0.9 * wave[0], 0.8 * wave[1], 1.2 * wave[2])
        field(result, "head")[...] += (3 * wave[4], 1.2 * wave[1], 9 * wave[3])
        field(result, "arms")[:, 0] += 1.2 * wave[[0, 5]]
        field(result, "arms")[:, 3] += 2.0 * wave[[4, 2]]
        field(result, "pelvis")[[0, 2]] += (0.006 * wave[1], 0.005 * wave[4])
        return result

    return moving


def ease(u: float) -> float:
    """Go from 0 to 1 with a slow start and end; outside of [0, 1] stay."""
    u = min(max(u, 0.0), 1.0)
    return u * u * (3 - 2 * u)


def blend(old: Floats, new: Floats, u: float) -> Floats:
    """Go from one posture in the world to another, ``u`` in [0, 1]: first one foot steps over, then the other."""
    w = ease(u)
    turn = SLICES["tilt"].start + 2
    new = new.copy()
    new[turn] += 360 * np.round((old[turn] - new[turn]) / 360)
    result = np.asarray(old + (new - old) * w)
    for side in (0, 1):
        start, end = field(old, "feet")[side], field(new, "feet")[side]
        step = ease(2 * u - side)
        far = float(np.hypot(*(end - start)[[0, 2]]))
        foot = start + (end - start) * step
        foot[1] += min(0.3 * far, 0.14) * 4 * step * (1 - step)
        field(result, "feet")[side] = foot
    return result
