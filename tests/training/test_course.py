"""Tests of a whole training, small but real: recordings in, a model folder out that the daemon's classifier runs."""

from __future__ import annotations

import io
import json
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from extras import needs_training

from haredge import cli
from haredge.activity.classifier import WindowClassifier
from haredge.core.errors import DataError
from haredge.datasets import reading
from haredge.datasets.filming import project
from haredge.manifest import CARD, MODEL
from haredge.training import fine_tuning as starting
from haredge.training import recipe as recipes
from haredge.training.calibration import find_temperature
from haredge.training.course import MOST_LOST, training_data
from haredge.training.export import check_int8
from haredge.training.fit import probabilities
from haredge.training.network import NETWORKS
from haredge.training.split import divide
from haredge.training.synthetic_motions import draw_motions

pytestmark = needs_training

scipy_io = pytest.importorskip("scipy.io")

DONE = ("squat", "pushup", "jumping_jacks")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Video synthetic people at exercise, and write their joints down as Penn Action's annotators did."""
    folder, rng = tmp_path_factory.mktemp("labels"), np.random.default_rng(0)
    motions = draw_motions(12, seed=1, labels=DONE)
    for index, motion in enumerate(motions):
        x, y = np.moveaxis(320 + 400 * project(motion.joints[None], rng)[0], -1, 0)
        content = {"x": x, "y": y, "visibility": np.ones_like(x, np.uint8), "action": motion.label}
        file = io.BytesIO()
        scipy_io.savemat(file, {**content, "train": -1 if index % 3 == 0 else 1})
        (folder / f"{index:04}.mat").write_bytes(file.getvalue())
    return folder


@pytest.fixture(scope="module")
def model(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train for a minute with the command that users have."""
    out = tmp_path_factory.mktemp("models") / "mine"
    command = ["train", str(recordings), "--out", str(out), "--epochs", "6", "--examples", "6000", "--seed", "3"]
    assert cli.main(command) == 0
    return out


@pytest.mark.parametrize(
    ("float32", "int8", "clips", "too_much"),
    [
        (0.98, 0.96, 50, False),  # one clip of fifty
        (0.98, 0.94, 50, True),  # two of them
        (0.970, 0.967, 1000, False),  # 0.3 points
        (0.970, 0.966, 1000, True),
        (0.96, 0.98, 50, False),  # better than the float network
    ],
)
def test_int8_may_lose_little(float32: float, int8: float, clips: int, *, too_much: bool) -> None:
    """An int8 file may lose 0.3 points, and of few clips one, whatever share that is."""
    refused = pytest.raises(DataError, match="not accepted") if too_much else nullcontext()
    with refused:
        check_int8(float32, int8, clips, MOST_LOST, "clips")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_training_makes_a_model_that_the_daemon_runs(model: Path) -> None:
    """The folder holds all that a model needs, its golden windows pass, and it predicts most training labels."""
    classifier = WindowClassifier.open(model)
    assert classifier.manifest.name == "mine"
    assert classifier.manifest.accuracy.int8 > 0.8
    # One clip of twelve may be lost.
    assert classifier.manifest.accuracy.int8 > classifier.manifest.accuracy.float32 - 0.1
    assert sum(map(sum, classifier.manifest.confusion)) == 12
    assert (model / MODEL).stat().st_size < 400 * 1024
    card = (model / CARD).read_text()
    assert "three LSTM layers" in card
    assert "What it cannot do" in card
    for image in ("curves.png", "confusion.png"):
        assert (model / image).read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_trained_model_is_surer_than_smoothed_labels_and_no_surer_than_right(model: Path, recordings: Path) -> None:
    """Smoothed labels ask for 0.925 of four; what is always correct of what was held out may be said surer."""
    data = reading.read_clips(recordings)
    recipe = recipes.own(data.clips, "mine")
    encoded, true = training_data(divide([data], [], 3).recordings, recipe, 3).noisy
    network = NETWORKS["lstm"].make(len(recipe.labels), None)
    starting.load_weights(network, starting.read(str(model)), recipe.labels, encoded)
    shares = probabilities(network, encoded)
    assert np.quantile(shares.max(axis=1), 0.8) > 0.95
    assert find_temperature(shares, true) <= 1.05


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_evaluate_runs_the_file_and_finds_what_the_manifest_says(
    model: Path, recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`haredge evaluate --json` measures the deployed file: the very figures that training wrote down."""
    assert cli.main(["evaluate", "--model", str(model), "--data", str(recordings), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    manifest = json.loads((model / "manifest.json").read_text())
    assert answer["accuracy"] == pytest.approx(manifest["accuracy"]["int8"], abs=1e-4)
    assert answer["window_accuracy"] == pytest.approx(manifest["measured"]["window_accuracy"], abs=1e-4)
    assert answer["calibration_error"] == pytest.approx(manifest["measured"]["calibration_error"], abs=1e-4)
    assert answer["confusion"] == manifest["confusion"]
    assert answer["labels"] == manifest["labels"]
    assert set(answer) >= {"accuracy", "window_accuracy", "macro_f1", "labels", "confusion"}
    assert cli.main(["evaluate", "--model", str(model), "--data", str(recordings)]) == 0
    assert "jumping_jacks" in capsys.readouterr().out
