"""Measuring a model as it is deployed: its int8 file, through the daemon's own classifier."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from haredge.activity.classifier import WindowClassifier
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets import trained_clips
from haredge.datasets.clips import LabelledClip
from haredge.datasets.held_out import held_out_clips
from haredge.evaluation.windows import WindowScores, measure
from haredge.manifest import ActivityManifest
from haredge.models.catalog import find_model

log = logging.getLogger(__name__)


def open_model(model: str | Path) -> WindowClassifier:
    """Open an activity model, an installed name or a folder's path with a "/", and replay its golden windows.

    Raises :class:`haredge.core.errors.ModelError` for one that cannot be used.
    """
    return WindowClassifier.open(find_model(str(model)))


def measured(classifier: WindowClassifier, clips: Sequence[LabelledClip]) -> WindowScores:
    """Measure a model on those of the clips that it was not trained on and whose labels it knows; log what is left out.

    That is the test part of data sets that have one, and all clips of the others, without those that were trained on.
    Of a model that does not remember its clips it is, of these others, the groups that training held out. If nothing is
    left, it is all. Raises :class:`DataError` if there are no clips, or the model knows none of their labels.
    """
    if not clips:
        raise DataError("there are no clips to measure on")
    unseen = _unseen(_known(clips, classifier.manifest), classifier.manifest)
    return measure(unseen, classifier.labels, classifier.span_s, lambda windows: _answers(classifier, windows))


def _unseen(clips: Sequence[LabelledClip], manifest: ActivityManifest) -> Sequence[LabelledClip]:
    clips = [clip for clip in clips if clip.split in {"test", ""}] or clips
    if manifest.trained_clips:
        return _not_trained_on(clips, manifest)
    test = [clip for clip in clips if clip.split == "test"]
    return [*test, *_held_out([clip for clip in clips if clip.split != "test"], manifest)]


def _not_trained_on(clips: Sequence[LabelledClip], manifest: ActivityManifest) -> Sequence[LabelledClip]:
    unseen, seen = trained_clips.divided(clips, manifest.trained_clips)
    if not unseen:
        log.warning(
            "the model %s was trained on all of these %s: the figures say nothing of what it has not seen",
            manifest.name,
            counted(len(clips), "clip"),
        )
    elif seen:
        log.warning(
            "the model %s was trained on %d of the %s; measured on the %d that it was not trained on",
            manifest.name,
            len(seen),
            counted(len(clips), "clip"),
            len(unseen),
        )
    return unseen or seen


def _held_out(clips: Sequence[LabelledClip], manifest: ActivityManifest) -> Sequence[LabelledClip]:
    held_out = held_out_clips(clips, manifest.held_out)
    if held_out and len(held_out) < len(clips):
        log.warning(
            "measured on the %d of %d clips that training held out; the model %s may have been trained on the others",
            len(held_out),
            len(clips),
            manifest.name,
        )
    return held_out or clips


def _known(clips: Sequence[LabelledClip], manifest: ActivityManifest) -> Sequence[LabelledClip]:
    """Return the clips whose labels a model knows, by its own name for them; its manifest has the data sets' names."""
    known, unknown = [], set()
    for clip in clips:
        label = manifest.meaning.get(clip.label, clip.label if clip.label in manifest.labels else manifest.unlisted)
        if label is not None:
            known.append(replace(clip, label=label))
        elif clip.label not in manifest.meaning:
            unknown.add(clip.label)
    if not known:
        raise DataError(
            f"the model {manifest.name} knows none of the labels recorded "
            f"({', '.join(sorted({clip.label for clip in clips}))}); it knows {', '.join(manifest.labels)}"
        )
    if unknown:
        log.warning("left out, as the model %s does not know the label: %s", manifest.name, ", ".join(sorted(unknown)))
    return known


def _answers(classifier: WindowClassifier, windows: Keypoints) -> Keypoints:
    return np.stack([classifier.probabilities(window) for window in windows])
