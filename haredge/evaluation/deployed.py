"""Measuring a model as it is deployed: its int8 file, through the daemon's own classifier."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from haredge.activity.classifier import TfliteClassifier
from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets.clips import Clip
from haredge.evaluation.windows import Measured, measure
from haredge.models.open import find_model
from haredge.train.division import kept_aside
from haredge.train.recipe import RECIPES

log = logging.getLogger(__name__)


def open_model(model: str | Path) -> TfliteClassifier:
    """Open an activity model, an installed name or a folder's path with a "/", and replay its golden windows.

    Raises :class:`haredge.core.errors.ModelError` for one that cannot be used.
    """
    classifier = TfliteClassifier.open(find_model(str(model)))
    classifier.check_golden()
    return classifier


def measured(classifier: TfliteClassifier, clips: Sequence[Clip]) -> Measured:
    """Measure a model on those of the clips that it never saw and whose labels it knows; log which are left out.

    That is their test part; where they have none, the groups that training kept aside; where there are none of them,
    all. Raises :class:`DataError` where the model knows none of the labels.
    """
    known = _known(_unseen(clips, classifier), classifier)
    return measure(known, classifier.labels, classifier.span_s, lambda windows: _answers(classifier, windows))


def _unseen(clips: Sequence[Clip], classifier: TfliteClassifier) -> Sequence[Clip]:
    if test := [clip for clip in clips if clip.split == "test"]:
        return test
    held_out = kept_aside(clips, classifier.manifest.held_out)
    if held_out and len(held_out) < len(clips):
        log.warning(
            "measured on the %d of %d clips that training kept aside; the model %s may have learnt from the others",
            len(held_out),
            len(clips),
            classifier.manifest.name,
        )
    return held_out or clips


def _known(clips: Sequence[Clip], classifier: TfliteClassifier) -> Sequence[Clip]:
    """Choose the clips whose labels a model knows; one made by a recipe of haredge's knows the data sets' names."""
    recipe = next((recipe for recipe in RECIPES.values() if recipe.labels == classifier.labels), None)
    named = recipe.relabelled(clips) if recipe else clips
    known = [clip for clip in named if clip.label in classifier.labels]
    strange = ", ".join(sorted({clip.label for clip in named} - set(classifier.labels)))
    if not known:
        raise DataError(
            f"the model {classifier.manifest.name} knows none of the labels recorded ({strange}); "
            f"it knows {', '.join(classifier.labels)}"
        )
    if strange:
        log.warning("left out, as the model %s does not know the label: %s", classifier.manifest.name, strange)
    return known


def _answers(classifier: TfliteClassifier, windows: Keypoints) -> Keypoints:
    return np.stack([classifier.probabilities(window) for window in windows])
