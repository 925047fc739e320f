"""``haredge evaluate --data``: one model in full, several side by side, with two labels and with fifty."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from motion_files import drawn_people, write_motions

pytest.importorskip("ai_edge_litert")

from networks import dense

from haredge import cli
from haredge.activity.features import SIZE, VERSION
from haredge.activity.window import LENGTH
from haredge.manifest import GOLDEN, MODEL, Accuracy, ActivityManifest, DataSet, PoseModel
from haredge.training.course import classify_with

DONE = ("squat", "pushup")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Video synthetic people at two exercises."""
    return write_motions(tmp_path_factory.mktemp("data") / "drawn.npz", drawn_people(DONE, people=2))


def model(folder: Path, labels: Sequence[str]) -> str:
    """Make a model of these labels, small and untrained; its answers differ from window to window."""
    folder.mkdir()
    weights = np.random.default_rng(len(labels)).normal(0, 0.3, (len(labels), LENGTH * SIZE))
    content = dense(weights)
    (folder / MODEL).write_bytes(content)
    windows = np.random.default_rng(0).uniform(0, 400, (2, LENGTH, 17, 3)).astype(np.float32)
    np.savez(folder / GOLDEN, keypoints=windows, probabilities=classify_with(content)(windows))
    ActivityManifest(
        name=folder.name,
        sha256=hashlib.sha256(content).hexdigest(),
        trained_on=(DataSet(name="nothing", licence="MIT"),),
        licence="MIT",
        labels=tuple(labels),
        span_s=1.5,
        rate_hz=30,
        features=VERSION,
        pose_model=PoseModel(name="none"),
        split="none",
        accuracy=Accuracy(float32=0, int8=0),
        confusion=tuple((0,) * len(labels) for _ in labels),
    ).save(folder)
    return str(folder)


def fifty() -> list[str]:
    return [*DONE, *(f"something_with_a_long_name_{number}" for number in range(48))]


@pytest.mark.parametrize("labels", [DONE, fifty()], ids=["two labels", "fifty labels"])
def test_a_model_of_few_or_many_labels_is_measured(
    labels: Sequence[str], recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All figures are there, the confusion matrix is as large as the labels are many, and the table has its rows."""
    name = model(tmp_path / "mine", labels)
    assert cli.main(["evaluate", "--model", name, "--data", str(recordings), "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert reported["labels"] == list(labels)
    confusion = np.array(reported["confusion"])
    assert confusion.shape == (len(labels), len(labels))
    assert confusion.sum() == 4
    assert reported["accuracy"] == pytest.approx(confusion.trace() / 4)
    for share in ("accuracy", "window_accuracy", "clip_accuracy", "macro_f1", "calibration_error"):
        assert 0 <= reported[share] <= 1
    assert reported["run_us"] > 0
    assert reported["bytes"] == (tmp_path / "mine" / MODEL).stat().st_size
    assert cli.main(["evaluate", "--model", name, "--data", str(recordings)]) == 0
    rows = capsys.readouterr().out.splitlines()[-2:]
    assert [row.split()[:2] for row in rows] == [["squat", "2"], ["pushup", "2"]]
    assert len({row.index(" 2 ") for row in rows}) == 1


def test_models_are_put_side_by_side(recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each model with accuracy, size and time; as JSON a list in the order given."""
    models = [model(tmp_path / "small", DONE), model(tmp_path / "large", fifty())]
    assert cli.main(["evaluate", "--model", *models, "--data", str(recordings)]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert [row.split()[:2] for row in rows] == [["small", "4"], ["large", "4"]]
    assert all(re.search(r"\d+ kB +\d+ us$", row) for row in rows)
    assert {len(row) for row in rows} == {len(head)}
    assert cli.main(["evaluate", "--model", *models, "--data", str(recordings), "--json"]) == 0
    small, large = json.loads(capsys.readouterr().out)
    assert (small["model"], small["labels"]) == ("small", list(DONE))
    assert (large["model"], large["labels"]) == ("large", fifty())
    assert small["bytes"] < large["bytes"]


def test_recordings_of_several_places_count_together(
    recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who trains on several sets can measure on several, too."""
    more = write_motions(tmp_path / "more.npz", drawn_people(DONE, people=3))
    name = model(tmp_path / "both", DONE)
    counts = []
    for data in ([recordings], [more], [recordings, more]):
        assert cli.main(["evaluate", "--model", name, "--json", "--data", *map(str, data)]) == 0
        counts.append(np.array(json.loads(capsys.readouterr().out)["confusion"]))
    assert (counts[0] + counts[1] == counts[2]).all()
    assert counts[0].sum() < counts[1].sum()


def test_one_thing_to_measure_on_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither clips nor videos, and both, are wrong usage that names the arguments."""
    for arguments in ([], ["--data", "a", "--films", "b"]):
        with pytest.raises(SystemExit, match="2"):
            cli.main(["evaluate", *arguments])
        assert "--films" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--rates", "5"], ["--pose-model", "pose"], ["--config", "mine.yaml"]])
def test_what_counts_for_videos_alone_is_refused(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Clips hold poses already: an option that would change nothing is wrong usage."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(["evaluate", "--data", "a", *option])
    assert f"argument {option[0]}: only with --films" in capsys.readouterr().err
