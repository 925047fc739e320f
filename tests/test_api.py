"""Promises of haredge.api: what the commands do, as functions; light to import; a real training, small."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import own_recordings
import pytest
from extras import needs_training

pytest.importorskip("ai_edge_litert")

import installed

import haredge
from haredge import cli
from haredge.activity.classifier import WindowClassifier
from haredge.core.errors import ConfigError, DataError, SourceError
from haredge.datasets.recording import Recording
from haredge.manifest import DataSet
from haredge.training.fit import Plan

TINY = Plan(epochs=2, examples=1500, seed=1)
SHIPPED = str(Path(__file__).parents[1] / "models/everyday")
FIFTY = tuple(f"thing {number}" for number in range(50))


def test_importing_it_loads_nothing_heavy() -> None:
    """Neither OpenCV nor TensorFlow nor an interpreter: each is loaded by the function that needs it."""
    heavy = "{'cv2', 'tensorflow', 'tf_keras', 'matplotlib', 'scipy', 'ai_edge_litert'}"
    program = f"import sys, haredge.api; assert not {heavy} & set(sys.modules), sys.modules.keys() & {heavy}"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with a video of two activities and the networks for it the current one."""
    installed.pose_model(tmp_path / "models")
    installed.activity_model(tmp_path / "models")
    (tmp_path / "videos/arms").mkdir(parents=True)
    installed.exercise_film(tmp_path / "videos/arms/video.mp4")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_video_is_recognised_as_by_the_daemon(here: Path) -> None:
    """Spans without gaps, from the video's beginning to its end, in the right order."""
    spans = haredge.recognise("arms", here / "videos/arms/video.mp4", pose_model="dots")
    assert [span.label for span in spans if span.label.startswith("arms")] == ["arms_down", "arms_up"]
    assert spans[0].start_s == 0
    assert all(a.end_s == b.start_s for a, b in pairwise(spans))
    assert spans[-1].end_s == pytest.approx(4, abs=0.2)
    assert all(0 <= span.probability <= 1 for span in spans)


def test_what_is_not_a_video_is_an_error(here: Path) -> None:
    """A camera never ends, a rate may be too low, a file may be missing: one line each."""
    with pytest.raises(SourceError, match="never ends"):
        haredge.recognise("arms", "test:", pose_model="dots")
    with pytest.raises(SourceError, match=r"\*\*\*@camera/s: .* never ends") as raised:
        haredge.recognise("arms", "rtsp://me:secret@camera/s", pose_model="dots")
    assert "secret" not in str(raised.value)
    with pytest.raises(ConfigError, match=r"source = .*\*\*\*@camera:99999/s': has a port") as refused:
        haredge.recognise("arms", "rtsp://me:secret@camera:99999/s", pose_model="dots")
    assert "secret" not in str(refused.value)
    with pytest.raises(ConfigError, match="1 poses per second"):
        haredge.recognise("arms", here / "videos/arms/video.mp4", pose_model="dots", rate_hz=1)
    with pytest.raises(SourceError, match=r"gone\.mp4"):
        haredge.recognise("arms", "gone.mp4", pose_model="dots")


