"""``haredge pose``."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import networks

from haredge.cli import main
from haredge.core.keypoints import NAMES

KEYPOINTS = np.stack([np.linspace(0.2, 0.8, 17), np.linspace(0.4, 0.6, 17), np.linspace(0.5, 0.9, 17)], axis=1)


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.tflite"
    path.write_bytes(networks.movenet(KEYPOINTS))
    return str(path)


@pytest.fixture
def image(tmp_path: Path) -> str:
    path = tmp_path / "image.png"
    cv2.imwrite(str(path), np.zeros((384, 384, 3), np.uint8))
    return str(path)


def test_json_is_one_object_per_image(model: str, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each image gives one line: name, score and 17 keypoints in COCO's order, in pixels of the image."""
    assert main(["pose", image, image, "--pose-model", model, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 2
    assert list(lines[0]) == ["image", "score", "keypoints"]
    assert lines[0]["image"] == image
    assert lines[0]["score"] == pytest.approx(0.7)
    assert [keypoint["name"] for keypoint in lines[0]["keypoints"]] == list(NAMES)
    assert lines[0]["keypoints"][16] == pytest.approx(
        {"name": "right_ankle", "x": 0.6 * 384 - 0.5, "y": 0.8 * 384 - 0.5, "score": 0.9}, abs=0.6
    )


def test_nobody_is_null(tmp_path: Path, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An image without a person has no keypoints, and is no failure."""
    (tmp_path / "blind.tflite").write_bytes(networks.movenet(np.zeros((17, 3))))
    assert main(["pose", image, "--pose-model", str(tmp_path / "blind.tflite"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"image": image, "score": 0.0, "keypoints": None}


def test_a_name_is_shown_and_not_obeyed(model: str, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file may be called what a terminal would obey: it is escaped, and JSON has the name as it is."""
    odd = str(Path(image).with_name("e\x1b[31m\n\u202e\udcff.png"))
    Path(odd).symlink_to(image)
    assert main(["pose", odd, "--pose-model", model]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.endswith("/e\\x1b[31m\\n\\u202e\\udcff.png: a person, score 0.70")
    assert main(["pose", odd, "--pose-model", model, "--json"]) == 0
    line = capsys.readouterr().out.removesuffix("\n")
    assert line.isprintable()
    assert json.loads(line)["image"] == odd


def test_a_person_reads_a_table(model: str, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json there is a line for each keypoint."""
    assert main(["pose", image, "--pose-model", model]) == 0
    reported = capsys.readouterr().out
    assert reported.startswith(f"{image}: a person, score 0.70\n")
    assert [line.split()[0] for line in reported.splitlines()[2:]] == list(NAMES)


def test_an_unreadable_image_spares_the_others(
    tmp_path: Path, model: str, image: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each image that cannot be read is one line on standard error; the others are done, and the exit status is 1."""
    (tmp_path / "text.jpg").write_text("not an image")
    names = [str(tmp_path / "text.jpg"), str(tmp_path / "missing.jpg"), image, str(tmp_path)]
    assert main(["pose", *names, "--pose-model", model, "--json"]) == 1
    reported = capsys.readouterr()
    assert [json.loads(line)["image"] for line in reported.out.splitlines()] == [image]
    assert [name in line for name, line in zip(names[:2], reported.err.splitlines(), strict=False)] == [True, True]
    assert len(reported.err.splitlines()) == 3


@pytest.mark.parametrize("content", [b"", b"text", None])
def test_a_wrong_model_is_one_line_and_78(
    tmp_path: Path, image: str, content: bytes | None, capfd: pytest.CaptureFixture[str]
) -> None:
    """A model that is missing or no model ends in one line and exit status 78."""
    path = tmp_path / "wrong.tflite"
    if content is not None:
        path.write_bytes(content)
    assert main(["pose", image, "--pose-model", str(path)]) == 78
    reported = capfd.readouterr()
    assert reported.out == ""
    assert len(reported.err.splitlines()) == 1
    assert str(path) in reported.err


@pytest.mark.shared
@pytest.mark.parametrize("name", ["posenet_mobilenet_v1_075_353_481_quant", "movenet_lightning_int8"])
def test_real_networks_see_the_couple(shared: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Google's networks find one person of the two: a head above hips above ankles, on one side of the image."""
    image = shared / "posenet_reference/test_couple.jpg"
    assert main(["pose", str(image), "--pose-model", str(shared / f"models/{name}.tflite"), "--json"]) == 0
    (reported,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    by_name = {keypoint["name"]: keypoint for keypoint in reported["keypoints"]}
    assert by_name["nose"]["y"] < by_name["left_hip"]["y"] < by_name["left_ankle"]["y"]
    assert np.ptp([keypoint["x"] for keypoint in reported["keypoints"]]) < 0.2 * 1920
