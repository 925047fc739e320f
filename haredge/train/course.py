"""One training from recordings to a model that has proved itself: the public way to train an activity model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity import features
from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets.clips import Clip
from haredge.evaluation.windows import Measured, measure
from haredge.inference.engine import infer
from haredge.inference.loading import open_engine
from haredge.train import thresholds
from haredge.train.calibration import cool, temperature
from haredge.train.examples import Examples, Mixture
from haredge.train.export import CALIBRATION_WINDOWS, to_int8
from haredge.train.fit import Plan, Score, fit, probabilities
from haredge.train.history import History
from haredge.train.recipe import Recipe, mixture
from haredge.train.split import TOO_FEW, Recordings, hold_out, unseen

VALIDATION_PART: Final = 0.1
VALIDATION_EXAMPLES: Final = 4000
MOST_LOST: Final = 0.003
"""Most accuracy that the int8 file may lose against the float network, from nine poses over the clip; of few clips it
may lose one, whatever share that is."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A network that has been trained, converted and measured."""

    recipe: Recipe
    network: str
    """Its form, by its name in :mod:`haredge.train.network`."""
    tflite: bytes
    history: History
    float32: Measured
    int8: Measured
    thresholds: dict[str, float]
    """Least probability at which each label is believed."""
    divisor: float
    """What the logits were divided by: see :func:`haredge.train.calibration.temperature`."""


def train(recordings: Recordings, recipe: Recipe, plan: Plan, tell: Callable[[str], None]) -> Trained:
    """Train a model that may be used: as :func:`learn`, but raises :class:`DataError` too where int8 lost too much."""
    trained = learn(recordings, recipe, plan, tell)
    tell(f"logits divided by {trained.divisor:.2f}, which makes it as sure as it is right on what was kept aside")
    float32, int8 = trained.float32.accuracy, trained.int8.accuracy
    if lost_too_much(float32, int8, int(trained.int8.confusion.sum())):
        raise DataError(
            f"the int8 file is right on {int8:.1%} of the test clips and the float network on {float32:.1%}: not "
            "accepted; train again with another --seed"
        )
    return trained


@dataclass(frozen=True, slots=True)
class Material:
    """What a network is fed, and what it is judged by while it learns."""

    food: Mixture
    noisy: Examples
    """Of the clips and people that are kept aside."""
    score: Score


def learn(recordings: Recordings, recipe: Recipe, plan: Plan, tell: Callable[[str], None]) -> Trained:
    """Train, calibrate, convert to int8 and measure both on the test clips.

    Raises :class:`DataError` where there is too little to learn from.
    """
    given = material(recordings, recipe, plan.seed)
    model, history = fit(given.food, recipe.labels, given.score, plan, tell)
    encoded, true = given.noisy
    divisor = temperature(probabilities(model, encoded), true)
    cool(model, divisor)
    tflite = to_int8(model, given.food.draw(CALIBRATION_WINDOWS, np.random.default_rng(plan.seed))[0])
    measured = _measured(recipe, recipe.relabelled(recordings.test), model, tflite)
    shares = probabilities(model, encoded)
    believed = thresholds.choose(recipe.labels, shares, true, recipe.least_threshold, recipe.own_thresholds)
    return Trained(recipe, plan.network, tflite, history, *measured, believed, divisor)


def material(recordings: Recordings, recipe: Recipe, seed: int) -> Material:
    """Make examples of the recordings.

    A tenth of the clips (and of the motions' people) is kept aside to choose the best epoch by, and no motion of
    somebody in the test clips is learnt from. Raises :class:`DataError` where there is too little to learn from.
    """
    known, test = recipe.relabelled(recordings.clips), recipe.relabelled(recordings.test)
    if not recordings.motions and len({clip.label for clip in known}) < 2:
        raise DataError(
            f"there is one label only ({', '.join({clip.label for clip in known})}), and nothing to tell it from: add "
            "recordings of another, such as `haredge record --label other`, or --motions"
        )
    groups = [clip.group for clip in known]
    clips, own_clips = hold_out(known, groups, VALIDATION_PART, seed, least=1)
    if not own_clips:
        raise DataError(TOO_FEW)
    others = unseen(recordings.motions, test)
    motions, own_motions = hold_out(others, [motion.person for motion in others], VALIDATION_PART, seed)
    noisy = mixture(recipe, own_clips, own_motions).draw(VALIDATION_EXAMPLES, np.random.default_rng(seed + 1))
    return Material(mixture(recipe, clips, motions), noisy, _score(recipe, own_clips, noisy))


def _measured(recipe: Recipe, test: Sequence[Clip], model: Any, tflite: bytes) -> tuple[Measured, Measured]:
    float32 = measure(test, recipe.labels, recipe.span_s, lambda x: probabilities(model, features.encode(x)))
    int8 = measure(test, recipe.labels, recipe.span_s, classify_with(tflite))
    return float32, int8


def lost_too_much(float32: float, int8: float, clips: int) -> bool:
    """Say whether an int8 file is too much worse than its float network, by their accuracies on so many clips."""
    return round((float32 - int8) * clips) > max(MOST_LOST * clips, 1)


def classify_with(tflite: bytes) -> Callable[[Keypoints], NDArray[np.float32]]:
    """Make a function from windows (n, 9, 17, 3) to probabilities (n, labels) that runs a TFLite file."""
    engine = open_engine(tflite)
    return lambda windows: np.stack([infer(engine, encoded[None])[0][0] for encoded in features.encode(windows)])


def _score(recipe: Recipe, clips: Sequence[Clip], noisy: Examples) -> Score:
    """Make the score by which the best epoch is chosen: mean of the accuracies on clean clips and on noisy examples."""
    encoded, true = noisy

    def score(classify: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> float:
        clean = measure(clips, recipe.labels, recipe.span_s, lambda x: classify(features.encode(x)))
        right = float((classify(encoded).argmax(axis=1) == true).mean())
        return (clean.accuracy + clean.window_accuracy + right) / 3

    return score
