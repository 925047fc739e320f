"""``haredge evaluate --data`` with labelled images: how often still models are right on what they never saw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import installed
import labelled_images

from haredge import cli

COLOURS = {"red": (0, 0, 250), "green": (0, 250, 0), "blue": (250, 0, 0)}


def write(folder: Path, images: Mapping[str, str]) -> Path:
    """Write a plain image of a colour under a label, for each pair of the two."""
    for number, (label, colour) in enumerate(images.items()):
        place = folder / label.partition(" ")[0]
        place.mkdir(parents=True, exist_ok=True)
        image = np.full((40, 30, 3), COLOURS[colour], np.uint8)
        (place / f"{number}.png").write_bytes(labelled_images.encoded(image))
    return folder


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Six images, one of them under another's label, and one that cannot be read."""
    named = {"red 1": "red", "red 2": "red", "red 3": "blue", "green 1": "green", "blue 1": "blue", "pink": "red"}
    folder = write(tmp_path / "images", named)
    (folder / "blue" / "broken.jpg").write_text("none")
    return folder


def test_a_still_model_is_measured(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """What it is right on, label by label; an unknown label and an image that cannot be used are named."""
    model = str(installed.still_model(tmp_path))
    assert cli.main(["evaluate", "--data", str(images), "--model", model]) == 0
    out = capsys.readouterr().out
    assert "80.0% of 5 images right" in out
    assert [line.split()[:2] for line in out.splitlines()[-3:]] == [["red", "3"], ["green", "1"], ["blue", "1"]]
    assert out.splitlines()[-3].endswith("blue 1")
    assert "does not know the label: pink" in caplog.text
    assert f"{images / 'blue' / 'broken.jpg'}: left out: " in caplog.text


def test_still_models_are_put_side_by_side(images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row each; as JSON a list, with the confusion matrix of each."""
    models = [str(installed.still_model(tmp_path, name)) for name in ("one", "two")]
    assert cli.main(["evaluate", "--data", str(images), "--model", *models]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert [row.split()[:3] for row in rows] == [["one", "5", "80.00%"], ["two", "5", "80.00%"]]
    assert {len(row) for row in rows} == {len(head)}
    assert cli.main(["evaluate", "--data", str(images), "--model", *models, "--json"]) == 0
    one, two = json.loads(capsys.readouterr().out)
    assert (one["accuracy"], one["confusion"]) == (0.8, [[2, 0, 1], [0, 1, 0], [0, 0, 1]])
    assert {**one, "model": "two"} == two


def test_what_cannot_be_measured_is_said(images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labels that the model does not know, images that cannot be read, and recordings beside images."""
    model = str(installed.still_model(tmp_path))
    pink = write(tmp_path / "pink", {"pink": "red"})
    for data, complaint in (
        ([pink], "the model colours knows none of the images' labels (pink); it knows red, green, blue"),
        ([images, tmp_path], f"{tmp_path}: no labelled images, as {images} has"),
    ):
        assert cli.main(["evaluate", "--model", model, "--data", *map(str, data)]) != 0
        assert complaint in capsys.readouterr().err
    (images / "blue" / "4.png").unlink()
    for label in ("red", "green"):
        for file in (images / label).iterdir():
            file.unlink()
    (images / "red" / "other.png").write_text("none")
    assert cli.main(["evaluate", "--model", model, "--data", str(images)]) != 0
    assert "none of the 2 images can be used" in capsys.readouterr().err
