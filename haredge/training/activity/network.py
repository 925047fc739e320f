"""The networks: nine encoded poses in, logits out."""

from __future__ import annotations

from typing import Any, Final

from haredge.features import SIZE
from haredge.window import LENGTH

UNITS: Final = 128
DROPOUT: Final = (0.2, 0.2, 0.1)


def lstm(labels: int, batch_size: int | None = None) -> Any:
    """Three LSTM layers of 128 units, dropout, batch normalisation, a dense layer of 32, one output for each label.

    ``batch_size`` is fixed at 1 for conversion to TFLite, which then fuses each LSTM into one operator. The outputs are
    logits; :mod:`haredge.training.activity.export` adds the softmax.
    """
    import tf_keras  # noqa: PLC0415  (heavy)

    layers = tf_keras.layers
    poses = tf_keras.Input((LENGTH, SIZE), batch_size=batch_size, name="poses")
    x = poses
    for index, dropout in enumerate(DROPOUT):
        last = index == len(DROPOUT) - 1
        # Unrolled for training, where it is faster; rolled for conversion, which fuses only that.
        x = layers.LSTM(UNITS, return_sequences=not last, unroll=batch_size is None, name=f"lstm{index}")(x)
        x = layers.Dropout(dropout, name=f"dropout{index}")(x)
    x = layers.BatchNormalization(name="normalised")(x)
    x = layers.Dense(32, activation="relu", name="dense")(x)
    return tf_keras.Model(poses, layers.Dense(labels, name="logits")(x), name="lstm")


NETWORKS: Final = {"lstm": lstm}
"""Makes a network by its name."""
