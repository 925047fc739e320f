"""A whole training on labelled images, small but real: images in, a model folder out that the classifier runs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import labelled_images
import numpy as np
import pytest
from extras import needs_training

from haredge import cli
from haredge.manifest import CARD, StillManifest
from haredge.models.acceptance import accept
from haredge.still.classifier import StillClassifier

pytestmark = [needs_training, pytest.mark.slow, pytest.mark.timeout(600)]


class Training(NamedTuple):
    """What came of it."""

    folder: Path
    output: str


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """Train with the command that users have: twenty images of each of three labels, and what cannot be used."""
    place = tmp_path_factory.mktemp("still")
    data, out = labelled_images.write(place / "images"), place / "shapes"
    whole = labelled_images.encoded(labelled_images.drawn("disc", np.random.default_rng(9)), ".jpg")
    (data / "disc" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (data / "disc" / "empty.png").write_bytes(b"")
    (data / "disc" / "video.mp4").write_bytes(bytes(100))
    (data / "square" / "again.png").write_bytes((data / "square" / "3.png").read_bytes())
    (data / "alone").mkdir()
    (data / "alone" / "1.png").write_bytes(
        labelled_images.encoded(labelled_images.drawn("disc", np.random.default_rng(8)))
    )
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: lines.append(" ".join(map(str, words))))
        assert cli.main(["train", str(data), "--out", str(out), "--size", "64", "--epochs", "8"]) == 0
    return Training(out, "\n".join(lines))


def test_the_model_is_accepted_and_better_than_chance(training: Training) -> None:
    """Its manifest has the labels, the confusion of the test images, and an int8 file hardly worse than the float."""
    manifest = accept(training.folder)
    assert isinstance(manifest, StillManifest)
    assert manifest.labels == labelled_images.LABELS
    assert manifest.input_size == (64, 64)
    assert sum(map(sum, manifest.confusion)) == 12
    assert manifest.accuracy.int8 >= 0.6
    assert set(manifest.thresholds) == set(manifest.labels)


def test_it_knows_new_images(training: Training) -> None:
    """Images of the same kinds that it never saw."""
    classifier, rng = StillClassifier.open(training.folder), np.random.default_rng(77)
    wanted = [label for label in labelled_images.LABELS for _ in range(10)]
    answers = classifier.probabilities([labelled_images.drawn(label, rng)[:, :, ::-1] for label in wanted])
    found = [classifier.labels[index] for index in answers.argmax(axis=1)]
    assert np.mean([a == b for a, b in zip(found, wanted, strict=True)]) >= 0.6


def test_what_cannot_be_used_is_reported_in_a_line_each(training: Training) -> None:
    """And training goes on without it."""
    for words in (
        "cut.jpg: left out: it is cut off: its end is missing",
        "empty.png: left out: it is empty",
        "disc: 1 file is passed over as no image (.mp4)",
        "label 'alone' is left out: it has 1 usable image, and 5 are needed",
        "1 image is another one, and 0 nearly: each with its like on one side",
    ):
        assert words in training.output


def test_progress_has_the_time_left(training: Training) -> None:
    """A line an epoch."""
    assert "epoch 8/8: loss" in training.output or "best" in training.output
    assert "left at most" in training.output


def test_the_folder_has_card_and_charts(training: Training) -> None:
    """The card says what it was trained on, what it began with, what was warned of and what it mixes up."""
    assert {path.name for path in training.folder.iterdir()} == {
        *("MODEL_CARD.md", "confusion.png", "curves.png", "golden.npz", "manifest.json", "model.tflite")
    }
    card = (training.folder / CARD).read_text()
    for words in ("the int8 weights of `still`", "## What it mixes up", "likely range", "nearly the same images"):
        assert words in card
    assert "What training warned of:\n\n- 1 image is another one, " in card
