"""Observations for tests of sinks: what the pipeline would have seen, without running it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Frame, Image, Observation, Person, Pose, Prediction

LABELS = ("squat", "clap", "wave")


@lru_cache
def picture(seed: int = 0) -> Image:
    """Return a small image of noise, whose bytes appear nowhere by chance."""
    return np.random.default_rng(seed).integers(0, 256, (48, 64, 3), dtype=np.uint8)


def observed(t: float, label: str = "squat", since: float = 0.0, probability: float = 0.93) -> Observation:
    """Return what is seen at ``t``: no people for "no_person", else a person with every keypoint in view."""
    probability = {NO_PERSON: 1.0, UNKNOWN: 0.0}.get(label, probability)
    frame = Frame(index=round(t * 15), t=t, image=picture())
    activity = Activity(label, probability, since)
    if label == NO_PERSON:
        return Observation(frame, (), activity)
    keypoints = np.full((17, 3), 0.5, dtype=np.float32)
    probabilities = np.array([0.93, 0.05, 0.02], dtype=np.float32)
    person = Person(1, Pose(t, keypoints), Prediction(t, probabilities), activity)
    return Observation(frame, (person,), activity)
