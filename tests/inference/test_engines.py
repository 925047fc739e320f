"""The table of inference engines: a second engine is a row, and everything that runs a network goes through it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tiny_engine

from haredge import cli
from haredge.activity import features
from haredge.activity.classifier import WindowClassifier
from haredge.activity.window import LENGTH
from haredge.config.schema import Config
from haredge.core.errors import ModelError
from haredge.core.types import Frame
from haredge.doctor import OK, recognition
from haredge.inference.engines import suffixes, versions
from haredge.inference.loading import open_engine
from haredge.manifest import (
    CARD,
    GOLDEN,
    MANIFEST,
    Accuracy,
    ActivityManifest,
    DataSet,
    Manifest,
    PoseManifest,
    PoseModel,
)
from haredge.models.acceptance import accept
from haredge.models.catalog import find_model, installed
from haredge.models.open import open_pose_estimator
from haredge.pose.tracker import PeopleTracker

SIZE = (24, 32)
NOTHING = (DataSet(name="nothing", licence="MIT"),)
SOURCES = Path(__file__).parents[2] / "haredge"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Register the second engine, and make an empty folder of models the machine's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    with tiny_engine.registered():
        yield tmp_path / "models"


def pose_network() -> bytes:
    """Write a pose network that finds a person in the image's middle, the more certainly the redder the image."""
    weights = np.zeros((3, *SIZE, 17, 3))
    weights[0, :, :, :, 2] = 1 / (255 * SIZE[0] * SIZE[1])
    keypoints = np.zeros((17, 3))
    keypoints[:, :2] = 0.5
    return tiny_engine.dense((1, 3, *SIZE), (1, 1, 17, 3), weights.reshape(-1, 51), keypoints.ravel())


def pose_model(place: Path) -> Path:
    content, folder = pose_network(), place / "redness"
    folder.mkdir(parents=True)
    (folder / "net.tiny").write_bytes(content)
    PoseManifest(
        name="redness",
        sha256=hashlib.sha256(content).hexdigest(),
        file="net.tiny",
        trained_on=NOTHING,
        licence="MIT",
        input_size=SIZE,
    ).save(folder)
    return folder


def activity_model(place: Path) -> Path:
    rng = np.random.default_rng(0)
    numbers = LENGTH * features.SIZE
    weights = rng.normal(size=(numbers, 2))
    content, folder = (
        tiny_engine.dense((1, LENGTH, features.SIZE), (1, 2), weights, np.zeros(2), softmax=True),
        place / "two",
    )
    folder.mkdir(parents=True)
    (folder / "net.tiny").write_bytes(content)
    ActivityManifest(
        name="two",
        sha256=hashlib.sha256(content).hexdigest(),
        file="net.tiny",
        trained_on=NOTHING,
        licence="MIT",
        labels=("sitting", "standing"),
        span_s=1.5,
        rate_hz=10,
        features=features.VERSION,
        pose_model=PoseModel(name="redness"),
        split="none",
        accuracy=Accuracy(float32=1, int8=1),
        confusion=((1, 0), (0, 1)),
    ).save(folder)
    windows = rng.uniform(0, 400, (3, LENGTH, 17, 3)).astype(np.float32)
    encoded = np.stack([features.encode(window).reshape(-1) for window in windows]) @ weights
    answers = np.exp(encoded) / np.exp(encoded).sum(axis=1, keepdims=True)
    np.savez(folder / GOLDEN, keypoints=windows, probabilities=answers.astype(np.float32))
    return folder


def image(red: int) -> Frame:
    return Frame(0, 0.0, np.full((*SIZE, 3), (0, 0, red), np.uint8))


def test_poses_are_found_through_the_engine(place: Path) -> None:
    """A network whose images have their colours first finds a person, and the tracker follows them."""
    pose_model(place)
    estimator = open_pose_estimator("redness")
    assert estimator.input_size == SIZE
    (pose,) = estimator.estimate(image(230))
    assert pose.keypoints[0].tolist() == pytest.approx([15.5, 11.5, 230 / 255], abs=1e-3)
    assert estimator.estimate(image(60)) == ()
    assert len(PeopleTracker(estimator).estimate(image(230))) == 1


