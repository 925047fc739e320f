"""Falls of the synthetic person, seen by cameras on shelves, walls and below the ceiling, as replays.

Real videos of falls show three rooms from one height each; these show the same body from everywhere. Nothing is
rendered: the true keypoints get the errors that a pose network makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from haredge.core.types import Box, Pose
from haredge.synthetic.appearance import Figure
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.ground_truth import HIDDEN, OUTSIDE, true_keypoints
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.script import timeline
from haredge.synthetic.skeleton import Bones, Floats
from haredge.synthetic.stage import Stage
from research.falls.replay import PoseFrame, Replay

RATE_HZ: Final = 12.5
SIZE: Final = (240, 320)
FALLS: Final = (("walking", "falling"), ("standing", "falling"), ("walking", "standing", "falling"), ("falling",))
LIVING: Final = (
    "walking",
    "standing",
    "picking_up",
    "squat",
    "pushup",
    "sitting",
    "jumping_jacks",
    "waving",
    "jumping",
    "boxing",
)

WOBBLE: Final = 0.02
"""Standard deviation of a keypoint's error, in heights of the person."""
DRIFT: Final = 0.5
"""How much of an error stays until the next frame."""
MARGIN: Final = 0.05
"""How much the box is larger than the keypoints, in heights of the person."""
LOST: Final = (0.0, 0.35)
"""Least and most share of frames in which the person is not detected."""


def simulated(count: int, seed: int = 0) -> Iterator[Replay]:
    """Yield ``count`` replays with a fall and as many without one."""
    rng = np.random.default_rng(seed)
    for index in range(count):
        words = FALLS[int(rng.integers(len(FALLS)))]
        yield _replay(index, words, rng)
        yield _replay(index, rng.choice(LIVING, 3, replace=False).tolist(), rng)


def _replay(index: int, words: Sequence[str], rng: np.random.Generator) -> Replay:
    stage = Stage.random(rng, (64, 48), chair="sitting" in words)
    bones = Figure.random(rng).bones
    acts = timeline(rng, [(word, None) for word in words], stage, bones.leg)
    camera, eye = _camera(rng), _Eye(rng)
    frames = []
    for number in range(int(acts.duration_s * RATE_HZ)):
        t = number / RATE_HZ
        _, posture = acts.at(t)
        pose = None if posture is None else eye.look(t, joints_of(posture, bones), bones, camera)
        frames.append(PoseFrame(t, () if pose is None else (pose,)))
    falling = next((step for step in acts.steps if step.label == "falling"), None)
    fall = None if falling is None else (falling.start_s + 0.2, falling.start_s + 1.0)
    return Replay("-".join([f"{index:03}", *words]), "simulated", SIZE, fall, tuple(frames))


def _camera(rng: np.random.Generator) -> SyntheticCamera:
    """Hang a camera at 0.6 to 2.8 m, anywhere round a room, which shows all of it."""
    height, width = SIZE
    distance, angle = rng.uniform(3.0, 6.5), rng.uniform(0, 2 * np.pi)
    position = (float(np.sin(angle) * distance), float(rng.uniform(0.6, 2.8)), float(np.cos(angle) * distance))
    target = (float(rng.normal(0, 0.3)), float(rng.uniform(0.4, 1.0)), float(rng.normal(0, 0.3)))
    focal = width / (2 * np.tan(np.radians(rng.uniform(55, 95)) / 2))
    return SyntheticCamera(position, target, float(focal), (width, height), float(rng.normal(0, 2)))


class _Eye:
    """A pose network: it errs, the more so the less it sees, and misses people."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._error = np.zeros((17, 2))
        self._lost = rng.uniform(*LOST)

    def look(self, t: float, joints: Floats, bones: Bones, camera: SyntheticCamera) -> Pose | None:
        keypoints = true_keypoints(joints, bones, camera)
        inside = keypoints[:, 2] != OUTSIDE
        if inside.sum() < 9 or self._rng.random() < self._lost:
            return None
        xy = keypoints[:, :2]
        tall = max(float(np.ptp(xy, axis=0).max()), 1.0)
        worse = np.where(keypoints[:, 2] == HIDDEN, 2.0, 1.0)[:, None]
        fresh = self._rng.normal(0, WOBBLE, (17, 2))
        self._error = DRIFT * self._error + np.sqrt(1 - DRIFT**2) * fresh
        xy = xy + self._error * worse * tall
        score = np.where(inside, np.where(keypoints[:, 2] == HIDDEN, 0.25, 0.6), 0.05)
        limit = np.array([camera.size[0] - 1, camera.size[1] - 1])
        xy = np.clip(xy, 0, limit)
        low = np.clip(xy.min(0) - MARGIN * tall * np.array([0.5, 1.0]), 0, limit)
        high = np.clip(xy.max(0) + MARGIN * tall * np.array([0.5, 0.7]), 0, limit)
        points = np.concatenate([xy, score[:, None]], 1).astype(np.float32)
        return Pose(t, points, 1, 0.5, Box(float(low[0]), float(low[1]), float(high[0]), float(high[1])))
