"""A crowd that comes and goes: nothing that is kept of people grows with how many there have been."""

from __future__ import annotations

import gc
import weakref
from typing import ClassVar

import numpy as np

from haredge.activity.filter import ActivityFilter
from haredge.core.types import HIDDEN_S, Frame, Observation, Pose, Prediction
from haredge.core.zone import Zone
from haredge.scene.observer import SceneObserver

IMAGE = np.zeros((100, 100, 3), np.uint8)
DOOR = Zone("door", ((0.0, 0.0), (0.3, 0.0), (0.3, 1.0), (0.0, 1.0)))
HZ = 4


class Remembered:
    """A recogniser that predicts nothing, and of which it is known whether it is still kept."""

    labels = ("wave",)
    alive: ClassVar[weakref.WeakSet[Remembered]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.alive.add(self)

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        return None


def scene() -> SceneObserver:
    return SceneObserver(Remembered, lambda: ActivityFilter(("wave",)), zones=(DOOR,))


def pose(t: float, track: int, rng: np.random.Generator) -> Pose:
    keypoints = np.ones((17, 3), np.float32)
    keypoints[:, :2] = rng.uniform(0, 100, (17, 2))
    return Pose(t, keypoints, track)


def crowd(view: SceneObserver, seconds: int, seed: int) -> list[Observation]:
    """Let people come and go, thirty at a time, each with a track that no one had before."""
    rng, tracks, last, seen = np.random.default_rng(seed), set(range(30)), 30, []
    for number in range(seconds * HZ):
        t = number / HZ
        if rng.random() < 0.3:
            tracks.remove(int(rng.choice(sorted(tracks))))
            tracks.add(last)
            last += 1
        in_view = [track for track in tracks if rng.random() < 0.9]
        seen.append(view.observe(Frame(number, t, IMAGE), [pose(t, track, rng) for track in in_view]))
    return seen


def test_who_has_left_is_forgotten() -> None:
    """After minutes of a crowd no more is kept than those in view, and after they have gone nothing."""
    Remembered.alive.clear()
    view = scene()
    seen = crowd(view, 200, 1)
    people = seen[-1].people
    assert 30 <= len(people) <= 30 + 4 * HIDDEN_S * HZ * 0.3
    assert people[-1].id > 150
    gc.collect()
    assert len(Remembered.alive) == len(people)
    for number in range(HZ * 4):
        view.observe(Frame(0, 200 + number / HZ, IMAGE), [])
    gc.collect()
    assert len(Remembered.alive) == 0


def test_an_id_is_given_once() -> None:
    """However many come and go, and in the order in which they came."""
    seen = crowd(scene(), 100, 1)
    tracks: dict[int, set[int]] = {}
    for observation in seen:
        ids = [person.id for person in observation.people]
        assert ids == sorted(set(ids))
        for person in observation.people:
            if person.pose is not None:
                tracks.setdefault(person.id, set()).add(person.pose.track)
    assert all(len(own) == 1 for own in tracks.values())


def test_a_person_cut_by_the_edge_is_somewhere() -> None:
    """Keypoints far outside of the image, or on its very edge, are at the edge."""
    view = scene()
    for x in (-1e6, -1.0, 0.0, 99.0, 100.0, 1e6):
        keypoints = np.full((17, 3), 0.5, np.float32)
        keypoints[:, :2] = x
        observation = view.observe(Frame(0, 0.0, IMAGE), [Pose(0.0, keypoints, round(x))])
        assert observation.people[-1].zone == ("door" if x <= 0 else None)
