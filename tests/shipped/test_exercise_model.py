"""The shipped `exercise` model on real clips, through the daemon's own loop with Google's networks in front."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from haredge.activity.classifier import WindowClassifier
from haredge.activity.filter import ActivityFilter
from haredge.activity.recogniser import WindowedRecogniser
from haredge.activity.thresholds import resolve
from haredge.config.schema import ActivitySection
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Frame, Pose
from haredge.models.open import open_pose_estimator
from haredge.pipeline import observe
from haredge.pose.estimator import NetworkPoseEstimator
from haredge.sources.throttle import at_rate
from haredge.sources.uri import open_source

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(600)]

MOVENET = "models/movenet_lightning_int8.tflite"
POSENET = "models/posenet_mobilenet_v1_075_353_481_quant.tflite"
QUIET = {NO_PERSON, UNKNOWN}


class WholeImage:
    """Finds the dominant person in each whole frame of a clip, without following them.

    What is found does not depend on the frames before: at another rate, a frame that is known is not run on again.
    """

    def __init__(self, network: NetworkPoseEstimator) -> None:
        self.network = network
        self.known: dict[int, tuple[Pose, ...]] = {}

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        if frame.index not in self.known:
            self.known[frame.index] = self.network.estimate(frame)[:1]
        return self.known[frame.index]


@cache
def estimator(clip: Path, network: Path) -> WholeImage:
    """Give what finds people in a clip: one for all its rates."""
    assert clip.is_file()
    return WholeImage(open_pose_estimator(str(network), threads=2))


def reported(shared: Path, clip: str, network: str, hz: float) -> set[str]:
    """Run a clip at a frame rate and collect the activities that are reported."""
    classifier = WindowClassifier.open(Path(__file__).parents[2] / "models/exercise")
    manifest = classifier.manifest
    path = shared / "videos" / clip
    observed = observe(
        at_rate(open_source(str(path)), hz),
        estimator(path, shared / network),
        lambda: WindowedRecogniser(classifier),
        lambda: ActivityFilter(manifest.labels, resolve(manifest, ActivitySection()), manifest.rest),
    )
    return {seen.activity.label for seen in observed}


@pytest.mark.parametrize("hz", [30, 15, 10])
@pytest.mark.parametrize("network", [MOVENET, POSENET])
@pytest.mark.parametrize("clip", ["walking.avi", "boxing.avi", "clapping.avi", "two_people_approach.mp4"])
def test_what_is_no_sport_is_not_called_one(shared: Path, clip: str, network: str, hz: float) -> None:
    """Walking, boxing and clapping are none of the sports: the answer is unknown, at every frame rate."""
    assert reported(shared, clip, network, hz) <= QUIET


@pytest.mark.parametrize("hz", [30, 15, 10])
@pytest.mark.parametrize(("clip", "label"), [("pushup.mp4", "pushup"), ("squat.mp4", "squat")])
def test_an_exercise_is_found_at_every_frame_rate(shared: Path, clip: str, label: str, hz: float) -> None:
    """Push-ups and squats are found through MoveNet, and nothing else is."""
    assert reported(shared, clip, MOVENET, hz) - QUIET == {label}


@pytest.mark.parametrize("network", [MOVENET, POSENET])
def test_people_who_walk_in_and_stand_do_no_sports(shared: Path, network: str) -> None:
    """Over more than two minutes in which people come and go, no sport is reported."""
    assert reported(shared, "people_walking_in.mp4", network, 10) <= QUIET
