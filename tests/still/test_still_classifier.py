"""The still classifier, with a model of the colour that an image has most of."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from model_folders import STILL, change_manifest, install_still

from haredge.core.errors import ModelError
from haredge.manifest import GOLDEN
from haredge.still.classifier import StillClassifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return install_still(tmp_path)


def patch(height: int, width: int, channel: int) -> np.ndarray:
    image = np.zeros((height, width, 3), np.uint8)
    image[..., channel] = 255
    return image


def test_images_of_any_size_get_a_probability_for_each_label(folder: Path) -> None:
    """A row for each image, a column for each label in the manifest's order; none for no images."""
    classifier = StillClassifier.open(folder)
    answers = classifier.probabilities([patch(7, 300, 0), patch(200, 9, 1), patch(16, 24, 2)])
    assert answers.argmax(axis=1).tolist() == [0, 1, 2]
    assert answers.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert answers.dtype == np.float32
    assert classifier.probabilities([]).shape == (0, 3)
    assert (classifier.labels, classifier.size, classifier.thresholds) == (STILL.labels, (16, 24), STILL.thresholds)


def test_a_model_of_another_cutting_rule_is_refused(folder: Path) -> None:
    """It would be shown what it was not trained on."""
    change_manifest(folder, crops=99)
    with pytest.raises(ModelError, match="version 99 of how images are cut"):
        StillClassifier.open(folder)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"input_size": [24, 16]}, "by its manifest it takes"),
        ({"labels": ["a", "b"], "confusion": [[1, 0], [0, 1]], "thresholds": {}}, "by its manifest it takes"),
        ({"sha256": "0" * 64}, "not the file its manifest describes"),
    ],
)
def test_files_that_do_not_belong_together_are_refused(folder: Path, changes: dict[str, object], words: str) -> None:
    """In one line that names the file."""
    change_manifest(folder, **changes)
    with pytest.raises(ModelError, match=words):
        StillClassifier.open(folder)


def test_a_model_that_answers_otherwise_than_when_it_was_made_is_refused(folder: Path) -> None:
    """Its golden images are replayed."""
    with np.load(folder / GOLDEN) as arrays:
        images, expected = arrays["images"], arrays["probabilities"]
    np.savez(folder / GOLDEN, images=images, probabilities=expected[::-1])
    with pytest.raises(ModelError, match=r"incorrect answers to the images in golden\.npz"):
        StillClassifier.open(folder)


@pytest.mark.parametrize("images", [np.zeros((0, 8, 8, 3), np.uint8), np.zeros((3, 8, 8), np.uint8), np.zeros(3)])
def test_golden_images_of_another_shape_are_refused(folder: Path, images: np.ndarray) -> None:
    """They are bytes of (n, height, width, 3)."""
    content = io.BytesIO()
    np.savez(content, images=images, probabilities=np.zeros((3, 3), np.float32))
    (folder / GOLDEN).write_bytes(content.getvalue())
    with pytest.raises(ModelError, match="golden images are bytes of the shape"):
        StillClassifier.open(folder)
