"""The folder of a trained model: network, manifest, golden windows, card, charts."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from haredge.activity import features
from haredge.core.errors import DataError
from haredge.datasets.trained_clips import marks_of
from haredge.manifest import CARD, MODEL, Accuracy, ActivityManifest, DataSet, Name, PoseModel
from haredge.training import golden
from haredge.training.card import model_card
from haredge.training.charts import draw_confusion, draw_curves
from haredge.training.course import Trained, classify_with
from haredge.training.pools import GRID_HZ
from haredge.training.split import Division

ROOM_BYTES: Final = 2 << 20
"""What must be free before training begins: a model with its card and charts needs less."""

_UNFINISHED: Final = ".unfinished"
"""Where a model's files are written first, within its folder: a full disk leaves the model that was there as it was."""


_ANNOTATED: Final = PoseModel(name="annotations and projected motion capture, with noise")


def prepared(folder: Path) -> Path:
    """Try the folder of a model to be, before hours are spent on what could not be saved; return it.

    A training that is refused or ended leaves no empty folder. Raises :class:`DataError` if it cannot be written to, or
    its name cannot be a model's.
    """
    name_of(folder)
    made: list[Path] = []
    try:
        made += [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as inner:
            (Path(inner) / MODEL).write_bytes(bytes(ROOM_BYTES))
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        for each in made:
            with suppress(OSError):  # another program may have put something there
                each.rmdir()
    return folder


def name_of(folder: Path) -> str:
    """Return the name that a folder gives its model; raises :class:`DataError` for one that no model can have."""
    name = Path(os.path.realpath(folder)).name
    try:
        return TypeAdapter(Name).validate_python(name)
    except ValidationError:
        raise DataError(
            f"{folder}: {name!r} cannot be a model's name: allowed are 64 small letters, digits, '.', '_' and '-'"
        ) from None


def write(
    folder: Path,
    trained: Trained,
    sources: tuple[DataSet, ...],
    division: Division,
    former_marks: Sequence[str] = (),
    *,
    doubts: Sequence[str] = (),
) -> ActivityManifest:
    """Write a trained model into a folder, and return its manifest; a model that was there is replaced.

    ``former_marks`` are those of the clips that the weights to start from were trained on, as far as they are known,
    ``doubts`` what training warned of, which goes into the card.

    Raises :class:`DataError` if the disk is full or the folder cannot be written to; nothing has changed then.
    """
    learned = trained.recipe.relabelled(division.recordings.clips)
    manifest = _manifest(name_of(folder), trained, sources, division, marks_of(learned, former_marks))
    with written(folder) as inner:
        _write(inner, manifest, trained)
        (inner / CARD).write_text(model_card(manifest, trained, division.recordings, doubts), encoding="utf-8")
    return manifest


@contextmanager
def written(folder: Path) -> Iterator[Path]:
    """Give an empty folder whose files then take the place of those in a model's folder.

    Raises :class:`DataError` if the disk is full or the folder cannot be written to; nothing has changed then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as inner:
            yield Path(inner)
            for file in sorted(Path(inner).iterdir()):
                file.replace(folder / file.name)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> DataError:
    return DataError(f"{folder}: cannot write the model there: {error.strerror or error}")


def _write(folder: Path, manifest: ActivityManifest, trained: Trained) -> None:
    (folder / MODEL).write_bytes(trained.tflite)
    golden.write(folder, classify_with(trained.tflite))
    manifest.save(folder)
    if trained.history.loss:  # with no epochs there is no history
        draw_curves(trained.history, folder / "curves.png")
    draw_confusion(trained.int8, folder / "confusion.png")


def _manifest(
    name: str, trained: Trained, sources: tuple[DataSet, ...], division: Division, marks: tuple[str, ...]
) -> ActivityManifest:
    recipe, int8 = trained.recipe, trained.int8
    return ActivityManifest(
        name=name,
        sha256=hashlib.sha256(trained.tflite).hexdigest(),
        trained_on=sources,
        licence="MIT, as far as the data's own terms allow",
        measured={
            "window_accuracy": round(int8.window_accuracy, 4),
            "clip_accuracy": round(int8.clip_accuracy, 4),
            "closed_accuracy": round(int8.closed.accuracy, 4),
            "closed_window_accuracy": round(int8.closed.window_accuracy, 4),
            "closed_clip_accuracy": round(int8.closed.clip_accuracy, 4),
            "macro_f1": round(int8.macro_f1, 4),
            "calibration_error": round(int8.calibration_error, 4),
        },
        labels=recipe.labels,
        rest=recipe.rest,
        meaning=dict(recipe.meaning),
        # The labels of the user's own recordings say nothing of what other recordings call theirs.
        unlisted=recipe.unlisted if recipe.meaning else None,
        span_s=recipe.span_s,
        rate_hz=GRID_HZ,
        features=features.VERSION,
        pose_model=division.pose_model or _ANNOTATED,
        split=division.split,
        held_out=division.held_out,
        trained_clips=marks,
        accuracy=Accuracy(float32=round(trained.float32.accuracy, 4), int8=round(int8.accuracy, 4)),
        confusion=tuple(tuple(row) for row in int8.confusion.tolist()),
        thresholds=trained.thresholds,
        sensitivities=trained.sensitivities,
    )
