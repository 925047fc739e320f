"""Promises of extracting recordings of several people: each has files of their own, counted, found again, replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import installed
from crowd import skeleton

from haredge.commands.extract import _lines
from haredge.core.types import Frame, Pose
from haredge.datasets import recorded
from haredge.datasets.choice import PersonRule
from haredge.datasets.recording import Recording
from haredge.extraction import batch
from haredge.extraction.batch import Listener, Tally, Workers
from haredge.extraction.cutting import Job
from haredge.models.open import PoseFile
from haredge.pose.estimator import NetworkPoseEstimator
from haredge.pose.region import Region


class TwoPeople(NetworkPoseEstimator):
    """Finds a small person at the left of each image and a tall one at the right."""

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        del region
        return tuple(Pose(frame.t, skeleton(x, 120, tall)) for x, tall in ((60, 90), (220, 180)))


class Pair(PoseFile):
    """A pose network that finds two people."""

    def open(self) -> NetworkPoseEstimator:
        known = super().open()
        two = TwoPeople(known.engine, known.decoder, min_pose_score=0.1)
        two.__dict__["most_people"] = 2  # the decoder's own is one
        return two


Extract = Callable[[PersonRule], Tally]


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    known = PoseFile.read(str(installed.pose_model(tmp_path / "models")))
    pair = Pair(known.model, known.content, known.manifest)
    (tmp_path / "videos/wave").mkdir(parents=True)
    for name in ("a", "b"):
        installed.film(tmp_path / "videos/wave" / f"{name}.mp4", [installed.nobody()] * 20)

    def run(person: PersonRule) -> Tally:
        job = Job(pair, 15.0, person)
        listener = Listener(lambda _line: None, lambda _progress: None)
        return batch.extract(tmp_path / "videos", tmp_path / "out", job, Workers(jobs=1), listener)

    return run


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out").rglob("*.npz"))


def test_each_person_has_a_recording(tmp_path: Path, extract: Extract) -> None:
    """From left to right, in files that say who; counted as recordings, of clips that were asked for."""
    tally = extract("all")
    assert files(tmp_path) == [f"{name}.mp4+person{number}.npz" for name in ("a", "b") for number in (1, 2)]
    assert (tally.asked["wave"], tally.clips["wave"], tally.made["wave"], tally.recorded) == (2, 2, 4, 4)
    assert next(_lines(tally, tmp_path / "out")) == f"  {'wave':20}      4 recordings"
    left, right = (Recording.load(tmp_path / f"out/wave/a.mp4+person{number}.npz") for number in (1, 2))
    assert (left.about.number, right.about.number, left.about.of) == (1, 2, 2)
    assert left.keypoints[:, :, 0].mean() < right.keypoints[:, :, 0].mean()
    assert left.about.group == right.about.group
    clips = recorded.read(tmp_path / "out")
    assert [clip.name for clip in clips] == [f"wave/{name}.mp4+person{n}" for name in ("a", "b") for n in (1, 2)]


def test_what_is_there_of_all_people_is_not_redone(tmp_path: Path, extract: Extract) -> None:
    """Unless one of them is missing; then the clip is made again."""
    extract("all")
    again = extract("all")
    assert (again.made, again.there["wave"], again.clips["wave"]) == ({}, 4, 2)
    (tmp_path / "out/wave/b.mp4+person2.npz").unlink()
    part = extract("all")
    assert (part.made["wave"], part.there["wave"], part.clips["wave"]) == (2, 2, 2)


def test_another_rule_replaces_what_was_there(tmp_path: Path, extract: Extract) -> None:
    """No person is trained on twice: of each clip there are only the recordings of the last rule."""
    extract("all")
    assert extract("largest").made["wave"] == 2
    assert files(tmp_path) == ["a.mp4.npz", "b.mp4.npz"]
    tall = Recording.load(tmp_path / "out/wave/a.mp4.npz")
    assert extract("left").made["wave"] == 2
    small = Recording.load(tmp_path / "out/wave/a.mp4.npz")
    assert np.ptp(tall.keypoints[0, :, 1]) > np.ptp(small.keypoints[0, :, 1])
    assert extract("all").made["wave"] == 4
    assert files(tmp_path) == [f"{name}.mp4+person{number}.npz" for name in ("a", "b") for number in (1, 2)]
