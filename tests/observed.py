"""Observations for tests of sinks: what the pipeline would have seen, without running it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Fall, Frame, Image, Observation, Occupancy, Person, Pose, Prediction

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
    return Observation(frame, (person,), activity, person=1)


def somebody(
    number: int,
    label: str = "squat",
    since: float = 0.0,
    *,
    x: float = 10.0,
    zone: str | None = None,
    hidden: bool = False,
    settled: bool = True,
    fall: Fall | None = None,
) -> Person:
    """Return a person whose box is 10 pixels wide and 20 high, ``x`` from the left of an image of 64 by 48."""
    keypoints = np.full((17, 3), 0.9, np.float32)
    keypoints[:, 0], keypoints[:, 1] = np.linspace(x, x + 10, 17), np.linspace(20, 40, 17)
    activity = Activity(label, 0.0 if label == UNKNOWN else 0.9, since)
    pose = None if hidden else Pose(0.0, keypoints, number)
    return Person(number, pose, None, activity, zone, fall, settled)


def scene(t: float, *people: Person, zones: Sequence[Occupancy] = ()) -> Observation:
    """Return an observation of these people; the scene's activity is the first one's."""
    activity = people[0].activity if people else Activity(NO_PERSON, 1.0, 0.0)
    first = people[0].id if people else None
    return Observation(Frame(round(t * 15), t, picture()), people, activity, zones=tuple(zones), person=first)
