"""Motions performed by synthetic people and estimated by a pose network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from haredge.core.types import Frame, Pose
from haredge.datasets import recorded
from haredge.datasets.recording import About
from haredge.manifest import PoseModel
from haredge.models.open import PoseFile
from haredge.pose.region import Region
from haredge.training import synthetic_motions as drawn
from research.rendered_motions import RATE_HZ, act, act_all, main

ABOUT = About(name="a", label="waving", group="figure 0", source="", rate_hz=RATE_HZ, pose_model=PoseModel(name="p"))
MOTIONS = drawn.draw_motions(1, seed=3, labels=("standing", "walking"))


class FakeEstimator:
    """Finds a person in one of ``every`` frames, and keeps the images."""

    min_pose_score = 0.5
    most_people = 1
    confirms_new = False

    def __init__(self, every: int = 1) -> None:
        self.every = every
        self.images: list[np.ndarray] = []

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        self.images.append(frame.image)
        return (Pose(frame.t, np.ones((17, 3), np.float32)),) if frame.index % self.every == 0 else ()


def test_a_motion_is_rendered_before_a_camera_that_stands_still() -> None:
    """Every image shows the same room, and in it a body that moves."""
    estimator = FakeEstimator()
    recording = act(MOTIONS[0], estimator, ABOUT, np.random.default_rng(1))
    assert recording is not None
    assert recording.about is ABOUT
    np.testing.assert_allclose(np.diff(recording.times), 1 / RATE_HZ)
    images = np.stack(estimator.images).astype(float)
    still = np.median(np.abs(images - images[0]), axis=(1, 2, 3))
    assert still.max() < 12  # the sensor's noise
    assert np.abs(images[-1] - images[0]).max() > 60


def test_where_a_person_is_hardly_found_there_is_nothing_to_learn() -> None:
    """A person found in a third of the images gives no recording."""
    assert act(MOTIONS[0], FakeEstimator(every=3), ABOUT, np.random.default_rng(1)) is None


def test_recordings_can_be_read_and_are_made_only_once(tmp_path: Path) -> None:
    """With the shipped pose network; they are known as a network's work, by the subject who moved."""
    network = PoseFile.read("pose")
    first = list(act_all(MOTIONS, network, tmp_path, seed=0))
    made = [path.stat().st_mtime_ns for path in first if path]
    assert [path.stat().st_mtime_ns for path in act_all(MOTIONS, network, tmp_path, seed=0) if path] == made
    clips = recorded.read(tmp_path)
    assert {clip.label for clip in clips} == {motion.label for motion in MOTIONS}
    assert all(clip.network and clip.group == "figure figure0" for clip in clips)


def test_one_label_alone_is_rendered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Runs with other seeds are of other people, and share a folder."""
    pytest.importorskip("ai_edge_litert")
    for seed in ("1", "2"):
        assert main(["--only", "standing", "--drawn", "2", "--seed", seed, "--out", str(tmp_path)]) == 0
    assert "2 recordings" in capsys.readouterr().out
    clips = recorded.read(tmp_path)
    assert {clip.label for clip in clips} == {"standing"}
    assert len({clip.group for clip in clips}) == 4
