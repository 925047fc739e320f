"""The folder of a trained still model: network, manifest, golden images, card, charts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.datasets.licences import data_sets, with_former
from haredge.manifest import CARD, MODEL, Accuracy, DataSet, StillManifest
from haredge.still import crop
from haredge.training.charts import draw_confusion, draw_curves
from haredge.training.history import History
from haredge.training.images import golden
from haredge.training.images.card import model_card
from haredge.training.images.packing import Packed
from haredge.training.images.start import Start
from haredge.training.package import name_of, written

LICENCE: Final = "MIT, as far as the data's own terms and those of the weights that training began with allow"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model came from: what its manifest and card say of that."""

    trained_on: tuple[DataSet, ...]
    split: str
    began_with: str
    """What the weights were before, for the card."""
    notes: str
    """What it cannot do, for the card."""
    doubts: tuple[str, ...] = ()
    """What training warned of, a line each, for the card."""


def own(name: str, split: str, start: Start, doubts: Iterable[str]) -> Origin:
    """Describe a model that a person trained on images of their own."""
    sources = data_sets([name])
    began_with = f"the int8 weights of `{start.name}`"
    return Origin(with_former(sources, start.trained_on), split, began_with, NOTES, tuple(doubts))


NOTES: Final = (
    "It knows its own labels alone, and gives one of them to every image, an empty room included: what does none of "
    "these is best trained as a label of its own. It was tested on images of the kind that it was trained on; a camera "
    "that hangs elsewhere shows others. One image says nothing of motion."
)


def write(folder: Path, packed: Packed, history: History, origin: Origin) -> StillManifest:
    """Write a model into a folder, and return its manifest; a model that was there is replaced.

    Raises :class:`haredge.core.errors.DataError` if the folder cannot be written to; nothing has changed then.
    """
    manifest = _manifest(name_of(folder), packed, origin)
    with written(folder) as inner:
        (inner / MODEL).write_bytes(packed.tflite)
        golden.write(inner, packed.golden)
        manifest.save(inner)
        card = model_card(manifest, packed, origin.began_with, origin.notes, origin.doubts)
        (inner / CARD).write_text(card, encoding="utf-8")
        draw_curves(history, inner / "curves.png")
        draw_confusion(packed.int8, inner / "confusion.png", "images")
    return manifest


def _manifest(name: str, packed: Packed, origin: Origin) -> StillManifest:
    int8 = packed.int8
    return StillManifest(
        name=name,
        sha256=hashlib.sha256(packed.tflite).hexdigest(),
        trained_on=origin.trained_on,
        licence=LICENCE,
        measured={
            "macro_f1": round(int8.macro_f1, 4),
            "top3_accuracy": round(int8.top3, 4),
            "calibration_error": round(int8.calibration_error, 4),
        },
        labels=int8.labels,
        input_size=packed.size,
        crops=crop.VERSION,
        split=origin.split,
        accuracy=Accuracy(float32=round(packed.float32.accuracy, 4), int8=round(int8.accuracy, 4)),
        confusion=tuple(tuple(row) for row in int8.confusion.tolist()),
        thresholds=packed.thresholds,
    )
