"""A stick figure for tests of falls: stands, walks, bends, sits down, falls, before a camera that is level."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from haredge.core.labels import UNKNOWN
from haredge.core.types import Activity, Box, FallAlarm, Frame, Person, Pose
from haredge.falls.watch import FallWatch

SIZE = (480, 640)

# Heights of the joints above the floor, and their distance from the middle, in heights of the person.
_JOINTS = (
    *((0.93, 0.0), (0.95, 0.01), (0.95, -0.01), (0.94, 0.03), (0.94, -0.03)),
    *((0.82, 0.1), (0.82, -0.1), (0.65, 0.12), (0.65, -0.12), (0.5, 0.12), (0.5, -0.12)),
    *((0.52, 0.06), (0.52, -0.06), (0.28, 0.06), (0.28, -0.06), (0.04, 0.06), (0.04, -0.06)),
)
_HIPS, _KNEES = 0.52, 0.28


@dataclass(frozen=True)
class Stance:
    """How the figure holds itself."""

    x: float = 320.0
    feet: float = 400.0
    """y of the feet."""
    tall: float = 200.0
    """Height of the figure when it stands there, in pixels."""
    tilt: float = 0.0
    """Degrees by which all of it is turned about the feet: 90 lies on the floor."""
    bend: float = 0.0
    """Degrees by which what is above the hips is bent."""
    sunk: float = 0.0
    """Share of the legs' height that is lost by sitting down."""
    score: float = 0.6
    """Of each keypoint."""

    def pose(self, t: float, track: int = 1) -> Pose:
        """Return the pose that a network would find."""
        points = np.array([self._place(height, aside) for height, aside in _JOINTS])
        xy = np.array([self.x, self.feet]) + points * self.tall
        low, high = xy.min(0), xy.max(0)
        top = self._place(1.0, 0.0)[1] * self.tall + self.feet
        box = Box(
            float(low[0]) - 0.05 * self.tall,
            min(float(low[1]), top),
            float(high[0]) + 0.05 * self.tall,
            float(max(high[1] + 0.04 * self.tall, low[1])),
        )
        keypoints = np.concatenate([xy, np.full((17, 1), self.score)], 1).astype(np.float32)
        return Pose(t, keypoints, track, 0.6, box)

    def _place(self, height: float, aside: float) -> tuple[float, float]:
        if height <= _HIPS:
            up, out = height * (1 - self.sunk), aside
        else:
            bend = math.radians(self.bend)
            up = _HIPS * (1 - self.sunk) + (height - _HIPS) * math.cos(bend)
            out = aside + (height - _HIPS) * math.sin(bend)
        tilt = math.radians(self.tilt)
        return out * math.cos(tilt) + up * math.sin(tilt), out * math.sin(tilt) - up * math.cos(tilt)


Course = Callable[[float], Stance | None]
"""How the figure stands at a time; None while it is not detected."""


def falling_at(start: float, lasts: float = 0.9, stance: Stance | None = None) -> Course:
    """Stand, fall to the right from ``start`` on, and lie."""
    base = stance or Stance()

    def course(t: float) -> Stance:
        done = min(max((t - start) / lasts, 0.0), 1.0)
        return Stance(base.x, base.feet, base.tall, tilt=90 * done**2)

    return course


def frames(course: Course, until: float, rate_hz: float = 8.0, track: int = 1) -> Iterator[tuple[float, Pose | None]]:
    """Yield time and pose at a rate."""
    for index in range(int(until * rate_hz) + 1):
        t = index / rate_hz
        stance = course(t)
        yield t, None if stance is None else stance.pose(t, track)


def person(pose: Pose | None, number: int = 1, zone: str | None = None, *, resting: bool = False) -> Person:
    """Return a person with a pose."""
    return Person(number, pose, None, Activity(UNKNOWN, 0.0, 0.0), zone, resting=resting)


def watched(
    watch: FallWatch,
    seen: Iterable[tuple[float, Pose | None]],
    size: tuple[int, int] = SIZE,
    resting: Callable[[Pose], bool] = lambda _: False,
) -> list[FallAlarm]:
    """Run a watch over one person's poses, who is the number of the pose's track; return each alarm that was new.

    ``resting`` says of a pose whether it is in a place to rest.
    """
    alarms: list[FallAlarm] = []
    image = np.zeros((*size, 3), np.uint8)
    for index, (t, pose) in enumerate(seen):
        people = () if pose is None else (person(pose, pose.track, resting=resting(pose)),)
        _, alarm = watch.update(Frame(index, t, image), people)
        if not alarms or (alarm.state, alarm.since) != (alarms[-1].state, alarms[-1].since):
            alarms.append(alarm)
    return alarms


def states(alarms: Iterable[FallAlarm]) -> Sequence[str]:
    """Return what was reported, without the quiet at the beginning."""
    return [alarm.state for alarm in alarms][1:]
