"""One training from recordings to a model that has proved itself: the public way to train an activity model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from haredge.activity import features
from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets.clips import LabelledClip
from haredge.evaluation.windows import WindowScores, measure
from haredge.inference.engine import infer
from haredge.inference.loading import open_engine
from haredge.training import thresholds
from haredge.training.calibration import apply_temperature, find_temperature
from haredge.training.examples import Examples, Mixture
from haredge.training.export import CALIBRATION_WINDOWS, check_int8, to_int8
from haredge.training.fit import Plan, Score, TakeBest, fit, forget, probabilities
from haredge.training.history import History
from haredge.training.network import maker
from haredge.training.recipe import Recipe, mixture
from haredge.training.split import TOO_FEW_TO_CHOOSE, Recordings, hold_out, unseen

VALIDATION_PART: Final = 0.1
VALIDATION_EXAMPLES: Final = 4000
MOST_LOST: Final = 0.003
"""Most accuracy that the int8 file may lose against the float network, from nine poses over the clip."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A network that has been trained, converted and measured."""

    recipe: Recipe
    network: str
    """Its architecture, by its name in :mod:`haredge.training.network`."""
    tflite: bytes
    history: History
    float32: WindowScores
    int8: WindowScores
    thresholds: dict[str, float]
    """Least probability at which each label is reported."""
    sensitivities: dict[Literal["low", "high"], dict[str, float]]
    """The same at the sensitivities that are not normal."""
    temperature: float
    """What the logits were divided by: see :func:`haredge.training.calibration.find_temperature`."""


def train(
    recordings: Recordings,
    recipe: Recipe,
    plan: Plan,
    report: Callable[[str], None],
    take_best: TakeBest = forget,
) -> Trained:
    """Train a model that may be used: as :func:`learn`, but raises :class:`DataError` too where int8 lost too much."""
    trained = learn(recordings, recipe, plan, report, take_best)
    report(f"temperature scaling: logits divided by {trained.temperature:.2f}, by the validation data")
    clips = int(trained.int8.confusion.sum())
    check_int8(trained.float32.accuracy, trained.int8.accuracy, clips, MOST_LOST, "clips")
    return trained


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a network is trained on, and how it is scored meanwhile."""

    mixture: Mixture
    noisy: Examples
    """Of the clips and people that are held out."""
    score: Score


def learn(
    recordings: Recordings,
    recipe: Recipe,
    plan: Plan,
    report: Callable[[str], None],
    take_best: TakeBest = forget,
) -> Trained:
    """Train, calibrate, convert to int8 and measure both on the test clips.

    Raises :class:`DataError` if there is too little to train on.
    """
    given = training_data(recordings, recipe, plan.seed)
    model, history = fit(given.mixture, recipe.labels, given.score, plan, report, take_best=take_best)
    encoded, true = given.noisy
    temperature = find_temperature(probabilities(model, encoded), true)
    apply_temperature(model, temperature)
    windows, _ = given.mixture.draw(CALIBRATION_WINDOWS, np.random.default_rng(plan.seed))
    tflite = to_int8(model, windows[:CALIBRATION_WINDOWS], maker(model))
    measured = _measured(recipe, recipe.relabelled(recordings.test), model, tflite)
    shares = probabilities(model, encoded)
    believed = thresholds.choose(recipe.labels, shares, true, recipe.least_threshold, recipe.own_thresholds)
    others = thresholds.choose_others(recipe.labels, shares, true, recipe.least_threshold, believed)
    return Trained(recipe, plan.network, tflite, history, *measured, believed, others, temperature)


def check(recordings: Recordings, recipe: Recipe) -> None:
    """Raise :class:`DataError` if a recipe leaves out all clips to train on, or all to test on."""
    for clips, aim in ((recordings.clips, "train on"), (recordings.test, "test on")):
        if clips and not recipe.relabelled(clips):
            raise DataError(
                f"the recipe {recipe.name} leaves out every clip to {aim} "
                f"({', '.join(sorted({clip.label for clip in clips}))}): give recordings of its labels "
                f"({', '.join(recipe.labels)}) first, or say in its meaning what these are"
            )


def training_data(recordings: Recordings, recipe: Recipe, seed: int) -> TrainingData:
    """Make examples of the recordings.

    A tenth of the clips (and of the motions' people) is held out to choose the best epoch by, and no motion of
    a person in the test clips is trained on. Raises :class:`DataError` if there is too little to train on.
    """
    check(recordings, recipe)
    known, test = recipe.relabelled(recordings.clips), recipe.relabelled(recordings.test)
    if not recordings.motions and len({clip.label for clip in known}) < 2:
        raise DataError(
            f"there is one label only ({', '.join({clip.label for clip in known})}), nothing to distinguish it from: "
            "add recordings of another, such as `haredge record --label other`, or --motions"
        )
    groups = [clip.group for clip in known]
    clips, own_clips = hold_out(known, groups, VALIDATION_PART, seed, least=1)
    if not own_clips:
        raise DataError(TOO_FEW_TO_CHOOSE)
    others = unseen(recordings.motions, test)
    motions, own_motions = hold_out(others, [motion.person for motion in others], VALIDATION_PART, seed)
    noisy = mixture(recipe, own_clips, own_motions).draw(VALIDATION_EXAMPLES, np.random.default_rng(seed + 1))
    return TrainingData(mixture(recipe, clips, motions), noisy, _score(recipe, own_clips, noisy))


def _measured(
    recipe: Recipe, test: Sequence[LabelledClip], model: Any, tflite: bytes
) -> tuple[WindowScores, WindowScores]:
    float32 = measure(test, recipe.labels, recipe.span_s, lambda x: probabilities(model, features.encode(x)))
    int8 = measure(test, recipe.labels, recipe.span_s, classify_with(tflite))
    return float32, int8


def classify_with(tflite: bytes) -> Callable[[Keypoints], NDArray[np.float32]]:
    """Make a function from windows (n, 9, 17, 3) to probabilities (n, labels) that runs a TFLite file."""
    engine = open_engine(tflite)
    return lambda windows: np.stack([infer(engine, encoded[None])[0][0] for encoded in features.encode(windows)])


def _score(recipe: Recipe, clips: Sequence[LabelledClip], noisy: Examples) -> Score:
    """Make the score by which the best epoch is chosen: mean of the accuracies on clean clips and on noisy examples."""
    encoded, true = noisy

    def score(classify: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> float:
        clean = measure(clips, recipe.labels, recipe.span_s, lambda x: classify(features.encode(x)))
        right = float((classify(encoded).argmax(axis=1) == true).mean())
        return (clean.accuracy + clean.window_accuracy + right) / 3

    return score
