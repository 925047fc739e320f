"""The folder of a trained model: network, manifest, golden windows, card, pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path

from haredge import features
from haredge.errors import DataError
from haredge.manifest import CARD, MODEL, Accuracy, ActivityManifest, DataSet, PoseModel
from haredge.training.activity import golden
from haredge.training.activity.card import model_card
from haredge.training.activity.charts import draw_confusion, draw_curves
from haredge.training.activity.course import Trained, classify_with
from haredge.training.activity.pools import GRID_HZ


def prepared(folder: Path) -> Path:
    """Make the folder of a model to be, before hours are spent on what could not be saved.

    Raises :class:`DataError` where it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MODEL).with_suffix(".part").touch()
        (folder / MODEL).with_suffix(".part").unlink()
    except OSError as error:
        raise DataError(f"{folder}: cannot write the model there: {error.strerror}") from None
    return folder


def write(folder: Path, trained: Trained, sources: tuple[DataSet, ...], split: str) -> ActivityManifest:
    """Write a trained model into a folder, and return its manifest.

    Raises :class:`DataError` where the disk is full or the folder cannot be written to.
    """
    try:
        return _write(prepared(folder), trained, sources, split)
    except OSError as error:
        raise DataError(f"{folder}: cannot write the model there: {error.strerror}") from None


def _write(folder: Path, trained: Trained, sources: tuple[DataSet, ...], split: str) -> ActivityManifest:
    manifest = _manifest(folder.resolve().name, trained, sources, split)
    (folder / MODEL).write_bytes(trained.tflite)
    golden.write(folder, classify_with(trained.tflite))
    manifest.save(folder)
    (folder / CARD).write_text(model_card(manifest, trained), encoding="utf-8")
    draw_curves(trained.history, folder / "curves.png")
    draw_confusion(trained.int8, folder / "confusion.png")
    return manifest


def _manifest(name: str, trained: Trained, sources: tuple[DataSet, ...], split: str) -> ActivityManifest:
    recipe, int8 = trained.recipe, trained.int8
    return ActivityManifest(
        name=name,
        sha256=hashlib.sha256(trained.tflite).hexdigest(),
        trained_on=sources,
        licence="MIT, as far as the data's own terms allow",
        measured={
            "window_accuracy": round(int8.window_accuracy, 4),
            "clip_accuracy": round(int8.clip_accuracy, 4),
            "macro_f1": round(int8.macro_f1, 4),
            "calibration_error": round(int8.calibration_error, 4),
        },
        labels=recipe.labels,
        rest=recipe.rest,
        span_s=recipe.span_s,
        rate_hz=GRID_HZ,
        features=features.VERSION,
        pose_model=PoseModel(name="annotations and projected motion capture, with noise"),
        split=split,
        accuracy=Accuracy(float32=round(trained.float32.accuracy, 4), int8=round(int8.accuracy, 4)),
        confusion=tuple(tuple(row) for row in int8.confusion.tolist()),
        thresholds=trained.thresholds,
    )