def test_a_recogniser_observes_cameras_files_and_your_own_frames_alike(here: Path) -> None:
    """The networks are loaded once; each call starts with no state, and gives every frame in order."""
    recogniser = haredge.load("arms", pose_model=Path("models/dots"))
    assert recogniser.labels == installed.LABELS
    of_file = list(recogniser.observe(here / "videos/arms/video.mp4"))
    assert [observation.frame.index for observation in of_file] == list(range(60))
    assert {person.activity.label for observation in of_file for person in observation.people} > {"arms_up"}
    own = list(recogniser.observe(observation.frame for observation in of_file))
    assert [observation.activity for observation in own] == [observation.activity for observation in of_file]
    with closing(recogniser.observe("test:?fps=30&size=160x120&script=empty:60", rate_hz=10)) as camera:
        first, second = islice(camera, 2)
    assert second.frame.t - first.frame.t > 0.05
    assert first.people == ()


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (haredge.Frame(1, 0.1, np.zeros((48, 64), np.uint8)), r"frame 1 .* uint8 of the shape \(48, 64\)"),
        (haredge.Frame(1, 0.1, np.zeros((48, 64, 4), np.uint8)), r"shape \(48, 64, 4\)"),
        (haredge.Frame(1, 0.1, np.zeros((48, 64, 3), np.float32)), "float32"),
        (haredge.Frame(1, 0.1, np.zeros((0, 64, 3), np.uint8)), r"\(0, 64, 3\)"),
        (haredge.Frame(1, 0.0, np.zeros((48, 64, 3), np.uint8)), "its time, 0.0 s, does not come after 0.0 s"),
        (haredge.Frame(1, np.nan, np.zeros((48, 64, 3), np.uint8)), "its time, nan s"),
        (haredge.Frame(1, "0.1", np.zeros((48, 64, 3), np.uint8)), "its time, '0.1', is not a number"),  # type: ignore[arg-type]
        (haredge.Frame(1, datetime(2026, 1, 1), np.zeros((48, 64, 3), np.uint8)), "is not a number"),  # type: ignore[arg-type] # noqa: DTZ001
        (np.zeros((48, 64, 3), np.uint8), "a haredge.Frame is needed, not a ndarray"),
    ],
)
def test_frames_of_your_own_that_cannot_be_recognised_are_one_line(frame: Any, words: str, here: Path) -> None:
    """Grey, RGBA and floats between 0 and 1 are common in notebooks; none is quietly taken for what it is not."""
    first = haredge.Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8))
    with pytest.raises(haredge.SourceError, match=words):
        list(haredge.load("arms", pose_model="dots").observe([first, frame]))


@pytest.mark.parametrize("source", [0, None])
def test_a_camera_that_is_named_by_a_bare_number_is_one_line(source: Any, here: Path) -> None:
    """As OpenCV names it: the error says what haredge calls the same camera."""
    with pytest.raises(haredge.SourceError, match=f"source {source}: text is needed, such as '0' for the first camera"):
        next(haredge.load("arms", pose_model="dots").observe(source))


def test_wrong_settings_in_python_are_one_line(here: Path) -> None:
    """As on the command line: what is possible is said, and nothing has been read or written."""
    with pytest.raises(haredge.ConfigError, match="person 'me': one of largest, longest"):
        haredge.extract("videos", "recordings", pose_model="dots", person="me")  # type: ignore[arg-type]
    for jobs in (0, -1):
        with pytest.raises(haredge.ConfigError, match="one or more are needed"):
            haredge.extract("videos", "recordings", pose_model="dots", jobs=jobs)
    assert not (here / "recordings").exists()
    with pytest.raises(haredge.DataError, match="no clips to measure on"):
        haredge.evaluate("arms", [])


@pytest.mark.parametrize("wrong", [{"network": "cnn"}, {"epochs": -1}, {"examples": 0}, {"seed": -1}])
def test_a_plan_that_no_training_can_follow_is_one_line(wrong: dict[str, Any]) -> None:
    """Before any data is read."""
    (name,) = wrong
    with pytest.raises(haredge.ConfigError, match=f"{name} .* needed"):
        Plan(**wrong)


@needs_training
def test_no_recordings_to_train_on_are_one_line(tmp_path: Path) -> None:
    """Nothing is said of labels, of which there are none."""
    with pytest.raises(haredge.DataError, match="no recordings to train on"):
        haredge.train([], tmp_path / "mine")


def test_a_threshold_of_your_own_holds(here: Path) -> None:
    """Above every probability nothing is reported; out of range, or of no label, it is refused with its key."""
    strict = haredge.load("arms", pose_model="dots", threshold=1)
    assert {span.label for span in strict.recognise(here / "videos/arms/video.mp4")} == {"unknown"}
    with pytest.raises(haredge.ConfigError, match=r"activity\.threshold = 1\.5"):
        haredge.load("arms", threshold=1.5)
    with pytest.raises(haredge.ConfigError, match=r"activity\.thresholds\.legs: the model arms has no such label"):
        haredge.load("arms", pose_model="dots", thresholds={"legs": 0.5})


