"""People in photographs, held before the pose network."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from haredge.core.errors import DataError
from haredge.core.types import Frame, Pose
from haredge.datasets import recorded
from haredge.datasets.recording import About
from haredge.manifest import PoseModel
from haredge.models.open import PoseFile
from haredge.pose.region import Region
from research.image_splits import for_choice
from research.photographs import FRAMES, RATE_HZ, frames_of, labels, record, record_all
from research.pose.synthetic_images import random_image

ABOUT = About(name="a", label="sitting", group="g", source="", rate_hz=RATE_HZ, pose_model=PoseModel(name="p"))
PEOPLE = 8


def drawn(seed: int) -> np.ndarray:
    return random_image(np.random.default_rng(seed), (224, 168))[0]


class FakeEstimator:
    """Finds a person in every frame, or in one of ``every``."""

    min_pose_score = 0.5
    most_people = 1
    confirms_new = False

    def __init__(self, every: int = 1) -> None:
        self.every = every

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        return (Pose(frame.t, np.ones((17, 3), np.float32)),) if frame.index % self.every == 0 else ()


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a set of synthetic people who sit, one of them twice, and of one who dances."""
    folder = tmp_path_factory.mktemp("stills")
    with zipfile.ZipFile(folder / "train.zip", "w") as images:
        for number in range(PEOPLE):
            content = cv2.imencode(".jpg", drawn(max(1, number)))[1].tobytes()
            images.writestr(f"train/Image_{number}.jpg", content)
    with (folder / "Training_set.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("filename", "label"))
        rows.writerows((f"Image_{number}.jpg", "sitting") for number in range(PEOPLE - 1))
        rows.writerow((f"Image_{PEOPLE - 1}.jpg", "dancing"))
    return folder


def test_an_image_is_held_as_by_a_hand() -> None:
    """The frames show the same, hardly moved, and no two of them are equal."""
    picture = drawn(5)
    frames = list(frames_of(picture, np.random.default_rng(0)))
    assert [frame.index for frame in frames] == list(range(FRAMES))
    np.testing.assert_allclose(np.diff([frame.t for frame in frames]), 1 / RATE_HZ)
    assert len({frame.image.tobytes() for frame in frames}) == FRAMES
    apart = [float(np.median(np.abs(frame.image.astype(int) - picture))) for frame in frames]
    assert max(apart) < 12


def test_where_a_person_is_hardly_found_there_is_nothing_to_learn() -> None:
    """A person found in a third of the frames gives no recording, one in all of them does."""
    assert record(drawn(5), FakeEstimator(every=3), ABOUT, np.random.default_rng(0)) is None
    recording = record(drawn(5), FakeEstimator(), ABOUT, np.random.default_rng(0))
    assert recording is not None
    assert recording.about is ABOUT
    assert len(recording.times) == FRAMES


def test_only_what_is_done_by_keeping_still_is_read(album: Path, tmp_path: Path) -> None:
    """A dancer in a photograph does not dance; a file that is not a table is reported."""
    assert [name for name, _ in labels(album / "Training_set.csv")] == [f"Image_{n}.jpg" for n in range(PEOPLE - 1)]
    (tmp_path / "Training_set.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"not a table of filename,label"):
        labels(tmp_path / "Training_set.csv")


def test_the_recordings_can_be_trained_on_and_are_made_only_once(album: Path, tmp_path: Path) -> None:
    """With the shipped network; equal images are one group, and what chose the pose network is left out."""
    network = PoseFile.read("pose")
    made = [path for path in record_all(album, network, tmp_path, seed=0) if path]
    assert len(made) >= 4
    stamps = [path.stat().st_mtime_ns for path in made]
    again = [path for path in record_all(album, network, tmp_path, seed=0) if path]
    assert [path.stat().st_mtime_ns for path in again] == stamps
    clips = recorded.read(tmp_path)
    assert all(clip.network and clip.label == "sitting" for clip in clips)
    groups = {clip.name: clip.group for clip in clips}
    first, second = (f"sitting/Image_{number}.jpg" for number in (0, 1))
    assert (first in groups) == (second in groups)
    assert groups.get(first) == groups.get(second)
    with zipfile.ZipFile(album / "train.zip") as images:
        kept = [name for name in images.namelist() if for_choice("har15", images.read(name))]
    assert not {f"sitting/{Path(name).name}" for name in kept} & set(groups)
    aside = [path.stem for path in record_all(album, network, tmp_path / "kept", seed=0, kept=True) if path]
    assert set(aside) <= {Path(name).name for name in kept}
