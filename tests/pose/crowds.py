"""Synthetic people who walk, hide, fall and meet, as a network that finds several people would see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from haredge.core.types import Box, Frame, Pose
from haredge.pose.region import Region

HEIGHT, WIDTH = 480, 640
IMAGE = np.zeros((HEIGHT, WIDTH, 3), np.uint8)

BODY = np.array(
    [[0, 0.02]]
    + [[side * 0.02, 0.0] for side in (-1, 1)]
    + [[side * 0.05, 0.02] for side in (-1, 1)]
    + [
        [side * x, y]
        for x, y in ((0.12, 0.18), (0.15, 0.33), (0.16, 0.48), (0.08, 0.52), (0.09, 0.75), (0.09, 1.0))
        for side in (-1, 1)
    ]
)
"""(17, 2) x, y of a person who stands, in heights from the middle of the head."""

Path = Callable[[float], "tuple[float, float] | None"]
"""Where a person's feet are at a time, in pixels; None while they are not in the room."""


@dataclass(frozen=True)
class Figure:
    """A person."""

    path: Path
    height: float = 200.0
    fallen: Callable[[float], float] = lambda _t: 0.0
    """From 0, standing, to 1, lying."""
    presence: Callable[[float], float] = lambda _t: 0.8

    def pose(self, t: float) -> Pose | None:
        feet = self.path(t)
        if feet is None:
            return None
        angle = self.fallen(t) * np.pi / 2
        up = BODY - (0, 1)
        turned = np.stack(
            (up[:, 0] * np.cos(angle) - up[:, 1] * np.sin(angle), up[:, 0] * np.sin(angle) + up[:, 1] * np.cos(angle)),
            1,
        )
        points = turned * self.height + feet
        keypoints = np.column_stack((points, np.full(17, 0.8))).astype(np.float32)
        keypoints[(points < 0).any(1) | (points > (WIDTH, HEIGHT)).any(1), 2] = 0.05
        if (keypoints[:, 2] > 0.5).sum() < 5:
            return None
        keypoints[:, :2] = np.clip(points, 0, (WIDTH - 1, HEIGHT - 1))
        return Pose(t, keypoints, presence=self.presence(t))


@dataclass
class Room:
    """Finds everyone in a region who is not hidden behind a taller, thus nearer, person; notes its runs."""

    people: Sequence[Figure]
    most_people: int = 6
    confirms_new: bool = False
    noise: float = 0.01
    """Of each keypoint, in heights."""
    min_pose_score: float = 0.5
    low: float = 0.3
    hides: bool = True
    runs: list[tuple[float, Region | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(0)

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        self.runs.append((frame.t, region))
        shown: list[Pose] = []
        for figure in sorted(self.people, key=lambda one: -one.height):
            pose = figure.pose(frame.t)
            if pose is None or pose.presence < self.low or (region and not _inside(pose, region)):
                continue
            if self.hides and any(_hidden(pose.box, other.box) > 0.6 for other in shown):
                continue
            keypoints = pose.keypoints.copy()
            keypoints[:, :2] += self._rng.normal(0, self.noise * figure.height, (17, 2))
            shown.append(Pose(frame.t, keypoints, presence=pose.presence))
        return tuple(sorted(shown, key=lambda pose: -pose.presence))[: self.most_people]


def _inside(pose: Pose, region: Region) -> bool:
    x, y = (pose.box.left + pose.box.right) / 2, (pose.box.top + pose.box.bottom) / 2
    return region.left <= x < region.right and region.top <= y < region.bottom


def _hidden(behind: Box, before: Box) -> float:
    wide = min(behind.right, before.right) - max(behind.left, before.left)
    tall = min(behind.bottom, before.bottom) - max(behind.top, before.top)
    return max(wide, 0) * max(tall, 0) / ((behind.right - behind.left) * (behind.bottom - behind.top))


def frames(seconds: float, rate_hz: float = 8.0) -> Iterator[Frame]:
    for index in range(round(seconds * rate_hz)):
        yield Frame(index, index / rate_hz, IMAGE)


class Restless:
    """Motion everywhere: the images are all the same. ``place`` is where the most is, if it is anywhere."""

    def __init__(self, place: Box | None = None) -> None:
        self.place = place

    def area(self) -> Box | None:
        return self.place

    def watch(self, frame: Frame) -> None:
        pass

    def moves(self) -> bool:
        return True

    def moves_in(self, box: Box) -> bool:
        return True

    def moves_outside(self, region: Region) -> bool:
        return True


def nearest(pose: Pose, people: Sequence[Figure]) -> int:
    """Return the index of the person whose pose it is."""
    truths = [figure.pose(pose.t) for figure in people]
    apart = [np.inf if truth is None else np.abs(truth.keypoints - pose.keypoints)[:, :2].mean() for truth in truths]
    return int(np.argmin(apart))
