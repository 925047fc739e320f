"""Google's pose networks detect the synthetic person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from haredge.core.types import Frame
from haredge.models.open import open_pose_estimator
from haredge.pose.estimator import NetworkPoseEstimator
from haredge.synthetic.clip import SyntheticClip

NETWORKS = {
    "movenet_lightning_int8.tflite": 0.3,
    "posenet_mobilenet_v1_075_353_481_quant.tflite": 0.5,
}
"""Networks, and the score from which a keypoint of theirs counts as found."""
NEAR = 0.1
"""A keypoint is found within this share of the person's height in the image."""
ENOUGH, SHARE = 12, 0.8
"""Keypoints that must be found, in this share of the frames."""
PEOPLE, FRAMES = 12, 5


def moments(word: str) -> Iterator[tuple[SyntheticClip, float]]:
    """Give frames of different people who all do the same, each on a stage of its own."""
    for seed in range(100, 100 + PEOPLE):
        clip = SyntheticClip([(word, 4.0)], seed=seed)
        step = next(step for step in clip.timeline.steps if step.label == word)
        for t in np.linspace(step.start_s + 0.4, step.end_s - 0.1, FRAMES):
            yield clip, float(t)


def found(estimator: NetworkPoseEstimator, min_score: float, clip: SyntheticClip, t: float) -> int:
    """Count the keypoints that a network finds where they are."""
    drawn = clip.at(t)
    assert drawn.keypoints is not None
    poses = estimator.estimate(Frame(0, t, drawn.image))
    if not poses:
        return 0
    pose = poses[0]
    camera = clip.stage.camera
    height_px = clip.figure.bones.stature * camera.focal_px / camera.position[2]
    near = np.linalg.norm(pose.keypoints[:, :2] - drawn.keypoints[:, :2], axis=1) < NEAR * height_px
    return int(np.count_nonzero(near & (pose.keypoints[:, 2] >= min_score)))


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("word", ["standing", "waving", "jumping"])
@pytest.mark.parametrize("network", NETWORKS)
def test_pose_networks_find_the_figure(shared: Path, network: str, word: str) -> None:
    """A network finds at least 12 of 17 keypoints in 80 % of frames of a standing, waving or jumping figure."""
    estimator = open_pose_estimator(str(shared / "models" / network))
    counts = np.array([found(estimator, NETWORKS[network], clip, t) for clip, t in moments(word)])
    assert (counts >= ENOUGH).mean() >= SHARE, f"{network}, {word}: {np.sort(counts)}"
