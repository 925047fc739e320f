"""Tests of finding out what recordings a path holds, and of what is refused whatever their form."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from written_poses import DATA_SETS, walker, write_openpose, write_yolo

from haredge import cli
from haredge.core.errors import DataError
from haredge.datasets.checks import checked
from haredge.datasets.clips import LabelledClip
from haredge.datasets.reading import read_clips
from haredge.training.recipe import own

EXERCISE = Path(__file__).parents[2] / "models/exercise"


@pytest.mark.parametrize("form", DATA_SETS)
def test_every_form_is_recognised_and_read(tmp_path: Path, form: str) -> None:
    """Each clip has its label, and is a group of its own."""
    DATA_SETS[form](tmp_path / "mine", ["jumping_jacks", "waving_2hands"])
    read = read_clips(tmp_path / "mine")
    assert sorted({clip.label for clip in read.clips}) == ["jumping_jacks", "waving_2hands"]
    assert len({clip.group for clip in read.clips}) == len(read.clips) >= 3
    assert read.source == ("rnn_har" if form == "rnn har" else "mine")


@pytest.mark.parametrize("form", DATA_SETS)
def test_haredge_evaluate_takes_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """The command measures a model on the clips of a label that it knows."""
    DATA_SETS[form](tmp_path / "mine", ["jumping_jacks", "squat"])
    assert cli.main(["evaluate", "--model", str(EXERCISE), "--data", str(tmp_path / "mine"), "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    # RNN-HAR-2D-Pose's third recording is boxing, which is something other to this model.
    assert np.sum(measured["confusion"]) == (3 if form == "rnn har" else 4)


def test_what_is_left_out_is_reported_and_the_rest_is_measured(tmp_path: Path) -> None:
    """A clip without people is a line on standard error, apart from the metrics."""
    write_openpose(tmp_path / "squat/a", [[pose] for pose in walker(30)])
    write_openpose(tmp_path / "squat/b", [[]] * 30)
    command = [sys.executable, "-m", "haredge", "evaluate", "--model", str(EXERCISE), "--data", str(tmp_path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert np.sum(json.loads(done.stdout)["confusion"]) == 1
    assert "1 clip left out ('squat/b')" in done.stderr


def clip(label: str = "wave", **changes: object) -> LabelledClip:
    poses = walker(9).astype(np.float32)
    values = {"name": "c", "label": label, "times": np.arange(9) / 30, "keypoints": poses, "group": "g", **changes}
    return LabelledClip(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("label", ["", " wave", "wa\nve", "\x1b[31m", "x" * 65, "\udcff", "unknown", "no_person"])
def test_a_label_that_cannot_be_published_is_not_trained(tmp_path: Path, label: str) -> None:
    """It would be a message's text, a line on a terminal, or what haredge says of itself."""
    clips = checked(tmp_path, [clip(label), clip("wave")])  # a data set may have such labels
    with pytest.raises(DataError, match="label") as error:
        own(clips, "mine")
    assert str(error.value).isprintable()


@pytest.mark.parametrize("label", ["jumping jacks", "Kniebeuge (tief)", "сидит", "0"])
def test_an_ordinary_label_in_any_script_is_taken(tmp_path: Path, label: str) -> None:
    """Blanks inside, brackets and letters of any alphabet are no harm."""
    assert label in own(checked(tmp_path, [clip(label)]), "mine").labels


def test_poses_that_are_no_numbers_or_not_in_order_are_an_error(tmp_path: Path) -> None:
    """NaN is named with its pose; times must grow; one pose is no clip."""
    broken = walker(9).astype(np.float32)
    broken[4, 3, 0] = np.nan
    with pytest.raises(DataError, match="NaN or infinite in pose 4"):
        checked(tmp_path, [clip(keypoints=broken)])
    with pytest.raises(DataError, match="growing times"):
        checked(tmp_path, [clip(times=np.zeros(9))])
    with pytest.raises(DataError, match="two poses"):
        checked(tmp_path, [clip(times=np.zeros(1), keypoints=walker(1).astype(np.float32))])


def test_a_clip_in_which_no_person_is_seen_is_left_out_and_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It would train an empty room as an activity; if all clips are so, there is nothing to train on."""
    empty = clip(name="empty", keypoints=np.zeros((9, 17, 3), np.float32))
    assert [each.name for each in checked(tmp_path, [clip(), empty])] == ["c"]
    assert "1 clip left out ('empty')" in caplog.text
    with pytest.raises(DataError, match="every keypoint is marked missing"):
        checked(tmp_path, [empty])


def test_an_empty_folder_and_a_foreign_one_are_errors_that_say_what_is_read(tmp_path: Path) -> None:
    """One line, with the forms and where to read about them."""
    for name in ("empty", "foreign"):
        (tmp_path / name).mkdir()
    (tmp_path / "foreign/letter.txt").write_text("Dear Sir")
    for name in ("empty", "foreign"):
        with pytest.raises(DataError, match=rf"{name}: not recordings .*docs/data-formats\.md"):
            read_clips(tmp_path / name)


def test_videos_in_place_of_recordings_say_what_to_do(tmp_path: Path) -> None:
    """Poses must be recorded first, which one line says."""
    (tmp_path / "squat").mkdir()
    (tmp_path / "squat/one.mkv").write_bytes(b"\x1aE\xdf\xa3" + bytes(600))
    for given in (tmp_path, tmp_path / "squat/one.mkv"):
        with pytest.raises(DataError, match=r"one\.mkv: a video, .*`haredge extract"):
            read_clips(given)


def test_penn_actions_folder_is_not_taken_for_yolos(tmp_path: Path) -> None:
    """YOLO's data sets have a folder labels too."""
    write_yolo(tmp_path / "labels/squat/a", [[pose] for pose in walker(9)])
    assert [c.label for c in read_clips(tmp_path).clips] == ["squat"]
