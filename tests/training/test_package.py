"""Promises of a model's folder: refused before training where it cannot be, whole or as it was after a full disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from networks import dense
from own_recordings import recording
from small_disk import fill

from haredge.activity.features import SIZE
from haredge.activity.window import LENGTH
from haredge.core.errors import DataError
from haredge.core.label_names import label_names
from haredge.datasets.recorded import pieces
from haredge.datasets.trained_clips import marks_of
from haredge.evaluation.windows import Rates, WindowScores
from haredge.manifest import CARD, ActivityManifest, DataSet
from haredge.mqtt.homeassistant import Device, announcement
from haredge.mqtt.messages import Topics
from haredge.training import package
from haredge.training.course import Trained
from haredge.training.history import History
from haredge.training.recipe import OTHER, Recipe
from haredge.training.split import Division, Recordings

ODD = ("a|b", "`quoted`", "$x_1$ costs $\\frac", "größe 測量", "{{ 1 + 1 }}", "<b>&amp;", 'say "hi"', "50%")
"""Labels that Markdown, formulas, templates, JSON or a font might stumble over."""


@pytest.fixture
def training() -> None:
    """Skip what writes a whole model where the libraries of the extra are missing."""
    for name in ("tf_keras", "matplotlib"):
        pytest.importorskip(name)


def trained(labels: tuple[str, ...] = (*ODD, OTHER)) -> Trained:
    n = len(labels)
    measured = WindowScores(1.0, 1.0, 1.0, Rates(1.0, 1.0, 1.0), labels, 0.0, np.eye(n, dtype=np.int64))
    network = dense(np.random.default_rng(0).normal(0, 0.1, (n, LENGTH * SIZE)))
    history = History([1.0], [1.0], [1.0])
    recipe = Recipe(name="mine", labels=labels)
    return Trained(recipe, "lstm", network, history, measured, measured, dict.fromkeys(labels, 0.6), {}, 1.0)


def _sources() -> tuple[DataSet, ...]:
    return (DataSet(name="mine", licence="my own"),)


def division() -> Division:
    return Division(Recordings([], [], []), "by group")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.usefixtures("training")
def test_odd_labels_reach_the_manifest_and_the_card(tmp_path: Path) -> None:
    """As they were written, with both images, and without breaking the card's tables."""
    package.write(tmp_path / "mine", trained(), _sources(), division())
    manifest = ActivityManifest.load(tmp_path / "mine")
    assert manifest.labels == (*ODD, OTHER)
    card = (tmp_path / "mine" / CARD).read_text()
    rows = [
        line for line in card.splitlines() if line.startswith("| ") and line.endswith("| 1 | 1.000 | 1.000 | 1.000 |")
    ]
    assert [row.split(" | 1 | ")[0].removeprefix("| ").replace("\\|", "|") for row in rows] == [*ODD, OTHER]
    for image in ("curves.png", "confusion.png"):
        assert (tmp_path / "mine" / image).read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.usefixtures("training")
def test_the_model_remembers_what_it_and_its_start_were_trained_on(tmp_path: Path) -> None:
    """By the marks of the clips that its recipe did not leave out."""
    known, unknown = (clip for label in ("a", "b") for clip in pieces(recording(label, ord(label), 2, 1.0)))
    learned = replace(trained(("a", OTHER)), recipe=Recipe(name="mine", labels=("a", OTHER), meaning={"b": None}))
    parts = Division(Recordings([known, unknown], [], []), "by group")
    package.write(tmp_path / "mine", learned, _sources(), parts, ["former"])
    manifest = ActivityManifest.load(tmp_path / "mine")
    assert set(manifest.trained_clips) == {*marks_of([known]), "former"}


@pytest.mark.slow
@pytest.mark.usefixtures("training")
def test_the_card_says_what_was_trained_on_and_what_was_warned_of(tmp_path: Path) -> None:
    """Who is given a model reads beside its score that half of the clips to test on were copies."""
    clips = [clip for label in ("a", "b") for clip in pieces(recording(label, ord(label), 2, 1.0))]
    parts = Division(Recordings([*clips, clips[0]], [], []), "by group")
    package.write(tmp_path / "mine", trained(("a", "b", OTHER)), _sources(), parts, doubts=["1 of 2 clips are copies"])
    card = (tmp_path / "mine" / CARD).read_text()
    assert "3 clips, without those to test on, `a` 2, `b` 1." in card
    assert "What training warned of:\n\n- 1 of 2 clips are copies\n" in card


@pytest.mark.slow
@pytest.mark.usefixtures("training")
def test_what_was_not_trained_has_no_curves(tmp_path: Path) -> None:
    """A model that was only calibrated and converted comes without an empty image."""
    package.write(tmp_path / "mine", replace(trained(), history=History()), _sources(), division())
    assert "curves.png" not in contents(tmp_path / "mine")
    assert "confusion.png" in contents(tmp_path / "mine")


def test_odd_labels_reach_mqtt_and_home_assistant() -> None:
    """In the messages' JSON, and, made readable, among the states that Home Assistant receives."""
    reported = announcement(Device(Topics("haredge", "kitchen"), "mine", ODD), "homeassistant")
    options = json.loads(reported.encoded())["cmps"]["activity"]["options"]
    assert options[: len(ODD)] == list(label_names(ODD, "en").values())


def test_a_name_that_no_model_can_have_is_reported_before_training(tmp_path: Path) -> None:
    """And nothing is made."""
    with pytest.raises(DataError, match="'My Model' cannot be a model's name"):
        package.prepared(tmp_path / "My Model")
    assert not list(tmp_path.iterdir())


def test_a_training_that_is_not_finished_leaves_no_folder(tmp_path: Path) -> None:
    """What it may write to is tried, and left as it was: an empty folder would be a model that cannot be used."""
    assert package.prepared(tmp_path / "models" / "mine") == tmp_path / "models" / "mine"
    assert not list(tmp_path.iterdir())
    (tmp_path / "models" / "mine").mkdir(parents=True)
    package.prepared(tmp_path / "models" / "mine")
    assert (tmp_path / "models" / "mine").is_dir()


def test_a_disk_without_room_is_reported_before_training(disk: Path) -> None:
    """Not after it."""
    with pytest.raises(DataError, match="mine: cannot write the model there: No space left on device"):
        package.prepared(disk / "mine")


@pytest.mark.slow
@pytest.mark.usefixtures("training")
def test_a_full_disk_leaves_the_model_that_was_there(disk: Path) -> None:
    """Byte for byte, and nothing half written beside it."""
    package.write(disk / "mine", trained(("a", "b", OTHER)), _sources(), division())
    before = contents(disk / "mine")
    filler = fill(disk)
    with pytest.raises(DataError, match="mine: cannot write the model there: No space left on device"):
        package.write(disk / "mine", trained(("c", "d", OTHER)), _sources(), division())
    filler.unlink()
    assert contents(disk / "mine") == before