def test_zones_and_the_number_of_people_are_yours(here: Path) -> None:
    """A person has the zone that they are in; where people are ignored there are none; what cannot be is refused."""
    whole = ((0, 0), (1, 0), (1, 1), (0, 1))
    video = here / "videos/arms/video.mp4"
    room = haredge.load("arms", pose_model="dots", zones=[haredge.Zone("room", whole)], max_people=1)
    *_, last = room.observe(video)
    assert [(person.id, person.zone) for person in last.people] == [(last.person, "room")]
    assert [(each.zone.name, each.occupied) for each in last.zones] == [("room", True)]
    mirror = haredge.load("arms", pose_model="dots", zones=[haredge.Zone("mirror", whole, ignore=True)])
    assert not any(observation.people for observation in mirror.observe(video))
    with pytest.raises(haredge.ConfigError, match=r"zones\.bed\.polygon .*three or more"):
        haredge.load("arms", zones=[haredge.Zone("bed", ((0, 0), (1, 1)))])
    with pytest.raises(haredge.ConfigError, match="more than one has the name 'bed'"):
        haredge.load("arms", zones=[haredge.Zone("bed", whole), haredge.Zone("bed", whole, rest=True)])
    with pytest.raises(haredge.ConfigError, match=r"pose\.max_people = 0"):
        haredge.load("arms", max_people=0)


