"""Fitting a network to a mixture of examples: epochs, early stopping, progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ConfigError, DataError
from haredge.inference.tflite_weights import Weights
from haredge.training import tensorflow
from haredge.training.calibration import softmax
from haredge.training.examples import Examples, Mixture
from haredge.training.fine_tuning import Start, load_weights
from haredge.training.history import History
from haredge.training.network import NETWORKS

BATCH: Final = 256
LABEL_SMOOTHING: Final = 0.1
LEARNING_RATE: Final = 2e-3
CONTINUED_RATE: Final = 6e-4

Score = Callable[[Callable[[NDArray[np.float32]], NDArray[np.float32]]], float]
"""Returns a network's score on the validation clips; takes a function from encoded windows to probabilities."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train."""

    network: str = "lstm"
    epochs: int = 40
    """At most; none calibrates, converts and measures what it starts from."""
    examples: int = 40_000
    """Examples in an epoch."""
    patience: int = 15
    """Epochs without a better score after which training ends."""
    seed: int = 0
    start: Start | None = None
    """What to fine-tune from, at :data:`CONTINUED_RATE`."""
    keep: float = 0.0
    """Share of what it started from that is kept of the weights in the end, so that what they knew is not lost for what
    is new (Wortsman and others, CVPR 2022)."""

    def __post_init__(self) -> None:
        """Raise :class:`ConfigError` for what no training can do."""
        if self.network not in NETWORKS:
            raise ConfigError(f"network {self.network!r:.60}: one of {', '.join(NETWORKS)} is needed", "network")
        for name, least in (("epochs", 0), ("examples", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise ConfigError(f"{name} {getattr(self, name)}: {least} or more is needed", name)


TakeBest = Callable[[Weights, History], None]
"""Gets the weights by layer after each epoch that scored best so far, and the history, which grows."""


def forget(_weights: Weights, _history: History) -> None:
    """Keep nothing of a training that may be interrupted."""


def fit(
    mixture: Mixture,
    labels: tuple[str, ...],
    score: Score,
    plan: Plan,
    report: Callable[[str], None],
    *,
    take_best: TakeBest = forget,
) -> tuple[Any, History]:
    """Train a network and return it with the weights that scored best (or their mean with the first), and its history.

    ``report`` gets a line an epoch, with the time left. The same seed gives the same examples and first weights; sums
    over several threads may still differ in the last bits. Raises :class:`DataError` if weights are to be kept, or
    taken as they are, of nothing or of a model of other labels.
    """
    if (plan.keep or not plan.epochs) and (plan.start is None or plan.start.labels != labels):
        option = "--keep" if plan.keep else "--epochs 0"
        raise DataError(f"{option} is for a model of the same labels that is there already: name it with --start")
    model = _compiled(len(labels), plan)
    rng, history, started = np.random.default_rng(plan.seed), History(), time.monotonic()
    with ThreadPoolExecutor(1) as background:
        drawn = background.submit(mixture.draw, plan.examples, rng)
        if plan.start:
            load_weights(model, plan.start, labels, drawn.result()[0])
        first = best = model.get_weights()
        for epoch in range(1, plan.epochs + 1):
            examples, drawn = drawn.result(), background.submit(mixture.draw, plan.examples, rng)
            _one_epoch(model, examples, len(labels), history)
            history.score.append(score(lambda encoded: probabilities(model, encoded)))
            if history.score[-1] >= max(history.score):
                best = model.get_weights()
                take_best({layer.name: layer.get_weights() for layer in model.layers if layer.weights}, history)
            report(history.line(plan.epochs, time.monotonic() - started))
            if epoch - 1 - int(np.argmax(history.score)) >= plan.patience:
                break
    model.set_weights([plan.keep * old + (1 - plan.keep) * new for old, new in zip(first, best, strict=True)])
    return model, history if plan.epochs or not plan.start else plan.start.history


def probabilities(model: Any, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run a network on encoded windows (n, 9, SIZE): probabilities (n, labels)."""
    return softmax(model.predict(encoded, batch_size=1024, verbose=0))


def _compiled(labels: int, plan: Plan) -> Any:
    tensorflow.load()
    import tf_keras  # noqa: PLC0415  (heavy)

    tf_keras.utils.set_random_seed(plan.seed)
    model = NETWORKS[plan.network].make(labels, None)
    steps = max(1, plan.epochs * (plan.examples // BATCH))
    rate = tf_keras.optimizers.schedules.CosineDecay(CONTINUED_RATE if plan.start else LEARNING_RATE, steps)
    loss = tf_keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING)
    model.compile(tf_keras.optimizers.Adam(rate, clipnorm=1.0), loss, metrics=["accuracy"])
    return model


def _one_epoch(model: Any, examples: Examples, labels: int, history: History) -> None:
    encoded, indices = examples
    # A last batch of another size would have the network compiled once more.
    count = max(BATCH, len(indices) // BATCH * BATCH)
    targets = np.eye(labels, dtype=np.float32)[indices[:count]]
    result = model.fit(encoded[:count], targets, batch_size=BATCH, verbose=0).history
    history.loss.append(float(result["loss"][0]))
    history.accuracy.append(float(result["accuracy"][0]))
