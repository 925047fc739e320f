"""``haredge evaluate pose``, with haredge's own network on people that it draws."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from haredge.commands import evaluate_pose
from haredge.core.errors import DataError
from haredge.core.types import Pose
from research.pose.synthetic_images import random_image

MODEL = str(Path(__file__).parents[2] / "models" / "pose")
PEOPLE = 6


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the COCO file of a few synthetic people, with empty images in a folder beside it."""
    folder = tmp_path_factory.mktemp("labelled")
    (folder / "empty").mkdir()
    rng = np.random.default_rng(5)
    content: dict[str, list[dict[str, Any]]] = {"images": [], "annotations": []}
    for number in range(PEOPLE):
        image, people = random_image(rng, (320, 240))
        cv2.imwrite(str(folder / f"{number}.png"), image)
        cv2.imwrite(str(folder / "empty" / f"{number}.png"), np.full((240, 320, 3), 90 + number, np.uint8))
        content["images"].append({"id": number, "file_name": f"{number}.png"})
        person = {"image_id": number, "bbox": [0, 0, 320, 240], "keypoints": people[0].ravel().tolist()}
        content["annotations"].append(person)
    path = folder / "labels.json"
    path.write_text(json.dumps(content))
    return path


def evaluate(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    evaluate_pose.add_arguments(parser)
    return evaluate_pose.run(parser.parse_args(["--models", *arguments]))


def test_every_figure_of_every_model_is_there(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two models on the same images: accuracies within 0 to 1, sizes, and times beside the first model."""
    empty = str(labels.parent / "empty")
    evaluate(MODEL, f"{MODEL}/model.tflite", "--data", str(labels), "--empty", empty, "--json")
    ours, again = json.loads(capsys.readouterr().out)
    assert ours["pictures"] == ours["empty"] == PEOPLE
    assert ours["bytes"] == again["bytes"] == Path(MODEL, "model.tflite").stat().st_size
    assert ours["invoke_ratio"] == 1
    assert all(0 <= ours[name] <= 1 for name in ("found", "pck_torso", "pck_size", "oks", "false_alarms"))
    assert ours["invoke_ms"] > 0


def test_the_network_finds_drawn_people_and_no_others(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The committed network finds most keypoints of the synthetic people, and no person on a plain wall."""
    evaluate(MODEL, "--data", str(labels), "--empty", str(labels.parent / "empty"), "--json")
    (ours,) = json.loads(capsys.readouterr().out)
    assert ours["pck_size"] > 0.4
    assert ours["false_alarms"] == 0


def test_the_table_has_a_line_for_each_model(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json a table for people is printed; what was not measured is a dash."""
    evaluate(MODEL, MODEL, "--data", str(labels))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all(line.endswith(MODEL) for line in lines[2:])
    assert all(" - " in line for line in lines[2:])


def test_missing_images_are_reported(labels: Path, tmp_path: Path) -> None:
    """Labels whose images are not there are an error that names one."""
    cv2.imwrite(str(tmp_path / "other.png"), np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(DataError, match=r"6 of 6 labelled images are missing, as 0\.png"):
        evaluate(MODEL, "--data", str(labels), "--pictures", str(tmp_path))


def test_something_to_measure_on_is_needed() -> None:
    """A call without data says what to give."""
    with pytest.raises(DataError, match="--data"):
        evaluate(MODEL)


def test_numbers_are_a_range(tmp_path: Path) -> None:
    """A malformed range is refused, with an example."""
    with pytest.raises(DataError, match="9001-10000"):
        evaluate(MODEL, "--data", str(tmp_path), "--numbers", "the last thousand")


def test_numbers_are_of_the_leeds_set(labels: Path) -> None:
    """All images of another set would be measured, in place of those that were asked for."""
    with pytest.raises(DataError, match="--numbers is for the Leeds set"):
        evaluate(MODEL, "--data", str(labels), "--numbers", "9001-10000")


def test_labels_of_nothing_are_told(tmp_path: Path) -> None:
    """A file without a labelled person, or numbers that no image has, is one line."""
    scipy_io = pytest.importorskip("scipy.io")
    empty = tmp_path / "labels.JSON"
    empty.write_text(json.dumps({"images": [], "annotations": []}))
    with pytest.raises(DataError, match=r"labels\.JSON: there is no labelled image to measure on"):
        evaluate(MODEL, "--data", str(empty))
    scipy_io.savemat(tmp_path / "joints.mat", {"joints": np.ones((14, 3, 10))})
    with pytest.raises(DataError, match="no labelled image among --numbers 90-100"):
        evaluate(MODEL, "--data", str(tmp_path), "--numbers", "90-100")


def test_one_pass_or_two(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second look changes what is found; in an empty image there is no crop for a second pass."""
    figures = {}
    for passes in ("1", "2"):
        evaluate(MODEL, "--data", str(labels), "--empty", str(labels.parent / "empty"), "--looks", passes, "--json")
        figures[passes] = json.loads(capsys.readouterr().out)[0]
    assert figures["1"]["oks"] != figures["2"]["oks"]
    assert figures["2"]["found"] <= figures["1"]["found"]
    assert figures["1"]["false_alarms"] == figures["2"]["false_alarms"] == 0


def test_of_several_people_the_one_nearest_to_the_labels_counts() -> None:
    """A bystander who is larger is no mistake; that no one is found is one."""
    label = np.column_stack((np.arange(34.0).reshape(17, 2), np.ones(17))).astype(np.float32)
    near, far = (Pose(0.0, label + np.array((away, 0, 0), np.float32)) for away in (2, 60))
    assert (evaluate_pose._nearest([far, near], label) == near.keypoints).all()
    assert np.isnan(evaluate_pose._nearest([], label)).all()