def test_every_public_name_is_there_and_importing_the_package_loads_nothing() -> None:
    """Names are loaded when they are used, and complete in a listing."""
    script = (
        "import sys, haredge; before = set(sys.modules); assert not {'numpy', 'pydantic', 'cv2'} & before, before;"
        "assert set(haredge.__all__) <= set(dir(haredge)); [getattr(haredge, name) for name in haredge.__all__]"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    script = "import haredge, haredge.training.fit; assert callable(haredge.train)"
    subprocess.run([sys.executable, "-c", script], check=True)
    with pytest.raises(AttributeError, match="no attribute 'gone'"):
        getattr(haredge, "gone")  # noqa: B009


def test_videos_become_recordings_and_clips(here: Path) -> None:
    """In a line for a person and a step for a program; the second time nothing is left to do."""
    lines: list[str] = []
    steps: list[object] = []
    tally = haredge.extract("videos", "out", pose_model="dots", jobs=1, report=lines.append, progress=steps.append)
    assert (tally.made, tally.skipped) == ({"arms": 1}, [])
    assert lines == ["1 clip of 1 label; 1 video to read (pose network dots, 15 Hz)"]
    assert steps
    (clip,) = haredge.load_clips(here / "out").clips
    assert (clip.label, clip.keypoints.shape[1:]) == ("arms", (17, 3))
    again = haredge.extract("videos", "out", pose_model="dots", jobs=1, report=lines.append)
    assert (again.made, again.there) == ({}, {"arms": 1})


def damaged(folder: Path) -> None:
    next(folder.rglob("*.npz")).write_bytes(b"PK\x03\x04 no more")


def nan(folder: Path) -> None:
    file = next(folder.rglob("*.npz"))
    arrays = dict(np.load(file))
    arrays["keypoints"][3, 0, 0] = np.nan
    np.savez(file, **arrays)


def nobody(folder: Path) -> None:
    for file in folder.rglob("*.npz"):
        recording = Recording.load(file)
        recording.keypoints[..., 2] = 0
        recording.save(folder)


@needs_training
@pytest.mark.parametrize(
    ("spoil", "said"),
    [(damaged, "not a recording of haredge, or damaged"), (nan, "not a number"), (nobody, "no person is seen")],
)
@pytest.mark.parametrize("command", ["train data --out mine", "evaluate --model exercise --data data"])
def test_bad_recordings_are_one_line_to_both_commands(
    command: str, spoil: Callable[[Path], None], said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what and where; nothing is written, and nothing is trained or measured."""
    own_recordings.write(here / "data", ["arms_up", "other"])
    spoil(here / "data")
    assert cli.main(command.split()) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("haredge: data")
    assert said in line
    assert not (here / "mine/manifest.json").exists()


@needs_training
@pytest.mark.parametrize(
    ("labels", "each", "said"),
    [
        (["waving"], 8, "there is one label only (waving), nothing to distinguish it from"),
        (["other"], 8, "there is no label to train"),
        (["waving", "other"], 2, "there are too few people, recording sessions or videos"),
        (["waving", "other"], 3, "there are too few people, recording sessions or videos"),
    ],
)
def test_too_little_is_one_line(labels: Sequence[str], each: int, said: str, here: Path) -> None:
    """Before anything is trained, and without a model in the end."""
    own_recordings.write(here / "data", labels, each)
    with pytest.raises(DataError) as raised:
        haredge.train([haredge.load_clips("data")], "mine", plan=TINY, report=lambda _: None)
    assert said in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert not (here / "mine/manifest.json").exists()


@needs_training
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("converter")
@pytest.mark.parametrize("labels", [("waving |`$", "größe 測"), FIFTY], ids=["two odd labels", "fifty labels"])
def test_two_labels_or_fifty(labels: Sequence[str], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Trains, warns of scores from few clips, and is afterwards evaluated only on clips that it never saw."""
    mine = haredge.load_clips(own_recordings.write(tmp_path / "data", labels, each=4))
    lines: list[str] = []
    with caplog.at_level(logging.WARNING):
        manifest = haredge.train([mine], tmp_path / "mine", plan=TINY, report=lines.append)
    assert manifest.labels == (*sorted(labels), "other")
    assert manifest.pose_model.name == "dots"
    assert len([line for line in lines if line.startswith("epoch") and "left at most" in line]) == TINY.epochs
    assert "fewer than 5 clips to test on" in caplog.text
    WindowClassifier.open(tmp_path / "mine")
    measured = haredge.evaluate(tmp_path / "mine", mine.clips)
    assert f"measured on the {len(labels)} that it was not trained on" in caplog.text
    assert measured.accuracy == pytest.approx(manifest.accuracy.int8, abs=1e-4)
    assert measured.confusion.tolist() == [list(row) for row in manifest.confusion]
    assert measured.confusion.sum() == len(labels)
    assert {file.name for file in (tmp_path / "mine").iterdir()} == {
        *("model.tflite", "manifest.json", "golden.npz", "MODEL_CARD.md", "curves.png", "confusion.png")
    }


class StopTrainingError(Exception):
    """All is known that there was to know."""


def stop(line: str) -> None:
    if line.startswith("epoch"):
        raise StopTrainingError


@needs_training
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("converter")
def test_what_it_began_with_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The manifest names the data behind the weights; a warning is logged if the start held out other groups."""
    from haredge.training import data_warnings as worth
    from haredge.training import fine_tuning as starting

    mine = haredge.load_clips(own_recordings.write(tmp_path / "data", ("left", "right")))
    # A model that held out nothing that is known, and was trained on what is none of these.
    shipped = replace(starting.read(SHIPPED), trained_on=(DataSet(name="elsewhere", licence="theirs"),), held_out=())
    first = haredge.train([mine], tmp_path / "first", plan=replace(TINY, start=shipped), report=lambda _: None)
    assert [each.name for each in first.trained_on] == ["data", "elsewhere, by the weights that it was fine-tuned from"]
    assert "elsewhere, by the weights" in (tmp_path / "first/MODEL_CARD.md").read_text()
    again = replace(TINY, start=starting.read(f"{tmp_path}/first"), epochs=1, examples=256)
    assert again.start
    assert again.start.held_out
    with caplog.at_level(logging.WARNING):
        with pytest.raises(StopTrainingError):
            haredge.train([mine], tmp_path / "same", plan=again, report=stop)
        assert worth.NOT_HELD_OUT not in caplog.text
        with pytest.raises(StopTrainingError):
            haredge.train([mine], tmp_path / "other", plan=replace(again, seed=2), report=stop)
    assert worth.NOT_HELD_OUT in caplog.text