def test_windows_are_classified_through_the_engine(place: Path) -> None:
    """An activity model of another format answers its golden windows."""
    classifier = WindowClassifier.open(activity_model(place))
    assert classifier.probabilities(np.ones((LENGTH, 17, 3), np.float32)).sum() == pytest.approx(1)


def test_models_of_another_format_are_accepted_and_found(place: Path) -> None:
    """Acceptance, the catalogue, names and paths know the file that the manifest names."""
    for folder in (pose_model(place), activity_model(place)):
        assert accept(folder).file == "net.tiny"
        assert find_model(folder.name) == find_model(str(folder / "net.tiny")) == folder
    listed = [model for model in installed() if model.folder.parent == place]
    assert [(model.folder.name, model.problem) for model in listed] == [("redness", None), ("two", None)]
    assert all(model.size == (model.folder / "net.tiny").stat().st_size for model in listed)


def test_haredge_models_add_installs_them(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder as well as a bare network, of which the file keeps its suffix."""
    folder = pose_model(tmp_path / "elsewhere")
    assert cli.main(["models", "add", str(folder)]) == 0
    (tmp_path / "bare.tiny").write_bytes(pose_network())
    assert cli.main(["models", "add", "./bare.tiny", "--name", "bare"]) == 0
    assert (place / "bare/model.tiny").read_bytes() == pose_network()
    assert Manifest.load(place / "bare").file == "model.tiny"
    assert "architecture MoveNet" in (place / "bare" / CARD).read_text()
    assert "installed" in capsys.readouterr().out


def test_the_doctor_goes_through_the_engine(place: Path) -> None:
    """It names the engine's library, what runs the pose network, and replays the golden windows."""
    pose_model(place), activity_model(place)
    config = Config.model_validate({"pose": {"model": "redness"}, "activity": {"model": "two"}})
    assert "tiny 1.0" in recognition.runtime().words
    pose, activity = recognition.pose_model(config), recognition.activity_model(config)
    assert (pose.status, activity.status) == (OK, OK)
    assert "MoveNet of 32x24, run by numpy" in pose.words


def test_a_damaged_file_is_refused(place: Path) -> None:
    """In one line, by the engine that the file's beginning names."""
    folder = pose_model(place)
    (folder / "net.tiny").write_bytes(tiny_engine.MARK + b"damaged")
    with pytest.raises(ModelError, match=r"net\.tiny: not the file its manifest describes"):
        open_pose_estimator("redness")
    with pytest.raises(ModelError, match=r"net\.tiny: this model cannot be run"):
        open_engine(folder / "net.tiny")


def test_a_file_of_no_known_format_names_the_formats(place: Path, tmp_path: Path) -> None:
    """The formats of all engines are named."""
    (tmp_path / "x.tiny").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"x\.tiny: not a TFLite or Tiny model file"):
        open_engine(tmp_path / "x.tiny")


def test_the_table_says_how_files_end_and_what_is_installed(place: Path) -> None:
    """Suffixes and versions come from the rows."""
    assert suffixes() == (".tflite", ".tiny")
    assert "tiny 1.0" in versions()


def test_manifests_of_the_usual_file_stay_as_they_were(place: Path, tmp_path: Path) -> None:
    """The key `file` is written only for another name: an older haredge refuses keys that it does not know."""
    folder = pose_model(place)
    assert '"file": "net.tiny"' in (folder / MANIFEST).read_text()
    PoseManifest.load(folder).model_copy(update={"file": "model.tflite"}).save(folder)
    assert '"file"' not in (folder / MANIFEST).read_text()


def test_no_other_part_knows_an_engines_library() -> None:
    """Imports by name are seen by the import contracts; those by string are seen here."""
    words = re.compile(r"ai_edge_litert|tflite_runtime|onnxruntime")
    sources = [path for path in SOURCES.rglob("*.py") if "inference" not in path.relative_to(SOURCES).parts]
    assert len(sources) > 100
    assert [str(path) for path in sources if words.search(path.read_text())] == []
