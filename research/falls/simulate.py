"""Falls of the synthetic person, seen by cameras on shelves, walls and below the ceiling, as replays.

Real videos of falls show three rooms from one height each; these show the same body from everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from haredge.core.labels import LYING
from haredge.core.zone import Point
from haredge.synthetic.appearance import Figure
from haredge.synthetic.falls import OTHER_FALLS
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.script import ON_A_CHAIR, ScriptTimeline, timeline
from haredge.synthetic.skeleton import ANKLES, HEAD, Floats
from haredge.synthetic.stage import Stage
from research.falls.eye import SIZE, Eye
from research.falls.replay import PoseFrame, Replay

RATE_HZ: Final = 12.5
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

ON_THE_FLOOR: Final = ("pushup", "lying_down", "playing", "floor_exercise")
"""Words of what people lie down for without having fallen."""

GROUND: Final = 0.45
"""Height of the head in metres under which a person who falls has reached the ground."""

FROM_BED: Final = "falling_out_of_bed"
BED_M: Final = 1.0
"""Width of a bed in metres."""
BED_MARGIN_M: Final = 0.15
"""How much longer a bed is at each end than who lies in it."""
MATTRESS_M: Final = 0.55
"""Height of its top."""


@dataclass(frozen=True)
class Circumstances:
    """How someone fell, and from where that was seen."""

    way: str
    """One of :data:`WAYS`."""
    camera_m: float
    """Height of the camera in metres."""
    across: float
    """How much of the body, as it lies, is across the view: from 0, along it, to 1."""
    furniture: bool
    """Whether there is something in the room that may hide the person."""


@dataclass(frozen=True)
class Scene:
    """A person who does one thing after another before a camera."""

    words: tuple[str, ...]
    acts: ScriptTimeline
    times: tuple[float, ...]
    bodies: tuple[Floats | None, ...]
    """At each time the joints (20, 3) in metres; None while the person is away."""
    eye: Eye
    frames: tuple[PoseFrame, ...]

    @classmethod
    def random(cls, words: Sequence[str], rng: np.random.Generator) -> Scene:
        """Let someone do what the words say, anywhere."""
        stage = Stage.random(rng, (64, 48), chair=any(word in ON_A_CHAIR for word in words))
        bones = Figure.random(rng).bones
        acts = timeline(rng, [(word, None) for word in words], stage, bones.leg)
        times = tuple(number / RATE_HZ for number in range(int(acts.duration_s * RATE_HZ)))
        postures = (acts.at(t)[1] for t in times)
        bodies = tuple(None if posture is None else joints_of(posture, bones) for posture in postures)
        eye = Eye(rng)
        return cls(tuple(words), acts, times, bodies, eye, eye.watch(times, bodies, bones))

    @property
    def fall(self) -> tuple[float, float] | None:
        """When the fall begins, and when the head has come down to stay; None without a fall."""
        falling = next((step for step in self.acts.steps if step.label == "falling"), None)
        if falling is None:
            return None
        high = [t for t, body in self._during(falling.start_s, falling.end_s) if _high(body)]
        return falling.start_s + 0.2, high[-1] if high else falling.start_s + 1.0

    @property
    def bed(self) -> tuple[Point, ...]:
        """Where the camera sees the mattress that someone falls from, in shares of the image; empty without one."""
        fall = self.fall
        if fall is None or self.words[-1] != FROM_BED:
            return ()
        resting = next(step for step in reversed(self.acts.steps) if step.end_s <= fall[0] and step.label == LYING)
        joints = [body for _, body in self._during(resting.start_s, resting.end_s) if body is not None]
        corners, _ = self.eye.camera.project(_mattress(np.concatenate(joints)))
        return tuple((x, y) for x, y in np.clip(corners / self.eye.camera.size, 0.0, 1.0).tolist())

    @property
    def circumstances(self) -> Circumstances | None:
        """How the fall was; None without one."""
        if self.fall is None:
            return None
        lying = next(body for _, body in self._during(self.fall[1], self.acts.duration_s) if body is not None)
        body, view = lying[HEAD] - lying[list(ANKLES)].mean(0), lying[HEAD] - np.asarray(self.eye.camera.position)
        (x, z), (view_x, view_z) = body[[0, 2]], view[[0, 2]]
        across = abs(x * view_z - z * view_x) / max(np.hypot(x, z) * np.hypot(view_x, view_z), 1e-9)
        return Circumstances(self.words[-1], self.eye.camera.position[1], float(across), self.eye.furniture is not None)

    def replay(self, index: int, group: str) -> Replay:
        """Return what was seen, under a number."""
        return Replay("-".join([f"{index:03}", *self.words]), group, SIZE, self.fall, self.frames, self.bed)

    def _during(self, start_s: float, end_s: float) -> Iterator[tuple[float, Floats | None]]:
        return ((t, body) for t, body in zip(self.times, self.bodies, strict=True) if start_s <= t < end_s)


def simulated(count: int, seed: int = 0) -> Iterator[Replay]:
    """Yield ``count`` replays with a fall and as many without one."""
    rng = np.random.default_rng(seed)
    for index in range(count):
        yield falling(index, rng).replay(index, "simulated")
        yield Scene.random(rng.choice(LIVING, 3, replace=False).tolist(), rng).replay(index, "simulated")


def falling(index: int, rng: np.random.Generator) -> Scene:
    """Return someone who falls; the ways take turns by ``index``."""
    before = BEFORE_A_FALL[int(rng.integers(len(BEFORE_A_FALL)))]
    return Scene.random((*before, WAYS[index % len(WAYS)]), rng)


def lived(hours: float, words: Sequence[str], group: str, seed: int = 0) -> Iterator[Replay]:
    """Yield replays of a life without falls, for so many hours together."""
    rng, left_s, index = np.random.default_rng(seed), 3600 * hours, 0
    while left_s > 0:
        replay = Scene.random(rng.choice(words, 3, replace=False).tolist(), rng).replay(index, group)
        left_s, index = left_s - replay.quiet_s, index + 1
        yield replay


def _mattress(joints: Floats) -> Floats:
    """Return the corners (4, 3) of a mattress under joints (n, 3) of someone who lies."""
    floor = joints[:, [0, 2]]
    middle = floor.mean(0)
    along = np.linalg.svd(floor - middle, full_matrices=False)[2][0]
    across = np.array([-along[1], along[0]])
    reach = np.abs((floor - middle) @ along).max() + BED_MARGIN_M
    sides = ((-reach, -BED_M / 2), (reach, -BED_M / 2), (reach, BED_M / 2), (-reach, BED_M / 2))
    corners = [middle + x * along + z * across for x, z in sides]
    return np.array([(x, MATTRESS_M, z) for x, z in corners])


def _high(body: Floats | None) -> bool:
    return body is not None and body[HEAD, 1] > GROUND
