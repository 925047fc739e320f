"""People for tests of what is drawn: synthetic skeletons anywhere in an image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from haredge.core.labels import UNKNOWN
from haredge.core.types import Activity, Fall, FallState, Frame, Image, Keypoints, Observation, Person, Pose, Prediction

LABELS = ("walking", "sitting", "falling", "other")

# Nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles of who stands facing the camera; 1 is the height.
_BODY = (
    (0, -0.46), (0.02, -0.48), (-0.02, -0.48), (0.045, -0.47), (-0.045, -0.47),
    (0.11, -0.33), (-0.11, -0.33), (0.16, -0.17), (-0.16, -0.17), (0.18, -0.02), (-0.18, -0.02),
    (0.07, 0.0), (-0.07, 0.0), (0.08, 0.23), (-0.08, 0.23), (0.08, 0.46), (-0.08, 0.46),
)  # fmt: skip


def skeleton(x: float, y: float, tall: float, *, lying: bool = False) -> Keypoints:
    """Return the (17, 3) keypoints of a person whose middle is at (x, y), in pixels."""
    body = np.array(_BODY, np.float32)
    if lying:
        body = body[:, ::-1] * (1, -1)
    return np.column_stack([body * tall + (x, y), np.full(17, 0.9)]).astype(np.float32)


def person(
    number: int,
    keypoints: Keypoints | None,
    label: str = "walking",
    probability: float = 0.87,
    *,
    t: float = 10.0,
    since: float = 8.0,
    zone: str | None = None,
    fall: FallState | None = None,
    settled: bool = True,
) -> Person:
    """Return a person who does something."""
    shares = np.full(len(LABELS), (1 - probability) / (len(LABELS) - 1), np.float32)
    shares[LABELS.index(label) if label in LABELS else -1] = probability
    activity = Activity(label, 0.0 if label == UNKNOWN else probability, since)
    pose = None if keypoints is None else Pose(t, keypoints, number)
    return Person(
        number, pose, Prediction(t, shares), activity, zone, fall and Fall(fall, since, "hips below knees"), settled
    )


def crowd(people: Sequence[Person], image: Image, t: float = 10.0) -> Observation:
    """Return an observation of these people; the first settled one's activity is the scene's."""
    first = next((each.activity for each in people if each.settled), Activity("no_person", 1.0, 0.0))
    return Observation(Frame(round(t * 15), t, image), tuple(people), first)


def family(t: float = 10.0) -> list[Person]:
    """Return four people in an image of 640x480: two close together, one who has fallen, one at the edge."""
    return [
        person(1, skeleton(150, 260, 260), "walking", 0.97, t=t),
        person(2, skeleton(200, 270, 250), UNKNOWN, 0.41, t=t, zone="sofa"),
        person(3, skeleton(430, 400, 240, lying=True), "falling", 0.88, t=t, fall="confirmed", zone="hall"),
        person(4, skeleton(630, 240, 280), "sitting", 0.66, t=t, zone="by_the_window"),
    ]
