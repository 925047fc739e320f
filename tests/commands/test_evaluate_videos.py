"""``haredge evaluate --videos``, on the demonstration's clip, of which it is known what it shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from haredge import cli
from haredge.commands.evaluate_videos import LabelledVideo, labelled
from haredge.core.errors import DataError
from haredge.manifest import ActivityManifest
from haredge.opencv import cv2

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "haredge" / "synthetic" / "demo.webm"
EVERYDAY, EXERCISE = (str(ROOT / "models" / name) for name in ("everyday", "exercise"))
POSE = str(ROOT / "models" / "pose")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Lay out folders as people sort their videos: one for each label, and others beside them."""
    for name in ("squat/a.mp4", "squat/.hidden", "none/b.mp4", "c.mp4", "a=b.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names(films: Sequence[LabelledVideo]) -> list[tuple[str, tuple[str, ...]]]:
    return [(video.path.name, video.labels) for video in films]


def test_a_video_may_have_labels(films: Path) -> None:
    """None, one or several after an equals sign, which may be in the video's own name too."""
    assert names(labelled(f"{films}/c.mp4=none")) == [("c.mp4", ())]
    assert names(labelled(f"{films}/c.mp4=walking,standing")) == [("c.mp4", ("walking", "standing"))]
    assert names(labelled(f"{films}/a=b.mp4=none")) == [("a=b.mp4", ())]
    assert names(labelled(f"{films}/a=b.mp4=squat")) == [("a=b.mp4", ("squat",))]


def test_a_folder_of_videos_gives_their_labels(films: Path) -> None:
    """A subfolder's name is the label of its videos, unless the folder was given one."""
    for name in ("a=b.mp4", "c.mp4"):
        (films / name).unlink()
    assert names(labelled(str(films))) == [("b.mp4", ()), ("a.mp4", ("squat",))]
    assert names(labelled(f"{films}/squat=pushup")) == [("a.mp4", ("pushup",))]


def test_what_is_no_video_is_passed_over_in_a_folder(films: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A list or a photograph beside the videos ends no measurement; how many there are is reported, as by `extract`."""
    (films / "squat" / "cover.jpg").write_bytes(b"")
    (films / "squat" / "notes.txt").write_text("")
    assert names(labelled(f"{films}/squat=squat")) == [("a.mp4", ("squat",))]
    assert caplog.messages == [f"{films / 'squat'}: files that are no videos are passed over (1 .jpg, 1 .txt)"]


@pytest.mark.parametrize("name", ["c.mp4", "c.mp4=", "a=b.mp4", ""])
def test_a_video_without_a_label_is_refused(films: Path, name: str) -> None:
    """Left out by mistake, it would turn each correct answer into a false one; the message has what to write."""
    with pytest.raises(DataError, match=r"(c|a=b)\.mp4: no label; .*mp4=none"):
        labelled(f"{films}/{name}")


@pytest.mark.parametrize("text", ["nowhere.mp4", "nowhere.mp4=squat", "empty"])
def test_videos_that_are_not_there_are_reported(text: str, tmp_path: Path) -> None:
    """A path without a video is one line that names it."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=text.partition("=")[0]):
        labelled(str(tmp_path / text))


def test_a_label_that_no_model_knows_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the keyboard must not turn a video into one of which nothing is right."""
    command = ["evaluate", "--model", EXERCISE, "--pose-model", POSE, "--films", f"{DEMO}=sqaut"]
    assert cli.main(command) == 1
    error = capsys.readouterr().err
    assert "sqaut" in error
    assert "squat" in error
    assert len(error.splitlines()) == 1


def test_videos_of_the_background_label_contain_no_activity_to_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that was trained on is evaluated as it is, with the videos of ``other`` in it."""
    (tmp_path / "other").mkdir()
    writer = cv2.VideoWriter(str(tmp_path / "other" / "empty.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 64))
    for _ in range(8):
        writer.write(np.zeros((64, 64, 3), np.uint8))
    writer.release()
    command = ["evaluate", "--model", EXERCISE, "--pose-model", POSE, "--films", str(tmp_path), "--json"]
    assert cli.main(command) == 0
    reported = json.loads(capsys.readouterr().out)
    assert [row["labels"] for row in reported["films"]] == [[]]
    assert [row["of"] for row in reported["totals"]] == ["nothing to report"]


def test_a_rate_at_which_no_window_fills_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """It would make every model one that knows nothing."""
    command = ["evaluate", "--model", EXERCISE, "--pose-model", POSE, "--films", f"{DEMO}=squat", "--rates", "15", "2"]
    assert cli.main(command) == 78
    assert "2 poses per second: 4 to 120" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--rates", "15"], ["--pose-model", "pose"], ["--config", "x.yaml"]])
def test_what_is_for_videos_is_refused_with_recordings(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No option is taken and then ignored."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(["evaluate", "--model", EXERCISE, "--data", "recordings", *option])
    assert f"argument {option[0]}: only with --films" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_video_is_evaluated_through_the_daemons_own_loop(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two models, two rates: what the clip shows is found, time adds up, and totals are those of the rows.

    Zones of the place's own camera, here one that ignores all, hide no one.
    """
    labels = {span["label"] for span in json.loads(DEMO.with_suffix(".json").read_text())["labels"]}
    known = ",".join(sorted(labels & set(ActivityManifest.load(Path(EVERYDAY)).labels)))
    everywhere = "{polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], ignore: yes}"
    (tmp_path / "config.yaml").write_text(f"pose: {{model: {POSE}}}\nzones: {{everywhere: {everywhere}}}\n")
    command = ["evaluate", "--config", str(tmp_path / "config.yaml"), "--model", EVERYDAY, EXERCISE]
    command += ["--films", f"{DEMO}={known}", "--rates", "15", "10"]
    assert cli.main([*command, "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert [(row["model"], row["rate_hz"]) for row in reported["films"]] == [
        (model, rate_hz) for model in ("everyday", "exercise") for rate_hz in (15, 10)
    ]
    for row in reported["films"]:
        parts = [row[f"{part}_s"] for part in ("right", "unknown", "no_person", "wrong")]
        assert sum(parts) == pytest.approx(row["length_s"], abs=0.01)
        assert sum(row["told_s"].values()) == pytest.approx(row["length_s"], abs=0.01)
        assert row["false_an_hour"] == pytest.approx(3600 * row["false_activities"] / row["length_s"], abs=0.1)
    everyday = reported["films"][0]
    assert everyday["right_s"] > 0.15 * everyday["length_s"]
    assert everyday["right_s"] > 3 * everyday["wrong_s"]
    assert [total["right_s"] for total in reported["totals"]] == [row["right_s"] for row in reported["films"]]
