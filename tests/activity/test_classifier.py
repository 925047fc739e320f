"""Tests of the activity classifier, on the model that comes with haredge."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from model_folders import change_manifest

from haredge.activity import features
from haredge.activity.classifier import WindowClassifier
from haredge.core.errors import ModelError
from haredge.core.types import Pose
from haredge.manifest import GOLDEN, MANIFEST, MODEL

EXERCISE = Path(__file__).parents[2] / "models/exercise"


@pytest.fixture(scope="module")
def classifier() -> WindowClassifier:
    """Load the shipped model once."""
    return WindowClassifier.open(EXERCISE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the shipped model, to be spoilt."""
    return Path(shutil.copytree(EXERCISE, tmp_path / "exercise"))


def golden() -> tuple[np.ndarray, np.ndarray]:
    with np.load(EXERCISE / GOLDEN) as arrays:
        return arrays["keypoints"], arrays["probabilities"]


def test_a_window_gets_a_probability_for_each_label(classifier: WindowClassifier) -> None:
    """Probabilities come in the manifest's order, sum to 1 within quantisation, and carry the newest pose's time."""
    window = [Pose(step / 8, keypoints) for step, keypoints in enumerate(golden()[0][0])]
    prediction = classifier.classify(window)
    assert prediction.t == 1.0
    assert prediction.probabilities.shape == (len(classifier.labels),)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=len(classifier.labels) / 256)


def test_an_answer_does_not_depend_on_the_windows_before(classifier: WindowClassifier) -> None:
    """The fused LSTM keeps its state from call to call unless it is reset: windows in any order answer alike."""
    windows, _ = golden()
    forward = [classifier.probabilities(window) for window in windows]
    backward = [classifier.probabilities(window) for window in windows[::-1]]
    np.testing.assert_array_equal(forward, backward[::-1])


def test_the_golden_windows_are_different_and_answered_as_they_were() -> None:
    """The replay passes on the model as shipped, and could not pass with one answer for all windows."""
    WindowClassifier.open(EXERCISE)
    answers = golden()[1]
    assert len(np.unique(answers.argmax(axis=1))) >= 3


def test_a_wrong_golden_answer_is_found_out(copy: Path) -> None:
    """A model that answers otherwise than it did is refused when it is opened, and the message says by how much."""
    windows, answers = golden()
    np.savez(copy / GOLDEN, keypoints=windows, probabilities=np.roll(answers, 1, axis=0))
    with pytest.raises(ModelError, match="incorrect answers"):
        WindowClassifier.open(copy)


@pytest.mark.parametrize("content", [None, b"", b"PK\3\4 truncated"])
def test_missing_or_damaged_golden_windows_are_named(copy: Path, content: bytes | None) -> None:
    """A golden.npz that cannot be read is one clear error."""
    (copy / GOLDEN).unlink()
    if content is not None:
        (copy / GOLDEN).write_bytes(content)
    with pytest.raises(ModelError, match=r"golden\.npz"):
        WindowClassifier.open(copy)


def test_golden_windows_of_another_form_are_refused(copy: Path) -> None:
    """Golden windows of another model, or of no model, are not taken for a proof."""
    windows, answers = golden()
    np.savez(copy / GOLDEN, keypoints=windows[:0], probabilities=answers[:0])
    with pytest.raises(ModelError, match="shape"):
        WindowClassifier.open(copy)
    np.savez(copy / GOLDEN, keypoints=windows, probabilities=answers[:, :3])
    with pytest.raises(ModelError, match="another model"):
        WindowClassifier.open(copy)


def test_a_model_of_another_version_of_the_features_is_refused(copy: Path) -> None:
    """A model never meets an encoding that it was not trained on."""
    change_manifest(copy, features=features.VERSION + 1)
    with pytest.raises(ModelError, match="version"):
        WindowClassifier.open(copy)


def test_a_model_with_another_number_of_labels_than_its_manifest_is_refused(copy: Path) -> None:
    """A manifest that names fewer labels than the network gives would misname them all."""
    manifest = json.loads((copy / MANIFEST).read_text())
    labels = manifest["labels"][:-1]
    rest = [label for label in manifest["rest"] if label in labels]
    count = len(labels)
    change_manifest(copy, labels=labels, rest=rest, confusion=[[0] * count] * count)
    with pytest.raises(ModelError, match="labels"):
        WindowClassifier.open(copy)


def test_a_model_file_that_is_not_the_manifests_is_refused(copy: Path) -> None:
    """One flipped byte is found out by the checksum."""
    content = bytearray((copy / MODEL).read_bytes())
    content[-1] ^= 1
    (copy / MODEL).write_bytes(content)
    with pytest.raises(ModelError, match="sha256"):
        WindowClassifier.open(copy)


def test_the_network_is_int8_from_end_to_end() -> None:
    """Input and output are int8, and the three LSTMs are one fused operator each."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(EXERCISE / MODEL))
    details = [*interpreter.get_input_details(), *interpreter.get_output_details()]
    assert [detail["dtype"] for detail in details] == [np.int8, np.int8]
    operators = [detail["op_name"] for detail in interpreter._get_ops_details()]
    assert operators.count("UNIDIRECTIONAL_SEQUENCE_LSTM") == 3
    assert not [name for name in operators if "WHILE" in name or "Flex" in name]
