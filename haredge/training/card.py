"""The model card: what a model was trained on, what it was measured on, and what it cannot do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from haredge.core.counted import counted
from haredge.datasets.clips import LabelledClip
from haredge.evaluation.by_label import ByLabel
from haredge.evaluation.ranges import likely_range
from haredge.evaluation.windows import WindowScores
from haredge.manifest import ActivityManifest
from haredge.training.course import Trained
from haredge.training.network import NETWORKS
from haredge.training.split import Recordings


def model_card(manifest: ActivityManifest, trained: Trained, recordings: Recordings, doubts: Sequence[str] = ()) -> str:
    """Write a card in Markdown from a manifest and the training that it came from.

    ``doubts`` say in a line each why the scores may mean little.
    """
    measured = trained.int8
    labels = ", ".join(map(code, manifest.activities))
    rest = ", ".join(code(label) for label in manifest.rest)
    does = f"Recognises activities from nine poses (COCO's 17 keypoints) over {manifest.span_s:g} s: {labels}."
    background = (
        f"haredge reports the background class ({rest}) as `unknown`." if rest else "It has no background class."
    )
    network = (
        f"A full-int8 TFLite file of {len(trained.tflite) / 1000:.0f} kB: {NETWORKS[trained.network].words}. "
        f"Features version {manifest.features}. sha256 `{manifest.sha256}`."
    )
    learned = _learned(trained.recipe.relabelled(recordings.clips), len(recordings.motions))
    sections = [
        f"# {manifest.name}",
        f"{does} {background}",
        "## Network",
        network,
        "## Trained on",
        table(("data set", "licence as its source states it"), ((d.name, d.licence) for d in manifest.trained_on)),
        f"{learned} Poses: {manifest.pose_model.name}.",
        f"Weights: {manifest.licence}.",
        "## Measured",
        f"Split: {manifest.split}.",
        table(("metric", "value"), _metrics(manifest, measured)),
        *warned_of(doubts),
        "## Each label",
        "Nine poses over the whole clip, int8 file, test clips.",
        table(("label", "clips", "precision", "recall", "F1"), by_label(measured)),
        "## What it cannot do",
        trained.recipe.notes,
    ]
    return "\n\n".join(sections) + "\n"


def _learned(clips: Sequence[LabelledClip], motions: int) -> str:
    counts = sorted(Counter(clip.label for clip in clips).items())
    of_labels = "".join(f", {code(label)} {count}" for label, count in counts)
    also = f" and {counted(motions, 'motion')}" if motions else ""
    return f"{counted(len(clips), 'clip')}{also}, without those to test on{of_labels}."


def _metrics(manifest: ActivityManifest, measured: WindowScores) -> Iterable[tuple[str, str]]:
    yield "correct clips, nine poses over the clip, float32", f"{manifest.accuracy.float32:.2%}"
    clips = int(measured.confusion.sum())
    low, high = likely_range(manifest.accuracy.int8, clips)
    yield "correct clips, nine poses over the clip, int8", f"{manifest.accuracy.int8:.2%}"
    yield f"the same, likely range (95 %) of {counted(clips, 'clip')}", f"{low:.1%} to {high:.1%}"
    yield f"correct sliding windows of {manifest.span_s:g} s, int8", f"{measured.window_accuracy:.2%}"
    yield "correct clips, by the mean of their sliding windows, int8", f"{measured.clip_accuracy:.2%}"
    closed = measured.closed
    among = "the same three, if only the labels of these clips could be predicted, int8"
    yield among, f"{closed.accuracy:.2%}, {closed.window_accuracy:.2%}, {closed.clip_accuracy:.2%}"
    yield "macro F1, int8", f"{measured.macro_f1:.4f}"
    yield "expected calibration error of the windows, int8", f"{measured.calibration_error:.4f}"


def warned_of(doubts: Sequence[str]) -> Iterator[str]:
    """Yield the paragraphs of what training warned of; none if that is nothing."""
    if doubts:
        yield "What training warned of:"
        yield "\n".join(f"- {doubt}" for doubt in doubts)


def by_label(measured: ByLabel) -> Iterable[tuple[str, ...]]:
    """Yield a row for each label that was tested: label, count, precision, recall, F1."""
    clips = measured.confusion.sum(axis=1)
    columns = (measured.precision, measured.recall, measured.f1)
    for index, label in enumerate(measured.labels):
        if clips[index]:
            yield (label, str(clips[index]), *(_share(column[index]) for column in columns))


def _share(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.3f}"


def code(label: str) -> str:
    """Quote a label, which may hold the quotes of Markdown itself."""
    return f"`` {label} ``" if "`" in label else f"`{label}`"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
