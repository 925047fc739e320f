"""Promises of the parts put together, with a pose network and a recogniser of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from haredge.activity.recogniser import WindowedRecogniser
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


class Waving:
    """A classifier that is sure of everyone."""

    labels: Sequence[str] = reported(ActivitySection()).labels
    span_s, least_span_s = 1.5, 0.75

    def classify(self, window: Sequence[Pose]) -> Prediction:
        return Prediction(window[-1].t, np.array([label == "waving" for label in self.labels], np.float32))


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


def test_who_was_hidden_for_a_moment_goes_on_with_what_they_did() -> None:
    """As does everyone if the camera gives no frame for a second: no end and no second start is reported."""

    def waves(kept: Callable[[int], bool], seen: Callable[[int], bool]) -> list[tuple[str, float]]:
        class Hiding(Room):
            def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
                return super().estimate(frame)[1:] if seen(frame.index) else ()

        frames = [Frame(index, index / 10, np.zeros((480, 640, 3), np.uint8)) for index in range(80) if kept(index)]
        networks = Networks(Hiding(), reported(ActivitySection()), lambda _: WindowedRecogniser(Waving()), {})
        activities = [seen.activity for seen in networks.observe(iter(frames))]
        return list(dict.fromkeys((each.label, each.since) for each in activities[20:]))

    assert len(waves(lambda _: True, lambda index: not 40 < index < 52)) == 1
    assert len(waves(lambda index: not 40 < index < 52, lambda _: True)) == 1
