"""Tests of trainings that only measure: who is left out, and that a whole run reports what it should."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from extras import needs_training
from hypothesis import given
from hypothesis import strategies as st
from motion_files import drawn_people, write_motions
from own_recordings import recording

from haredge import cli
from haredge.activity.features import common_joints
from haredge.core.errors import DataError
from haredge.datasets import filming, motions
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats.jhmdb import _JOINTS
from haredge.training.folds import FoldScores, leave_one_out, mean
from haredge.training.split import unseen

pytestmark = [needs_training, pytest.mark.usefixtures("converter")]

DONE = ("squat", "pushup", "jumping_jacks")


def clip(name: str, group: str, split: str = "") -> LabelledClip:
    return LabelledClip(name, "squat", np.arange(2) / 30, np.ones((2, 17, 3), np.float32), group, split)


@given(st.lists(st.sampled_from("abcd"), min_size=3, max_size=20))
def test_every_person_is_tested_once_by_a_model_that_never_saw_them(groups: list[str]) -> None:
    """Each clip is in the test part of one fold; no person is on both sides of it, nor in other data sets."""
    clips = [clip(str(index), group) for index, group in enumerate(groups)]
    others = [clip("more of a", "a"), clip("of another person", "e")]
    if len(set(groups)) in {1, len(groups)}:
        with pytest.raises(DataError, match="no one can be left out"):
            leave_one_out(clips, others, [])
        return
    folds = leave_one_out(clips, others, [])
    assert sorted(c.name for fold in folds for c in fold.recordings.test) == sorted(c.name for c in clips)
    for fold in folds:
        trained_on = {c.group for c in fold.recordings.clips}
        assert {c.group for c in fold.recordings.test} == {fold.name}
        assert trained_on == {*groups, "a", "e"} - {fold.name}


def test_motions_of_people_in_the_test_are_not_trained_on(tmp_path: Path) -> None:
    """A person who is tested on a clip is not trained on motion capture, though other data sets' namesakes are."""
    file = write_motions(tmp_path / "set.npz", drawn_people(DONE, people=3))
    namesakes = motions.read(write_motions(tmp_path / "other.npz", drawn_people(DONE, people=3)))
    tested = [made for made in filming.read_filmed(file) if made.group == "set 1"]
    left = unseen([*motions.read(file), *namesakes], tested)
    assert {motion.person for motion in left} == {"set 0", "set 2", "other 0", "other 1", "other 2"}


def test_folds_count_alike_in_the_mean() -> None:
    """The mean is over folds, whatever their size; clips are added up."""
    both = mean([FoldScores(10, 0.5, 0.6, 0.7, 0.8, 0.9), FoldScores(90, 1.0, 1.0, 0.9, 0.9, 1.0)])
    assert both.clips == 100
    assert both.shares == pytest.approx([0.75, 0.8, 0.8, 0.85, 0.95])


def test_three_subjects_are_too_few_to_leave_one_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One is tested on, and of the two others none can be spared: four are needed, which is said before training."""
    for number, label in enumerate(("waving", "squat")):
        for person in ("anna", "bert", "carla"):
            recording(label, number, 2, group=person).save(tmp_path / "mine")
    assert cli.main(["train", str(tmp_path / "mine"), "--leave-one-out", "subject"]) == 1
    error = capsys.readouterr().err
    assert "a label needs three or more beside those tested on, so four if each is left out once" in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("aim", [("--leave-one-out", "subject"), ("--each",), ("--out", "mine")])
def test_a_recipe_that_leaves_out_what_is_needed_is_refused_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, aim: tuple[str, ...]
) -> None:
    """After hours it would be too late to say that there is nothing to test on."""
    monkeypatch.chdir(tmp_path)
    for person in ("anna", "bert", "carla", "dora"):
        recording("waving", 0, 3, group=person).save(tmp_path / "good")
        recording("squat", 1, 3, group=person).save(tmp_path / "good")
        recording("jumping", 2, 3, group=person).save(tmp_path / "left_out")
        recording("running", 2, 3, group=person).save(tmp_path / "left_out")
    Path("recipe.json").write_text('{"name": "two", "labels": ["waving", "squat", "other"], "unlisted": null}')
    assert cli.main(["train", "left_out", "good", "--recipe", "recipe.json", *aim]) == 1
    error = capsys.readouterr().err.splitlines()
    assert error[0].startswith("haredge: the recipe two leaves out every clip")
    assert len(error) == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_leave_one_out_reports_each_subject_and_the_mean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A training for each subject, a line for each, their mean, the time left over all, and no model written."""
    data = write_motions(tmp_path / "drawn.npz", drawn_people(DONE, people=4, each=3))
    short = ["--epochs", "1", "--examples", "600", "--network", "tcn"]
    assert cli.main(["train", str(data), "--leave-one-out", "subject", *short]) == 0
    reported = capsys.readouterr().out
    rows = [line.split() for line in reported.splitlines()[-5:]]
    assert [row[:-6] for row in rows] == [["drawn", "0"], ["drawn", "1"], ["drawn", "2"], ["drawn", "3"], ["mean"]]
    assert [int(row[-6]) for row in rows] == [9, 9, 9, 9, 36]
    shares = np.array([[float(cell.rstrip("%")) for cell in row[-5:]] for row in rows])
    np.testing.assert_allclose(shares[:4].mean(axis=0), shares[4], atol=0.11)
    assert re.search(r"4 of 4, drawn 3: epoch 1/1: .*; 0:00 left over all", reported)
    assert list(tmp_path.iterdir()) == [data]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_each_set_is_evaluated_by_its_own_split(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--each` trains on one file after the other and measures on its own test part: JHMDB's three splits."""
    made = filming.read_filmed(write_motions(tmp_path / "m.npz", drawn_people(DONE, 2, each=6)))
    files = [tmp_path / "split1.npz", tmp_path / "split2.npz"]
    for remainder, file in enumerate(files):
        test = [each for index, each in enumerate(made) if index % 3 == remainder]
        train = [each for index, each in enumerate(made) if index % 3 != remainder]
        arrays: dict[str, Any] = {**jhmdb("train", train), **jhmdb("test", test)}
        np.savez(file, **arrays)
    short = ["--epochs", "1", "--examples", "600", "--network", "tcn"]
    assert cli.main(["train", *map(str, files), "--each", *short]) == 0
    rows = capsys.readouterr().out.splitlines()[-3:]
    assert [row.split()[:2] for row in rows] == [[str(files[0]), "12"], [str(files[1]), "12"], ["mean", "24"]]


def jhmdb(part: str, clips: list[LabelledClip]) -> dict[str, np.ndarray]:
    """Write clips down as JHMDB does: its fifteen joints, of which haredge reads thirteen."""
    joints = [np.zeros((len(each.times), 15, 2), np.float32) for each in clips]
    for body, each in zip(joints, clips, strict=True):
        body[:, _JOINTS] = common_joints(each.keypoints)[0]
    return {
        f"{part}_joints": np.concatenate(joints),
        f"{part}_length": np.array([len(body) for body in joints]),
        f"{part}_label": np.array([each.label for each in clips]),
    }
