"""Promises of what is made of one video: the daemon's own poses, each in the cuts that it lies in, or a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import installed

from haredge.compose import buffered, open_configured_source, open_networks
from haredge.config.schema import Config
from haredge.datasets.recording import Recording
from haredge.extraction.cutting import Damaged, Job, Outcome, Recorded, Skipped, work
from haredge.extraction.listing import Cut, LabelledVideoFile
from haredge.models.open import PoseFile

RATE_HZ = 15.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with models, a video of 4 s of a person, and one without people."""
    folder = tmp_path_factory.mktemp("films")
    installed.pose_model(folder / "models")
    installed.activity_model(folder / "models")
    installed.exercise_film(folder / "film.mp4")
    installed.film(folder / "empty.mp4", [installed.nobody()] * 15)
    walks_in = [installed.nobody()] * 14 + [installed.person(arms_up=True)]
    installed.film(folder / "walks_in.mp4", walks_in)
    installed.film(folder / "slow.mp4", [installed.person(arms_up=True)] * 16, rate_hz=2)
    return folder


@pytest.fixture(scope="module")
def job(place: Path) -> Job:
    return Job(PoseFile.read(str(place / "models/dots")), RATE_HZ)


Cutter = Callable[..., list[Outcome]]


@pytest.fixture
def cut(place: Path, job: Job) -> Cutter:
    def outcomes(name: str, *stretches: tuple[float, float]) -> list[Outcome]:
        cuts = tuple(Cut(f"{start}-{end}", "move", name, start, end) for start, end in stretches)
        return work(LabelledVideoFile(place / name, name, cuts or (Cut("whole", "move", name),)), job)

    return outcomes


def only(outcome: Outcome) -> Recording:
    """Return the one recording of a cut."""
    assert isinstance(outcome, Recorded)
    (recording,) = outcome.recordings
    assert outcome.about == recording.about
    return recording


def test_the_poses_are_the_daemons_own(place: Path, cut: Cutter) -> None:
    """Bit for bit what the loop sees, so that a model is trained on what it will meet."""
    models = {"pose": {"model": f"{place}/models/dots"}, "activity": {"model": f"{place}/models/arms"}}
    config = Config.model_validate({"source": str(place / "film.mp4"), **models})
    recogniser = open_networks(config)
    frames = buffered(open_configured_source(config), config)
    poses = [person.pose for each in recogniser.observe(iter(frames)) for person in each.people if person.pose]
    recording = only(*cut("film.mp4"))
    assert recording.frames == 60
    np.testing.assert_array_equal(recording.times, [pose.t for pose in poses])
    np.testing.assert_array_equal(recording.keypoints, np.stack([pose.keypoints for pose in poses]))
    about = recording.about
    assert (about.name, about.label, about.group, about.source) == ("whole", "move", "film.mp4", "film.mp4")
    assert (about.rate_hz, about.pose_model.name) == (RATE_HZ, "dots")


def test_cuts_share_out_the_frames(cut: Cutter) -> None:
    """Cuts that meet have every frame once; one that lies across them has the very same poses."""
    whole = only(*cut("film.mp4"))
    before, after, across = map(only, cut("film.mp4", (0.0, 2.0), (2.0, 4.5), (1.0, 3.0)))
    np.testing.assert_array_equal(np.concatenate([before.times, after.times]), whole.times)
    np.testing.assert_array_equal(np.concatenate([before.keypoints, after.keypoints]), whole.keypoints)
    inside = (whole.times >= 1) & (whole.times < 3)
    np.testing.assert_array_equal(across.keypoints, whole.keypoints[inside])


def test_the_rest_of_a_video_is_not_read(place: Path, cut: Cutter, tmp_path: Path) -> None:
    """Ten seconds of a video of two hours take as long as ten seconds: frames after the last cut are never decoded."""
    recording = only(*cut("film.mp4", (0.0, 1.0)))
    assert recording.times[-1] < 1
    assert recording.frames == 15


@pytest.mark.parametrize(
    ("name", "stretch", "said"),
    [
        ("empty.mp4", (0.0, 1.0), "a person is seen in none of its 15 frames"),
        ("walks_in.mp4", (0.0, 1.0), "a person is seen in one frame only of its 15 frames"),
        ("film.mp4", (5.0, 6.0), "it begins at 5.0 s, but the video ends at 3.9 s"),
        ("film.mp4", (3.0, 6.0), "it ends at 6.0 s, but the video ends at 3.9 s"),
        ("film.mp4", (1.01, 1.02), "a person is seen in none of its 0 frames"),
        ("slow.mp4", (0.0, 8.0), "a person is seen in 16 of its 16 frames, but never twice within 0.4 s, so it fills"),
    ],
)
def test_what_is_skipped_has_a_reason(cut: Cutter, name: str, stretch: tuple[float, float], said: str) -> None:
    """It names what is wrong; the other cuts of the video are made all the same."""
    skipped, *others = cut(name, stretch, (0.5, 2.0)) if name == "film.mp4" else cut(name, stretch)
    assert isinstance(skipped, Skipped)
    assert said in skipped.reason
    assert (skipped.source, skipped.cut.start_s) == (name, stretch[0])
    assert all(isinstance(other, Recorded) for other in others)


def test_a_file_that_is_gone_is_not_said_to_be_a_camera(cut: Cutter) -> None:
    """A row of a table names a file, whatever a source may be besides."""
    (skipped,) = cut("gone.mp4")
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "No such file or directory"


def test_an_end_a_little_after_the_videos_is_its_end(cut: Cutter) -> None:
    """Tables are made by people, and containers round."""
    assert len(only(*cut("film.mp4", (3.0, 4.5))).times) > 10


@pytest.mark.parametrize("content", [b"", b"no video at all"])
def test_a_file_that_cannot_be_read_is_skipped_with_all_its_cuts(job: Job, tmp_path: Path, content: bytes) -> None:
    """Each of them is reported."""
    path = tmp_path / "bad.mp4"
    path.write_bytes(content)
    outcomes = work(LabelledVideoFile(path, "bad.mp4", (Cut("a", "x", "g", 0, 1), Cut("b", "x", "g", 1, 2))), job)
    assert [isinstance(each, Skipped) and "cannot read the video" in each.reason for each in outcomes] == [True, True]


def test_what_could_not_be_read_is_noted(place: Path, cut: Cutter) -> None:
    """A file that is cut short gives a recording of what there is, and a word of what is missing."""
    installed.film(place / "whole.avi", [installed.person(arms_up=True)] * 120, codec="MJPG")
    content = (place / "whole.avi").read_bytes()
    (place / "cut.avi").write_bytes(content[: len(content) // 2])
    recorded, damaged = cut("cut.avi")
    assert only(recorded).times[-1] > 3
    assert isinstance(damaged, Damaged)
    assert damaged.source == "cut.avi"
    assert "cut short or damaged" in damaged.damage
