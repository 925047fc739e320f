"""Falls of the synthetic person, seen by cameras on shelves, walls and below the ceiling, as replays.

Real videos of falls show three rooms from one height each; these show the same body from everywhere. Nothing is
rendered: the true keypoints get the errors that a pose network makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Box, Pose
from haredge.synthetic.appearance import Figure
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.falls import OTHER_FALLS
from haredge.synthetic.ground_truth import HIDDEN, OUTSIDE, true_keypoints
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.script import ON_A_CHAIR, ScriptTimeline, timeline
from haredge.synthetic.skeleton import HEAD, Bones, Floats, coco_points
from haredge.synthetic.stage import Stage
from research.falls.replay import PoseFrame, Replay

RATE_HZ: Final = 12.5
SIZE: Final = (240, 320)
BEFORE_A_FALL: Final = (("walking",), ("standing",), ("walking", "standing"), ())
WAYS: Final = ("falling", "falling", "falling", *OTHER_FALLS)
"""Words of falls; the first stands for three of them."""

LIVING: Final = (
    *("walking", "standing", "picking_up", "squat", "pushup", "sitting", "jumping_jacks", "waving", "jumping"),
    *("boxing", "kneeling", "tying_shoes", "lying_down", "playing", "floor_exercise", "dropping_onto_chair"),
)
"""Words of what is no fall. Dropping onto a sofa is not among them: it is one, unless a zone says where the sofa is."""

DAILY: Final = (
    *("walking", "standing", "sitting", "picking_up", "tying_shoes", "kneeling", "waving", "dropping_onto_chair"),
    *("clapping", "squat"),
)
"""Words of a day at home, except what is done lying."""

LYING: Final = ("pushup", "lying_down", "playing", "floor_exercise")
"""Words of what people lie down for without having fallen."""

GROUND: Final = 0.45
"""Height of the head in metres under which a person who falls has reached the ground."""

FURNITURE: Final = 0.25
"""Share of replays in which a piece of furniture hides what is low behind it."""

WOBBLE: Final = 0.02
"""Standard deviation of a keypoint's error, in heights of the person."""
DRIFT: Final = 0.5
"""How much of an error stays until the next frame."""
FEWEST: Final = 6
"""Fewest keypoints in view of which a person is detected."""
MARGIN: Final = 0.05
"""How much the box is larger than the keypoints, in heights of the person."""
LOST: Final = (0.0, 0.35)
"""Least and most share of frames in which the person is not detected."""


def simulated(count: int, seed: int = 0) -> Iterator[Replay]:
    """Yield ``count`` replays with a fall and as many without one."""
    rng = np.random.default_rng(seed)
    for index in range(count):
        before = BEFORE_A_FALL[int(rng.integers(len(BEFORE_A_FALL)))]
        yield _replay(index, (*before, WAYS[index % len(WAYS)]), rng)
        yield _replay(index, rng.choice(LIVING, 3, replace=False).tolist(), rng)


def lived(hours: float, words: Sequence[str], group: str, seed: int = 0) -> Iterator[Replay]:
    """Yield replays of a life without falls, for so many hours together."""
    rng, left_s, index = np.random.default_rng(seed), 3600 * hours, 0
    while left_s > 0:
        replay = replace(_replay(index, rng.choice(words, 3, replace=False).tolist(), rng), group=group)
        left_s, index = left_s - replay.quiet_s, index + 1
        yield replay


def _replay(index: int, words: Sequence[str], rng: np.random.Generator) -> Replay:
    stage = Stage.random(rng, (64, 48), chair=any(word in ON_A_CHAIR for word in words))
    bones = Figure.random(rng).bones
    acts = timeline(rng, [(word, None) for word in words], stage, bones.leg)
    times = [number / RATE_HZ for number in range(int(acts.duration_s * RATE_HZ))]
    postures = (acts.at(t)[1] for t in times)
    bodies = [None if posture is None else joints_of(posture, bones) for posture in postures]
    frames = seen(times, bodies, bones, rng)
    return Replay("-".join([f"{index:03}", *words]), "simulated", SIZE, _fall(acts, times, bodies), frames)


