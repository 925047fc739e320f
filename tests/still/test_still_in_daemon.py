"""A still model beside the activity model: from the configuration to observations, messages and Home Assistant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed
import numpy as np

from haredge.cli import main
from haredge.compose import open_networks
from haredge.config.schema import ActivitySection, Config, PoseSection
from haredge.core.errors import ConfigError, ModelError
from haredge.core.label_names import label_names
from haredge.core.types import Frame, Image
from haredge.models.contract import reported


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install small models: `quiet` sees nothing in any motion, `arms` sees raised arms, `colours` sees colours."""
    place = tmp_path_factory.mktemp("models")
    installed.pose_model(place)
    installed.activity_model(place)
    installed.still_model(place)
    return place


def config(models: Path, **activity: object) -> Config:
    section = ActivitySection.model_validate(
        {"model": str(models / "arms"), "still_model": str(models / "colours"), **activity}
    )
    return Config(pose=PoseSection(model=str(models / "dots")), activity=section)


def images(seconds: float, *, arms_up: bool) -> list[Image]:
    """Return a person on red, at 10 frames per second."""
    image = installed.person(arms_up=arms_up)
    image[200:] = image[:, :90] = image[:, 230:] = (40, 40, 250)
    return [image] * round(10 * seconds)


def frames(shown: list[Image]) -> list[Frame]:
    return [Frame(index, index / 10, image) for index, image in enumerate(shown)]


def test_labels_and_thresholds_of_both_models_are_in_use(models: Path) -> None:
    """A prediction has a probability for each; thresholds may be set for the added ones, too."""
    networks = open_networks(config(models, thresholds={"red": 0.9}))
    assert networks.manifest.labels == (*installed.LABELS, *installed.STILL_LABELS)
    assert networks.thresholds["red"].enter == 0.9
    seen = list(networks.observe(iter(frames(images(2, arms_up=True)))))
    predictions = [observation.prediction for observation in seen if observation.prediction]
    assert predictions
    assert {prediction.probabilities.shape for prediction in predictions} == {(6,)}
    assert [float(np.sum(prediction.probabilities)) for prediction in predictions] == pytest.approx(
        [1] * len(predictions), abs=0.02
    )
    assert seen[-1].activity.label == "arms_up"


def test_without_one_nothing_of_it_is_there(models: Path) -> None:
    """It is off unless it is asked for."""
    assert ActivitySection().still_model is None
    networks = open_networks(config(models, still_model=None))
    assert networks.still is None
    assert networks.manifest.labels == installed.LABELS


def test_an_unknown_threshold_and_a_wrong_model_are_named(models: Path) -> None:
    """As of the activity model."""
    with pytest.raises(ConfigError, match=r"activity\.thresholds\.pink: the model arms has no such label"):
        open_networks(config(models, thresholds={"pink": 0.9}))
    with pytest.raises(
        ModelError, match="kind: this is the manifest of a model of the kind 'activity', and 'still' is needed;"
    ):
        reported(config(models, still_model=str(models / "arms")).activity)


def test_config_check_knows_the_added_labels(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path of the configuration starts at its own folder."""
    text = f"pose: {{model: {models}/dots}}\nactivity: {{model: {models}/arms, still_model: ./colours%s}}\n"
    (tmp_path / "colours").symlink_to(models / "colours")
    path = tmp_path / "config.yaml"
    path.write_text(text % ", thresholds: {red: 0.8}")
    assert main(["config", "check", str(path)]) == 0
    path.write_text(text % ", thresholds: {pink: 0.8}")
    assert main(["config", "check", str(path)]) == 78
    path.write_text(text.replace("./colours", "./nowhere") % "")
    assert main(["config", "check", str(path)]) == 78
    assert "pink" in capsys.readouterr().err


def test_the_daemon_reports_with_it(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One label a person, of either model; the log and the messages are those of any model."""
    video = installed.film(tmp_path / "video.mp4", images(3, arms_up=True), rate_hz=10)
    words = [
        "--dry-run",
        "--json",
        "--source",
        str(video),
        "--pose-model",
        f"{models}/dots",
        "--model",
        f"{models}/arms",
    ]
    assert main([*words, "--still-model", f"{models}/colours"]) == 0
    topics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    labels = {each["payload"]["label"] for each in topics if each["topic"].endswith("/activity")}
    assert "arms_up" in labels


def test_the_fifteen_labels_have_german_names() -> None:
    """What Home Assistant shows of models/still."""
    manifest = json.loads((Path(__file__).parents[2] / "models/still/manifest.json").read_text())
    names = label_names(manifest["labels"], "de")
    assert names["using_laptop"] == "Arbeitet am Laptop"
    assert not [label for label, name in names.items() if name == label_names([label], "en")[label]]
