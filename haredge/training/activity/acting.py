"""Motions acted out by drawn people and looked at by a pose network: examples with the errors of the real thing.

Projected joints with made-up noise miss what a pose network really does with a body: which limb it loses in which
posture, where it puts what it cannot see, when it takes the left for the right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core import Frame, PoseEstimator
from haredge.figure.appearance import Figure
from haredge.figure.body import body_patches
from haredge.figure.camera import Camera
from haredge.figure.grain import Grain
from haredge.figure.render import Light, draw
from haredge.figure.room import random_room
from haredge.figure.skeleton import Bones, Floats, retarget
from haredge.training.activity.clips import Clip
from haredge.training.activity.motions import Motion

RATE_HZ: Final = 10.0
"""Pictures a second: about what a board manages."""
SIZE: Final = (256, 192)
"""(width, height) of the pictures: little more than a pose network takes."""
LONGEST_S: Final = 3.0
FEWEST_SEEN: Final = 0.6
"""Least share of the pictures in which somebody is found; a clip with fewer teaches nothing."""


def act(motion: Motion, estimator: PoseEstimator, rng: np.random.Generator) -> Clip | None:
    """Let a random person act a motion out in a random room, and give the poses that the network finds.

    None where it hardly finds anybody. The clip has the motion's label; its group is the motion's subject.
    """
    figure, times = Figure.random(rng), _times(motion, rng)
    bodies = _bodies(motion, times, figure.bones)
    frames = _filmed(figure, bodies, times - times[0], rng)
    poses = [pose for frame in frames if (pose := estimator.estimate(frame)) is not None]
    if len(poses) < max(2, FEWEST_SEEN * len(times)):
        return None
    seen, keypoints = np.array([pose.t for pose in poses]), np.stack([pose.keypoints for pose in poses])
    return Clip(motion.name, motion.label, seen, keypoints, f"{motion.source} {motion.subject}", network=True)


def _times(motion: Motion, rng: np.random.Generator) -> NDArray[np.float64]:
    """Choose when pictures are taken: evenly, over the whole motion or a part of a long one."""
    first, last = motion.times[0], motion.times[-1]
    start = first + max(0.0, last - first - LONGEST_S) * rng.random()
    return np.arange(start, min(last, start + LONGEST_S) + 1e-6, 1 / RATE_HZ)


def _bodies(motion: Motion, times: NDArray[np.float64], bones: Bones) -> list[Floats]:
    """Give the person's joints at each time, the lowest of them all on the floor: a jump stays a jump."""
    rows = motion.joints.reshape(len(motion.times), -1)
    joints = np.stack([np.interp(times, motion.times, row) for row in rows.T], axis=-1).reshape(len(times), -1, 3)
    bodies = np.stack([retarget(each, bones, grounded=False) for each in joints])
    # The lowest twentieth, not the lowest: a Kinect loses a foot in the floor now and then.
    bodies[..., 1] -= np.quantile(bodies[..., 1].min(axis=1), 0.05) - 0.03
    return list(bodies)


def _filmed(figure: Figure, bodies: list[Floats], times: NDArray[np.float64], rng: np.random.Generator) -> Iterator[Frame]:
    """Draw each body before a camera that stands still."""
    everywhere = np.concatenate(bodies)
    height_px = float(SIZE[1] * rng.uniform(0.4, 1.1))
    camera, light = Camera.random(rng, SIZE, everywhere, height_px), Light.random(rng)
    room, grain = random_room(rng, camera, light), Grain(rng, SIZE, float(rng.uniform(1, 5)))
    for index, (body, t) in enumerate(zip(bodies, times, strict=True)):
        patches = body_patches(figure, body)
        yield Frame(index, float(t), grain.over(draw(room, patches, camera, light), float(t)))
