"""Promises of measuring a model: on what it was not trained on, and where that cannot be, it is said."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from model_folders import ACTIVITY
from own_recordings import recording

pytest.importorskip("ai_edge_litert")

from networks import dense

from haredge.activity.classifier import WindowClassifier
from haredge.activity.features import SIZE, VERSION
from haredge.activity.window import LENGTH
from haredge.core.errors import DataError
from haredge.datasets.clips import LabelledClip
from haredge.datasets.held_out import mark_of
from haredge.datasets.recorded import pieces
from haredge.datasets.trained_clips import marks_of
from haredge.evaluation.deployed import measured
from haredge.manifest import GOLDEN, MODEL
from haredge.training.course import classify_with


def clips(label: str, *people: str) -> list[LabelledClip]:
    return [clip for person in people for clip in pieces(recording(label, 0, 2, group=person))]


OLD = [*clips("squat", "anna", "bert"), *clips("wave", "carla")]
NEW = clips("squat", "dora")


def classifier(place: Path, trained: tuple[str, ...] = (), held_out: tuple[str, ...] = ()) -> WindowClassifier:
    """Make a model of squats and waves that remembers what it was trained on."""
    content = dense(np.random.default_rng(0).normal(0, 0.3, (2, LENGTH * SIZE)))
    (place / MODEL).write_bytes(content)
    windows = np.random.default_rng(0).uniform(0, 400, (2, LENGTH, 17, 3)).astype(np.float32)
    np.savez(place / GOLDEN, keypoints=windows, probabilities=classify_with(content)(windows))
    sha256 = hashlib.sha256(content).hexdigest()
    known = {"name": place.name, "sha256": sha256, "features": VERSION, "trained_clips": trained, "held_out": held_out}
    ACTIVITY.model_copy(update=known).save(place)
    return WindowClassifier.open(place)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a folder for a model."""
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


def count(model: WindowClassifier, given: list[LabelledClip]) -> int:
    return int(measured(model, given).confusion.sum())


def test_clips_that_were_trained_on_are_left_out_and_counted(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The figures are those of the others."""
    with caplog.at_level(logging.WARNING):
        assert count(classifier(place, marks_of(OLD)), [*OLD, *NEW]) == len(NEW)
    said = "the model mine was trained on 3 of the 4 clips; measured on the 1 that it was not trained on"
    assert caplog.messages == [said]


def test_figures_of_what_was_trained_on_alone_are_called_that(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """They are still given."""
    with caplog.at_level(logging.WARNING):
        assert count(classifier(place, marks_of(OLD)), OLD) == len(OLD)
    said = "the model mine was trained on all of these 3 clips: the figures say nothing of what it has not seen"
    assert caplog.messages == [said]


def test_new_recordings_of_the_names_of_before_are_all_measured(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whether a group of that name was trained on or held out: they are other poses."""
    namesakes = [replace(clip, name="squat/anna", group="anna") for clip in NEW] + clips("wave", "emil")
    with caplog.at_level(logging.WARNING):
        assert count(classifier(place, marks_of(OLD), (mark_of("anna"),)), namesakes) == len(namesakes)
    assert not caplog.messages


def test_of_a_test_part_what_was_trained_on_is_left_out(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A copy of a training clip in a data set's test part counts as trained on."""
    given = [replace(clip, split="test") for clip in [*OLD[:1], *NEW]] + [replace(OLD[1], split="train")]
    with caplog.at_level(logging.WARNING):
        assert count(classifier(place, marks_of(OLD)), given) == len(NEW)
    assert "trained on 1 of the 2 clips" in caplog.text


@pytest.mark.parametrize("trained", [(), marks_of(OLD)])
def test_a_test_part_beside_recordings_without_one_counts_together_with_them(
    place: Path, trained: tuple[str, ...]
) -> None:
    """A data set's own split says nothing of the other sets; of its own it is the test part, or all if that is all."""
    part, rest = [replace(clip, split="test") for clip in clips("wave", "emil")], replace(OLD[1], split="train")
    assert count(classifier(place, trained), [*part, rest, *NEW]) == len([*part, *NEW])
    assert count(classifier(place, trained), [rest]) == 1


def test_only_clips_of_known_labels_are_counted(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """New clips of other labels do not stand for clips that could be measured."""
    with caplog.at_level(logging.WARNING):
        assert count(classifier(place, marks_of(OLD)), [*OLD, *clips("dance", "dora")]) == len(OLD)
    assert "trained on all of these 3 clips" in caplog.text


def test_a_model_of_before_claims_nothing(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without marks of clips those of the groups held out count, and without these all clips are measured."""
    with caplog.at_level(logging.WARNING):
        assert count(classifier(place), [*OLD, *NEW]) == len([*OLD, *NEW])
        assert not caplog.messages
        assert count(classifier(place, held_out=(mark_of("anna"),)), [*OLD, *NEW]) == 1
    assert "1 of 4 clips that training held out; the model mine may have been trained on the others" in caplog.text


def test_a_data_sets_training_part_alone_is_divided_as_recordings_are(place: Path) -> None:
    """Of a model that does not remember its clips the groups held out count, not what it was trained on."""
    given = [replace(clip, split="train") for clip in OLD]
    assert count(classifier(place, held_out=(mark_of("anna"),)), given) == 1


def test_no_clips_are_refused(place: Path) -> None:
    """In one line."""
    with pytest.raises(DataError, match="there are no clips"):
        measured(classifier(place), [])
