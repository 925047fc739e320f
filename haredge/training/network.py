"""The networks: nine encoded poses in, logits out.

Each is made by a function of the number of labels and the batch size. The batch size is None in training and 1 for
conversion to TFLite. The outputs are logits; :mod:`haredge.training.export` adds the softmax.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from haredge.activity.features import SIZE
from haredge.activity.window import LENGTH
from haredge.training.export import Maker

UNITS: Final = 128
GRU_UNITS: Final = 120
"""With 128 its file would be larger than 400 kB."""
DROPOUT: Final = (0.2, 0.2, 0.1)
MOMENTUM: Final = 0.9
"""Of batch normalisation: with Keras's 0.99 its statistics lag so far behind that a short training's network is unsure
of everything."""

CHANNELS: Final = 96
KERNEL: Final = 3
DILATIONS: Final = (1, 2, 4)


def lstm(labels: int, batch_size: int | None = None) -> Any:
    """Three LSTM layers of 128 units, dropout, batch normalisation, a dense layer of 32, one output for each label."""
    import tf_keras  # noqa: PLC0415  (heavy)

    poses = _poses(batch_size)
    # Unrolled for training, where it is faster; rolled for conversion, which fuses only that into one operator.
    unroll, x = batch_size is None, poses
    for index, dropout in enumerate(DROPOUT):
        last = index == len(DROPOUT) - 1
        x = tf_keras.layers.LSTM(UNITS, return_sequences=not last, unroll=unroll, name=f"lstm{index}")(x)
        x = tf_keras.layers.Dropout(dropout, name=f"dropout{index}")(x)
    return tf_keras.Model(poses, _answers(x, labels), name="lstm")


def gru(labels: int, batch_size: int | None = None) -> Any:
    """Make the same network with GRU layers (Cho and others, EMNLP 2014) of 120 units in the LSTM's place.

    Its biases are the weights of an input that is always one: TFLite keeps biases once for each of the nine steps.
    """
    import tf_keras  # noqa: PLC0415  (heavy)

    x = poses = _poses(batch_size)
    for index, dropout in enumerate(DROPOUT):
        last = index == len(DROPOUT) - 1
        x = tf_keras.layers.Lambda(_with_one, name=f"one{index}")(x)
        # TFLite has no GRU operator: a rolled one becomes a loop, which interpreters run slowly and XNNPACK not at all.
        layer = tf_keras.layers.GRU(
            GRU_UNITS, return_sequences=not last, unroll=True, use_bias=False, name=f"gru{index}"
        )
        x = tf_keras.layers.Dropout(dropout, name=f"dropout{index}")(layer(x))
    return tf_keras.Model(poses, _answers(x, labels), name="gru")


def _with_one(x: Any) -> Any:
    """Append a one to every pose's numbers: (n, 9, m) to (n, 9, m + 1)."""
    import tensorflow as tf  # noqa: PLC0415  (heavy)

    return tf.pad(x, [[0, 0], [0, 0], [0, 1]], constant_values=1.0)


def _poses(batch_size: int | None) -> Any:
    import tf_keras  # noqa: PLC0415  (heavy)

    return tf_keras.Input((LENGTH, SIZE), batch_size=batch_size, name="poses")


def _answers(x: Any, labels: int) -> Any:
    import tf_keras  # noqa: PLC0415  (heavy)

    layers = tf_keras.layers
    x = layers.BatchNormalization(momentum=MOMENTUM, name="normalised")(x)
    return layers.Dense(labels, name="logits")(layers.Dense(32, activation="relu", name="dense")(x))


def tcn(labels: int, batch_size: int | None = None) -> Any:
    """Temporal convolutions (Bai, Kolter, Koltun, arXiv:1803.01271): three residual blocks that look back ever farther.

    Each block has two causal convolutions over three poses, one, two and four poses apart; the newest pose's 96
    channels, which have seen all nine, are what the labels follow from.
    """
    import tf_keras  # noqa: PLC0415  (heavy)

    layers = tf_keras.layers
    poses = _poses(batch_size)
    x = layers.Conv1D(CHANNELS, 1, name="channels")(poses)
    for index, dilation in enumerate(DILATIONS):
        x = _residual(x, dilation, f"block{index}")
    x = layers.Cropping1D((LENGTH - 1, 0), name="newest")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dropout(DROPOUT[-1], name="dropout")(x)
    x = layers.Dense(32, activation="relu", name="dense")(x)
    return tf_keras.Model(poses, layers.Dense(labels, name="logits")(x), name="tcn")


def _residual(x: Any, dilation: int, name: str) -> Any:
    import tf_keras  # noqa: PLC0415  (heavy)

    layers, inner = tf_keras.layers, x
    for half in "ab":
        # A bias would be lost in the normalisation that follows.
        conv = layers.Conv1D(CHANNELS, KERNEL, padding="causal", dilation_rate=dilation, use_bias=False)
        inner = layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}{half}_normalised")(conv(inner))
        inner = layers.ReLU(name=f"{name}{half}_relu")(inner)
        inner = layers.Dropout(DROPOUT[0], name=f"{name}{half}_dropout")(inner)
    return layers.Add(name=f"{name}_sum")([x, inner])


@dataclass(frozen=True, slots=True)
class ActivityNetwork:
    """One architecture."""

    make: Callable[[int, int | None], Any]
    """Makes it for a number of labels and a batch size."""
    words: str
    """What a model card says of it."""


NETWORKS: Final[Mapping[str, ActivityNetwork]] = {
    "lstm": ActivityNetwork(lstm, "three LSTM layers of 128 units, batch normalisation, a dense layer of 32, softmax"),
    "gru": ActivityNetwork(
        gru, "three GRU layers of 120 units, unrolled, batch normalisation, a dense layer of 32, softmax"
    ),
    "tcn": ActivityNetwork(
        tcn,
        "three residual blocks of two causal convolutions each (96 channels, three poses, dilated by 1, 2 and 4), "
        "a dense layer of 32, softmax",
    ),
}
"""The architectures by name."""


def maker(model: Any) -> Maker:
    """Return how a network of this module is made again for conversion."""
    return Maker(__name__, (model.name, int(model.output_shape[-1])))


def remade(kind: str, labels: int) -> Any:
    """Make a network for one window at a time."""
    return NETWORKS[kind].make(labels, 1)
