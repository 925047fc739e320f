"""What a pose network does to a body: the errors that annotators' joints do not have and every user's will.

All functions take windows of the common joints (m, poses, 13, 2) in any unit and give them back changed, with a
score for each joint (m, poses, 13). Amounts are drawn again for every window, so that training sees clean bodies and
wrecks alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.features import JOINTS
from haredge.training.variety import MIRROR, Places, Scores

_ARMS: Final = [index for index, name in enumerate(JOINTS) if name.endswith(("elbow", "wrist"))]
_LEGS: Final = [index for index, name in enumerate(JOINTS) if name.endswith(("hip", "knee", "ankle"))]
_LIMBS: Final = np.array(
    [
        [name.startswith(side) and name.endswith(parts) for name in JOINTS]
        for side, parts in (
            ("left", ("elbow", "wrist")),
            ("right", ("elbow", "wrist")),
            ("left", ("knee", "ankle")),
            ("right", ("knee", "ankle")),
            ("", ("hip", "knee", "ankle")),
        )
    ]
)
"""Joints of each limb that may be guessed as one: an arm, a leg, all from the hips down."""
_WOBBLE: Final = np.array([0.7, 0.8, 0.8, 1.1, 1.1, 1.5, 1.5, 1.0, 1.0, 1.1, 1.1, 1.4, 1.4], np.float32)
"""How much more or less than the mean joint each one jumps about: wrists and ankles most, head least."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How bad a pose network's errors may be. Lengths are parts of the body's size (see :func:`body_size`)."""

    jitter: tuple[float, float] = (0.002, 0.03)
    """Standard deviation of a joint's place from frame to frame, least and most, drawn evenly on a log scale."""
    bias: float = 0.05
    """Standard deviation of a joint's lasting displacement: networks and data sets put hips and heads differently."""
    stray: float = 0.06
    """Most often that a joint is somewhere else entirely, a part of all joints."""
    lost: float = 0.15
    """Most often that a joint is not seen in a frame."""
    limb_hidden: float = 0.15
    """Part of windows in which some joints are hidden throughout."""
    guessed: float = 0.3
    """Part of windows in which an arm, a leg or both legs are guessed: they are seen, and somewhere near."""
    swapped: float = 0.25
    """Part of windows in which left and right change places in some frames."""
    cut_off: float = 0.3
    """Part of windows in which the image's edge cuts off a part of the body."""
    held: float = 0.1
    """Part of windows in which a frame shows the pose of the frame before."""


NETWORK: Final = Noise()
MILD: Final = Noise(
    (0.002, 0.03), bias=0.03, stray=0.01, lost=0.03, limb_hidden=0.08, guessed=0.05, swapped=0.05, cut_off=0.1
)


def seen_by_a_network(
    places: Places, scores: Scores, rng: np.random.Generator, noise: Noise = NETWORK
) -> tuple[Places, Scores]:
    """Make annotated or projected joints look like those of a pose network."""
    size = body_size(places)[:, None, None, None]
    places, scores = _held(places, scores, rng, noise.held)
    places = _swapped(places, rng, noise.swapped)
    places = places + size * _guessed(places.shape, rng, noise.guessed)
    places, scores = _cut_off(places, scores, rng, noise.cut_off)
    scores = _hidden(scores, rng, noise.limb_hidden)
    scores = _lost(scores, rng, noise.lost)
    places = places + size * (_jitter(places.shape, rng, noise.jitter) + _bias(places.shape, rng, noise.bias))
    return _strayed(places, size, rng, noise.stray), scores


def body_size(places: Places) -> NDArray[np.float32]:
    """Median over the window of the body's height or width, whichever is more (a standing body's height): (m,)."""
    extent = (places.max(axis=2) - places.min(axis=2)).max(axis=-1)
    size: NDArray[np.float32] = np.median(extent, axis=1)
    return size


def _held(places: Places, scores: Scores, rng: np.random.Generator, part: float) -> tuple[Places, Scores]:
    count, poses = places.shape[:2]
    stuck = (rng.random((count, poses)) < 0.25) & (rng.random((count, 1)) < part)
    source = np.arange(poses) - stuck
    source = np.maximum(source, 0)
    rows = np.arange(count)[:, None]
    return places[rows, source], scores[rows, source]


def _swapped(places: Places, rng: np.random.Generator, part: float) -> Places:
    """Swap the sides of the arms, the legs or all, in each frame of a swapping window with its own chance."""
    count, poses = places.shape[:2]
    # A third of them swap for good: seen from behind, or from the side, networks take the one side for the other.
    chance = np.minimum(rng.uniform(0.05, 1.5, count), 1)
    swaps = rng.random((count, poses)) < np.where(rng.random(count) < part, chance, 0)[:, None]
    which = rng.integers(0, 3, count)
    arms, legs = swaps & (which != 1)[:, None], swaps & (which != 0)[:, None]
    chosen = np.zeros((count, poses, len(JOINTS), 1), bool)
    chosen[..., _ARMS, 0] = arms[..., None]
    chosen[..., _LEGS, 0] = legs[..., None]
    chosen[..., 1:3, 0] = (arms & legs)[..., None]
    return np.where(chosen, places[:, :, MIRROR], places)


