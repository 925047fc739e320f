"""Pools of recordings from which training draws windows of the common joints, new ones each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from haredge.activity.features import common_joints, filled
from haredge.activity.window import LENGTH, mix, resample
from haredge.datasets.clips import LabelledClip
from haredge.datasets.filming import project
from haredge.datasets.motions import Motion
from haredge.training.stills import swaying
from haredge.training.variety import paces

GRID_HZ: Final = 30.0
"""Recordings are laid on an even grid of this rate, so that windows of many can be cut at once."""


@dataclass(frozen=True, slots=True)
class Spans:
    """How long the windows are that are drawn."""

    low_s: float
    high_s: float
    whole: float = 0.0
    """Part of the windows that span all of their recording."""
    least_overlap: float = 1.0
    """Least part of a window (or of its recording, the shorter counts) that lies inside the recording. Outside, the
    first or last pose is held, as people do before they sit down and after they fell."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows before they become features."""

    places: NDArray[np.float32]
    """(m, 9, 13, 2)."""
    scores: NDArray[np.float32]
    """(m, 9, 13)."""
    labels: NDArray[np.int64]
    """(m,) index of each window's label."""


class Pool(Protocol):
    """Something that windows can be drawn from."""

    def draw(self, count: int, rng: np.random.Generator) -> Windows:
        """Draw windows, with replacement."""


class _Recordings:
    """Frames of many recordings in one array, and where windows of them may lie."""

    def __init__(
        self, frames: Sequence[NDArray[np.float32]], labels: Sequence[int], spans: Spans, evenness: float
    ) -> None:
        self._spans = spans
        self.frames = np.concatenate(frames)
        self._lengths = np.array([len(each) for each in frames])
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._labels = np.asarray(labels, np.int64)
        self._chances = _chances(self._labels, np.ones(len(self._labels)), evenness)
        # In use activities are met by the second, not by the clip; but the longest would leave the others no room, and
        # what is shorter than a window gives one, however short it is.
        window = GRID_HZ * np.sqrt(spans.low_s * spans.high_s)
        self._by_length = _chances(self._labels, np.sqrt(np.maximum(self._lengths, window)), evenness)

    def pick(
        self, count: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Draw windows: frame before (m, 9), label (m,), and share of the frame after (m, 9)."""
        spans = self._spans
        whole = rng.random(count) < spans.whole
        chances = (self._chances, self._by_length)
        which = np.where(whole, *(rng.choice(len(self._labels), count, p=each) for each in chances))
        last = self._lengths[which] - 1
        span = GRID_HZ * np.exp(rng.uniform(np.log(spans.low_s), np.log(spans.high_s), count))
        span = np.where(whole, last * rng.uniform(0.85, 1, count), span)
        if spans.least_overlap == 1:
            span = np.minimum(span, last)
        overlap = np.minimum(span, last) * spans.least_overlap
        start = overlap - span + rng.random(count) * (last + span - 2 * overlap)
        at = np.clip(start[:, None] + span[:, None] * paces(count, LENGTH, rng), 0, last[:, None])
        before = np.minimum(at.astype(np.int64), np.maximum(last - 1, 0)[:, None])
        share = (at - before).astype(np.float32)
        return self._starts[which][:, None] + before, self._labels[which], share


def _chances(labels: NDArray[np.int64], weights: NDArray[np.float64], evenness: float) -> NDArray[np.float64]:
    """Chance of each recording: 0 takes all by their weights, 1 takes all labels alike often."""
    chances = weights * np.bincount(labels, weights)[labels] ** -evenness
    normalised: NDArray[np.float64] = chances / chances.sum()
    return normalised


class ClipPool:
    """Windows of poses as they were annotated or recorded."""

    def __init__(
        self, clips: Sequence[LabelledClip], labels: Sequence[int], spans: Spans, evenness: float = 0.5
    ) -> None:
        self._recordings = _Recordings([_joints_on_grid(clip) for clip in clips], labels, spans, evenness)

    def draw(self, count: int, rng: np.random.Generator) -> Windows:
        """Draw windows, with replacement."""
        before, labels, share = self._recordings.pick(count, rng)
        joints = mix(self._recordings.frames[before], self._recordings.frames[before + 1], share)
        return Windows(joints[..., :2], joints[..., 2], labels)


def _joints_on_grid(clip: LabelledClip) -> NDArray[np.float32]:
    """Lay a clip on the grid: (n, 13, 3) x, y, score of the common joints.

    A joint that is not seen is put where it was last or will be next, as seen from the body's middle; in the middle,
    where it never is. Noise is measured by the body's size, in which one left in the image's corner would count.
    """
    count = max(2, round(clip.duration_s * GRID_HZ) + 1)
    keypoints = resample(clip.times, clip.keypoints, np.linspace(clip.times[0], clip.times[-1], count))
    places, seen = common_joints(keypoints)
    shown = seen[..., None]
    middle = (places * shown).sum(axis=1, keepdims=True) / np.maximum(shown.sum(axis=1, keepdims=True), 1)
    places = middle + filled(np.where(shown, places - middle, 0.0), seen)
    return np.concatenate([places, shown], axis=-1).astype(np.float32)


class MotionPool:
    """Windows of motion capture, seen from anywhere."""

    def __init__(self, motions: Sequence[Motion], labels: Sequence[int], spans: Spans, evenness: float = 0.5) -> None:
        self._recordings = _Recordings([_motion_on_grid(motion) for motion in motions], labels, spans, evenness)

    def draw(self, count: int, rng: np.random.Generator) -> Windows:
        """Draw windows, with replacement."""
        before, labels, share = self._recordings.pick(count, rng)
        weight = share[..., None, None]
        joints = self._recordings.frames[before] * (1 - weight) + self._recordings.frames[before + 1] * weight
        return Windows(project(joints, rng), np.ones(joints.shape[:-1], np.float32), labels)


class StillPool:
    """Windows of people who keep still, and sway a little as people do."""

    def __init__(self, frames: NDArray[np.float32], labels: Sequence[int]) -> None:
        """Take postures (n, 13, 3) in metres and the label of each."""
        self._frames = frames
        self._labels = np.asarray(labels, np.int64)
        self._chances = _chances(self._labels, np.ones(len(self._labels)), 1.0)

    def draw(self, count: int, rng: np.random.Generator) -> Windows:
        """Draw windows, with replacement; every label as often as the others."""
        which = rng.choice(len(self._frames), count, p=self._chances)
        joints = swaying(np.repeat(self._frames[which][:, None], LENGTH, axis=1), rng)
        return Windows(project(joints, rng), np.ones(joints.shape[:-1], np.float32), self._labels[which])


def _motion_on_grid(motion: Motion) -> NDArray[np.float32]:
    count = max(2, round(float(motion.times[-1] - motion.times[0]) * GRID_HZ) + 1)
    at = np.linspace(0, len(motion.times) - 1, count)
    before = np.minimum(at.astype(int), len(motion.times) - 2)
    share = (at - before).astype(np.float32)[:, None, None]
    joints: NDArray[np.float32] = motion.joints[before] * (1 - share) + motion.joints[before + 1] * share
    return joints
