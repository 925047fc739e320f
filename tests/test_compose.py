"""Promises of the parts put together, with a pose network and a recogniser of the test's own."""

from __future__ import annotations

import numpy as np

from haredge.compose import Networks
from haredge.config.schema import ActivitySection
from haredge.core.seams import Measure
from haredge.core.types import Frame, Pose, Prediction
from haredge.core.zone import Zone
from haredge.models.contract import reported
from haredge.pose.region import Region

SCREEN = Zone("television", ((0.6, 0.1), (0.9, 0.1), (0.9, 0.5), (0.6, 0.5)), ignore=True)


class Room:
    """Two people, one on a television and larger than the one in the room."""

    min_pose_score, most_people, confirms_new = 0.5, 6, False

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        return (_standing(frame.t, 480, 200, 140), _standing(frame.t, 150, 450, 120))


def _standing(t: float, x: float, feet: float, tall: float) -> Pose:
    keypoints = np.full((17, 3), 0.9, np.float32)
    keypoints[:, 0], keypoints[:, 1] = x + np.arange(17) % 3 * 8, np.linspace(feet - tall, feet, 17)
    return Pose(t, keypoints)


class Nothing:
    """A recogniser that predicts nothing."""

    labels = ("waving",)

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        return None


def nothing(_measure: Measure) -> Nothing:
    return Nothing()


def test_people_on_a_television_take_no_ones_place() -> None:
    """A board that follows one person reports the one in the room, not no one."""
    frames = [Frame(index, index / 10, np.zeros((480, 640, 3), np.uint8)) for index in range(20)]
    networks = Networks(Room(), reported(ActivitySection()), nothing, {}, zones=(SCREEN,), max_people=1)
    *_, last = networks.observe(iter(frames))
    assert [round(person.pose.box.left) for person in last.people if person.pose] == [150]