def _fall(acts: ScriptTimeline, times: Sequence[float], bodies: Sequence[Floats | None]) -> tuple[float, float] | None:
    """Return when the fall of a timeline begins, and when the head has come down to stay."""
    falling = next((step for step in acts.steps if step.label == "falling"), None)
    if falling is None:
        return None
    during = [(t, body) for t, body in zip(times, bodies, strict=True) if falling.start_s <= t < falling.end_s]
    high = [t for t, body in during if body is not None and body[HEAD, 1] > GROUND]
    return falling.start_s + 0.2, high[-1] if high else falling.start_s + 1.0


def seen(
    times: Sequence[float], bodies: Sequence[Floats | None], bones: Bones, rng: np.random.Generator
) -> tuple[PoseFrame, ...]:
    """Return what a network would find of a person's joints (20, 3), None while away, from a random camera."""
    camera, eye = _camera(rng), _Eye(rng)
    poses = [None if body is None else eye.look(t, body, bones, camera) for t, body in zip(times, bodies, strict=True)]
    return tuple(PoseFrame(t, () if pose is None else (pose,)) for t, pose in zip(times, poses, strict=True))


def _camera(rng: np.random.Generator) -> SyntheticCamera:
    """Hang a camera at 0.6 to 2.8 m, anywhere round a room, which shows all of it."""
    height, width = SIZE
    distance, angle = rng.uniform(3.0, 6.5), rng.uniform(0, 2 * np.pi)
    position = (float(np.sin(angle) * distance), float(rng.uniform(0.6, 2.8)), float(np.cos(angle) * distance))
    target = (float(rng.normal(0, 0.3)), float(rng.uniform(0.4, 1.0)), float(rng.normal(0, 0.3)))
    focal = width / (2 * np.tan(np.radians(rng.uniform(55, 95)) / 2))
    return SyntheticCamera(position, target, float(focal), (width, height), float(rng.normal(0, 2)))


@dataclass(frozen=True, slots=True)
class Furniture:
    """An upright board in the room, between two places on the floor, that hides what is behind it."""

    ends: Floats
    """(2, 2) x and z in metres."""
    height: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Furniture:
        """Put a table, a sofa or a bed near the middle of the room."""
        middle, angle = rng.normal(0, 0.8, 2), rng.uniform(0, np.pi)
        half = rng.uniform(0.4, 1.0) * np.array([np.cos(angle), np.sin(angle)])
        return cls(np.stack([middle - half, middle + half]), float(rng.uniform(0.4, 0.9)))

    def hides(self, points: Floats, eye: Floats) -> NDArray[np.bool_]:
        """Return for each of (n, 3) points whether the board is between it and the eye."""
        start, along = self.ends[0], self.ends[1] - self.ends[0]
        sight = points[:, [0, 2]] - eye[[0, 2]]
        turn = sight[:, 0] * along[1] - sight[:, 1] * along[0]
        turn = np.where(np.abs(turn) < 1e-9, 1e-9, turn)
        to_board = start - eye[[0, 2]]
        far = (to_board[0] * along[1] - to_board[1] * along[0]) / turn
        across = (to_board[0] * sight[:, 1] - to_board[1] * sight[:, 0]) / turn
        height = eye[1] + far * (points[:, 1] - eye[1])
        return np.asarray((far > 0) & (far < 1) & (across >= 0) & (across <= 1) & (height < self.height))


class _Eye:
    """A pose network: it errs, the more so the less it sees, and misses people."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._error = np.zeros((17, 2))
        self._lost = rng.uniform(*LOST)
        self._furniture = Furniture.random(rng) if rng.random() < FURNITURE else None

    def look(self, t: float, joints: Floats, bones: Bones, camera: SyntheticCamera) -> Pose | None:
        keypoints = true_keypoints(joints, bones, camera)
        inside = keypoints[:, 2] != OUTSIDE
        if self._furniture is not None:
            inside &= ~self._furniture.hides(coco_points(joints, bones), np.asarray(camera.position))
        if inside.sum() < FEWEST or self._rng.random() < self._lost:
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
        low = np.clip(xy[inside].min(0) - MARGIN * tall * np.array([0.5, 1.0]), 0, limit)
        high = np.clip(xy[inside].max(0) + MARGIN * tall * np.array([0.5, 0.7]), 0, limit)
        points = np.concatenate([xy, score[:, None]], 1).astype(np.float32)
        return Pose(t, points, 1, 0.5, Box(float(low[0]), float(low[1]), float(high[0]), float(high[1])))
