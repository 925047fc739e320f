"""Fitting a still network to a person's own labels: the lower blocks stay, what follows them is fine-tuned.

The lower blocks pass each image once in :attr:`Plan.views` variations; what they give is kept, and training is on that:
minutes instead of hours. An epoch has one variation of each image.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.clock import clock_time
from haredge.training import tensorflow
from haredge.training.history import History
from haredge.training.images import network
from haredge.training.images.network import Weights
from haredge.training.images.packing import Examples, Images, outputs_of
from haredge.training.images.start import Start
from haredge.training.images.variety import varied

BATCH: Final = 32
HEAD_EPOCHS: Final = 3
"""First epochs, in which the last layer alone is trained: before that, what it asks of the others is arbitrary."""
HEAD_RATE: Final = 3e-3
RATE: Final = 2e-4
LABEL_SMOOTHING: Final = 0.1
FROZEN: Final = 11
"""Blocks that stay as they are: all up to stride 16."""
MOST_BYTES: Final = 2 << 30
"""Of what the lower blocks give, in memory."""

Report = Callable[[str], None]
Features = NDArray[np.float16]
"""(n, height, width, channels)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train."""

    size: tuple[int, int] | None = None
    """(height, width) of the input; None for that of the model that it begins with."""
    epochs: int = 20
    """At most."""
    patience: int = 6
    """Epochs without a better score after which training ends."""
    views: int = 6
    """Variations of each image, at most; fewer if they would not fit in memory."""
    seed: int = 0


def fit(train: Examples, validation: Examples, start: Start, plan: Plan, report: Report) -> tuple[Weights, History]:
    """Train a network and return its weights of the epoch that scored best on the validation images, and its history.

    Its labels are those that the images to train on have. ``report`` gets a line an epoch, with the time left.
    """
    tensorflow.load()
    import tf_keras  # noqa: PLC0415  (heavy)

    tf_keras.utils.set_random_seed(plan.seed)
    size = validation.images.shape[1:3]
    kept = network.arrays_of(FROZEN)
    lower = network.lower(size, FROZEN)
    lower.set_weights(start.body[:kept])
    views = _views(train.images, lower, plan, report)
    seen = _features(lower, validation.images)
    upper = network.upper(int(train.true.max()) + 1, lower.output_shape[1:], FROZEN)
    upper.set_weights([*start.body[kept:], *(np.zeros_like(array) for array in upper.get_weights()[-2:])])
    history = _Epochs(upper, plan, report).train(views, train.true, (seen, validation.true))
    return [*start.body[:kept], *upper.get_weights()], history


def _views(images: Images, lower: Any, plan: Plan, report: Report) -> list[Features]:
    """Pass each image through the lower blocks in several variations."""
    each = 2 * int(np.prod(lower.output_shape[1:])) * len(images)
    count = max(1, min(plan.views, plan.epochs, MOST_BYTES // each))
    rng, size, began, views = np.random.default_rng(plan.seed), images.shape[1:3], time.monotonic(), []
    for index in range(count):
        views.append(_features(lower, np.stack([varied(image, size, rng) for image in images])))
        left = clock_time((time.monotonic() - began) / (index + 1) * (count - index - 1))
        report(f"variation {index + 1}/{count} of {len(images)} images; {left} left, then training")
    return views


def _features(lower: Any, images: Images) -> Features:
    return outputs_of(lower, images).astype(np.float16)


class _Epochs:
    """Trains the upper blocks, which end with the weights that scored best."""

    def __init__(self, upper: Any, plan: Plan, report: Report) -> None:
        self._upper, self._plan, self._report = upper, plan, report
        self._history, self._losses = History(), list[float]()

    def train(
        self, views: list[Features], true: NDArray[np.int64], validation: tuple[Features, NDArray[np.int64]]
    ) -> History:
        """Train on a variation of each image an epoch."""
        plan, best, began = self._plan, self._upper.get_weights(), time.monotonic()
        for epoch in range(plan.epochs):
            if epoch in {0, HEAD_EPOCHS}:
                epochs = plan.epochs - epoch if epoch else HEAD_EPOCHS
                _compile(self._upper, whole=epoch > 0, steps=epochs * max(1, len(true) // BATCH))
            self._one_epoch(views[epoch % len(views)], true, epoch)
            chosen = self._best_after(validation)
            if chosen == epoch:
                best = self._upper.get_weights()
            self._report(self._history.line(plan.epochs, time.monotonic() - began))
            if epoch - chosen >= plan.patience:
                break
        self._upper.set_weights(best)
        return self._history

    def _one_epoch(self, features: Features, true: NDArray[np.int64], epoch: int) -> None:
        order = np.random.default_rng([self._plan.seed, epoch]).permutation(len(true))
        targets = np.eye(int(self._upper.output_shape[-1]), dtype=np.float32)[true[order]]
        weights = _label_weights(true)[order]
        seen = features[order].astype(np.float32)
        result = self._upper.fit(seen, targets, sample_weight=weights, batch_size=BATCH, verbose=0).history
        self._history.loss.append(float(result["loss"][0]))
        self._history.accuracy.append(float(result["accuracy"][0]))

    def _best_after(self, validation: tuple[Features, NDArray[np.int64]]) -> int:
        """Score the network and return the best epoch so far; of those as often correct, that with the least loss."""
        score, loss = _score(self._upper, *validation)
        self._history.score.append(score)
        self._losses.append(loss)
        return max(range(len(self._losses)), key=lambda each: (self._history.score[each], -self._losses[each]))


def _compile(upper: Any, *, whole: bool, steps: int) -> None:
    import tf_keras  # noqa: PLC0415  (heavy)

    for layer in upper.layers[:-1]:
        layer.trainable = whole
    rate = tf_keras.optimizers.schedules.CosineDecay(RATE if whole else HEAD_RATE, steps)
    loss = tf_keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING)
    upper.compile(tf_keras.optimizers.Adam(rate, clipnorm=2.0), loss, weighted_metrics=["accuracy"])


def _label_weights(true: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return each image's weight (n,): labels with few images weigh as much as those with many."""
    counts = np.bincount(true)
    return (len(true) / np.count_nonzero(counts) / np.maximum(counts, 1))[true].astype(np.float32)


def _score(upper: Any, features: Features, true: NDArray[np.int64]) -> tuple[float, float]:
    """Return the share that is correct, and the mean loss."""
    logits = np.concatenate(
        [
            upper.predict_on_batch(features[start : start + BATCH].astype(np.float32))
            for start in range(0, len(features), BATCH)
        ]
    )
    shifted = logits - logits.max(axis=1, keepdims=True)
    shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float((logits.argmax(axis=1) == true).mean()), float(-shares[np.arange(len(true)), true].mean())
