"""The card of a still model: what it was trained on, what it was measured on, what it mixes up and cannot do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from haredge.core.counted import counted
from haredge.evaluation.images import ImageScores
from haredge.evaluation.ranges import likely_range
from haredge.manifest import StillManifest
from haredge.training.card import by_label, code, table, warned_of
from haredge.training.images.network import WORDS
from haredge.training.images.packing import Packed

MIXED: Final = 8
"""Mistakes that are named."""


def model_card(manifest: StillManifest, packed: Packed, began_with: str, notes: str, doubts: Sequence[str]) -> str:
    """Write a card in Markdown from a manifest and what was measured."""
    height, width = manifest.input_size
    network = (
        f"A full-int8 TFLite file of {len(packed.tflite) / 1e6:.2f} MB: {WORDS}. Input {height}x{width}, images cut by "
        f"version {manifest.crops} of the rule in `haredge/still/crop.py`. Training began with {began_with}. "
        f"sha256 `{manifest.sha256}`."
    )
    sections = [
        f"# {manifest.name}",
        f"Classifies what a person does by one image: {', '.join(map(code, manifest.labels))}.",
        "## Network",
        network,
        "## Trained on",
        table(("data set", "licence as its source states it"), ((d.name, d.licence) for d in manifest.trained_on)),
        f"Weights: {manifest.licence}.",
        "## Measured",
        f"Split: {manifest.split}.",
        table(("metric", "value"), _metrics(manifest, packed.int8)),
        *warned_of(doubts),
        "## Each label",
        "int8 file, test images.",
        table(("label", "images", "precision", "recall", "F1"), by_label(packed.int8)),
        "## What it mixes up",
        table(("is", "taken for", "images"), ((a, b, str(n)) for a, b, n in packed.int8.mixed(MIXED))),
        "## What it cannot do",
        notes,
    ]
    return "\n\n".join(sections) + "\n"


def _metrics(manifest: StillManifest, int8: ImageScores) -> Iterable[tuple[str, str]]:
    images = int(int8.confusion.sum())
    low, high = likely_range(manifest.accuracy.int8, images)
    yield "correct images, float32", f"{manifest.accuracy.float32:.2%}"
    yield "correct images, int8", f"{manifest.accuracy.int8:.2%}"
    yield f"the same, likely range (95 %) of {counted(images, 'image')}", f"{low:.1%} to {high:.1%}"
    yield "label among the three likeliest, int8", f"{int8.top3:.2%}"
    yield "macro F1, int8", f"{int8.macro_f1:.4f}"
    yield "expected calibration error, int8", f"{int8.calibration_error:.4f}"
