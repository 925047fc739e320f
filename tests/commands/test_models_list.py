"""``haredge models``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from haredge.cli import main
from haredge.manifest import MANIFEST, MODEL, ActivityManifest

pytest.importorskip("ai_edge_litert")

import networks
from model_folders import ACTIVITY

CONTENT = networks.identity([1, 3])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give ./models of a new folder, with an activity model in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    folder = tmp_path / "models/gym"
    folder.mkdir(parents=True)
    (folder / MODEL).write_bytes(CONTENT)
    values = {**ACTIVITY.model_dump(), "sha256": hashlib.sha256(CONTENT).hexdigest()}
    ActivityManifest.model_validate(values).save(folder)
    return tmp_path / "models"


def test_a_model_is_described(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A listing shows a model's name, what it knows, its measured accuracy and its size, in one line."""
    assert main(["models"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["gym"].split("  ")[-1].strip() == "0.0 MB"
    for part in ("1 activity ", "96.0% of held-out clips"):
        assert part in lines["gym"]
    assert "cannot be used" not in lines["gym"]


def test_the_models_in_use_are_marked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that the configuration names, be they links to versions; a wrong configuration marks none."""
    (place / "gym").rename(place / "gym-1")
    (place / "gym").symlink_to("gym-1")
    config = place.parent / "config.yaml"
    for text, in_use in (
        ("activity: {model: gym}", True),
        ("activity: {model: pose, still_model: gym}", True),
        ("activity: {model: pose}", False),
        ("activity: [", False),
    ):
        config.write_text(text)
        assert main(["models"]) == 0
        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert next(row[1] == "yes" for row in rows if row[0] == "gym") is in_use


def test_json_is_one_object_a_model(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs, each model is one JSON object."""
    assert main(["models", "--json"]) == 0
    reported = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if str(place) in line)
    assert reported == {
        "name": "gym",
        "kind": "activity",
        "size_bytes": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "labels": ["squat", "wave"],
        "measured": {"accuracy": 0.96, "accuracy_float32": 0.97},
        "path": str(place / "gym"),
        "problem": None,
        "in_use": False,
    }


def test_a_broken_model_is_listed_with_the_reason(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken manifest, or a file that is not the manifest's, is shown in the listing, which goes on."""
    (place / "torn").mkdir()
    (place / "torn" / MANIFEST).write_text("{")
    (place / "gym" / MODEL).write_bytes(networks.identity([1, 4]))
    assert main(["models"]) == 0
    reported = capsys.readouterr().out
    assert next(line for line in reported.splitlines() if line.startswith("torn ")).split()[1] == "broken,"
    assert "cannot be used: " in reported
    assert "not JSON" in reported
    assert "not the file its manifest describes" in reported
