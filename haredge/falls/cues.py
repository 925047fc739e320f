"""What distinguishes a fall: a body beside the person's own upright self, and how it came there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from haredge.falls.baseline import UprightSelf
from haredge.falls.body import Body, Point
from haredge.falls.recent import Recent

STEP_S: Final = 0.2
"""Least time between two places of which a speed is made: the keypoints of a person who stands still tremble."""


class Cues(NamedTuple):
    """Measures of one person in one frame, in standing heights of that person; None where the joints are not visible.

    The first eight are of the posture, the others of the last :data:`haredge.falls.recent.SPAN_S` seconds.
    """

    height: float
    """Of the box: 1 standing."""
    width: float
    """Of the box."""
    head: float
    """How far the head is above the lowest point."""
    hips: float | None
    """How far the hips are above it."""
    torso_rise: float | None
    """How far the shoulders are above the hips."""
    legs_rise: float | None
    """How far the hips are above the ankles."""
    lean: float | None
    """Of the torso, in right angles: 0 upright, 1 level."""
    torso: float | None
    """Length of the torso."""
    head_drop: float
    """How much higher above the lowest point the head was."""
    hips_drop: float
    """How much higher above it the hips were."""
    sink: float
    """How much higher in the image the middle of the box was."""
    head_speed: float
    """Greatest downward speed of the head, per second."""
    hips_speed: float
    """Greatest downward speed of the hips, per second."""


POSTURE: Final = Cues._fields[:8]


@dataclass(frozen=True, slots=True)
class _Past:
    """What is kept of a frame."""

    t: float
    head: float
    hips: float | None
    head_y: float
    hips_y: float | None
    centre_y: float
    head_speed: float
    hips_speed: float


class CueHistory:
    """Makes one person's cues, frame by frame."""

    def __init__(self) -> None:
        self._past: Recent[_Past] = Recent()

    def update(self, body: Body, upright: UprightSelf) -> Cues | None:
        """Return the cues of a body; None while it is not known how tall the person stands."""
        unit = upright.height(body)
        if unit is None:
            return None
        self._past.forget(body.t)
        now = self._taken(body, unit)
        self._past.add(now)
        return _cues(body, unit, now, self._past)

    def _taken(self, body: Body, unit: float) -> _Past:
        bottom, hips = body.box.bottom, body.hips
        head_y = body.box.top if body.head is None else body.head.y
        before = next((past for past in reversed(self._past) if body.t - past.t >= STEP_S), None)
        head_speed = hips_speed = 0.0
        if before is not None:
            over = unit * (body.t - before.t)
            head_speed = (head_y - before.head_y) / over
            hips_speed = 0.0 if hips is None or before.hips_y is None else (hips.y - before.hips_y) / over
        return _Past(
            body.t,
            (bottom - head_y) / unit,
            None if hips is None else (bottom - hips.y) / unit,
            head_y,
            None if hips is None else hips.y,
            body.centre.y,
            head_speed,
            hips_speed,
        )


def _cues(body: Body, unit: float, now: _Past, past: Recent[_Past]) -> Cues:
    torso, lean = body.torso, body.lean
    return Cues(
        height=body.height / unit,
        width=body.width / unit,
        head=now.head,
        hips=now.hips,
        torso_rise=_rise(body.hips, body.shoulders, unit),
        legs_rise=_rise(body.ankles, body.hips, unit),
        lean=None if lean is None else lean / 90,
        torso=None if torso is None else torso / unit,
        head_drop=max(then.head for then in past) - now.head,
        hips_drop=0.0 if now.hips is None else max(then.hips for then in past if then.hips is not None) - now.hips,
        sink=(now.centre_y - min(then.centre_y for then in past)) / unit,
        head_speed=max(then.head_speed for then in past),
        hips_speed=max(then.hips_speed for then in past),
    )


def _rise(lower: Point | None, upper: Point | None, unit: float) -> float | None:
    return None if lower is None or upper is None else (lower.y - upper.y) / unit