def _guessed(shape: tuple[int, ...], rng: np.random.Generator, part: float) -> Places:
    """Displace some limbs: far off all the time, and jumping about."""
    count, poses = shape[:2]
    limbs = rng.random((count, len(_LIMBS))) < (rng.random(count) < part)[:, None] * 0.4
    chosen = (limbs @ _LIMBS)[:, None, :, None]
    amount = rng.uniform(0.05, 0.25, (count, 1, 1, 1)).astype(np.float32)
    lasting = rng.standard_normal((count, 1, *shape[2:]), np.float32)
    jumping = rng.standard_normal((count, poses, *shape[2:]), np.float32)
    return np.where(chosen, amount * (0.6 * lasting + 0.6 * jumping), np.float32(0)).astype(np.float32)


def _cut_off(places: Places, scores: Scores, rng: np.random.Generator, part: float) -> tuple[Places, Scores]:
    """Lose what lies beyond a straight edge of the image: below most often, else above or to a side.

    Some networks put what they do not see on the edge, and are sure of it.
    """
    count = len(places)
    axis, sign = rng.choice([1, 1, 1, 0], count), np.where(rng.random(count) < 0.7, 1, -1)[:, None, None]
    along = sign * np.take_along_axis(places, axis[:, None, None, None], axis=3)[..., 0]
    low, high = (np.quantile(along.reshape(count, -1), q, axis=1) for q in (0.3, 1.0))
    edge = np.where(rng.random(count) < part, low + (high - low) * rng.uniform(0.15, 1.0, count), np.inf)[:, None, None]
    beyond = along > edge
    kept = beyond & (rng.random((count, 1, 1)) < 0.5) & (rng.random(scores.shape) < 0.8)
    on_edge = np.where(beyond, sign * edge, sign * along)[..., None].astype(np.float32)
    across = np.arange(2) != axis[:, None, None, None]
    return np.where(across, places, on_edge), np.where(beyond & ~kept, np.float32(0), scores)


def _hidden(scores: Scores, rng: np.random.Generator, part: float) -> Scores:
    """Hide joints for the whole window: behind a table, behind the body, in a sleeve."""
    count, _, joints = scores.shape
    chance = np.where(rng.random(count) < part, rng.uniform(0.05, 0.4, count), 0)
    hidden = rng.random((count, joints)) < chance[:, None]
    return np.where(hidden[:, None], np.float32(0), scores)


def _lost(scores: Scores, rng: np.random.Generator, most: float) -> Scores:
    chance = most * rng.random((len(scores), 1, 1)) ** 2
    return np.where(rng.random(scores.shape) < chance, np.float32(0), scores)


def _jitter(shape: tuple[int, ...], rng: np.random.Generator, limits: tuple[float, float]) -> Places:
    """Displace joints from frame to frame; half of the errors last from one pose to the next."""
    amount = _log_uniform(limits, (shape[0], 1, 1, 1), rng)
    jumps = rng.standard_normal(shape, np.float32)
    jumps[:, 1:] = np.float32(0.85) * jumps[:, 1:] + np.float32(0.53) * jumps[:, :-1]
    jitter: Places = amount * _WOBBLE[:, None] * jumps
    return jitter


def _bias(shape: tuple[int, ...], rng: np.random.Generator, amount: float) -> Places:
    each = amount * rng.random((shape[0], 1, 1, 1), np.float32)
    return each * rng.standard_normal((shape[0], 1, *shape[2:]), np.float32)


def _strayed(places: Places, size: Places, rng: np.random.Generator, most: float) -> Places:
    """Throw single joints to the place of another joint, or anywhere around the body."""
    count, poses, joints, _ = places.shape
    chance = most * rng.random((count, 1, 1)) ** 2
    stray = rng.random((count, poses, joints)) < chance
    other = np.take_along_axis(places, rng.integers(0, joints, (count, poses, joints))[..., None], axis=2)
    far = places + size * np.float32(0.4) * rng.standard_normal(places.shape, np.float32)
    target = np.where((rng.random(stray.shape) < 0.5)[..., None], other, far)
    return np.where(stray[..., None], target, places)


def _log_uniform(limits: tuple[float, float], shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    low, high = np.log(limits)
    return np.exp(rng.uniform(low, high, shape)).astype(np.float32)
