"""The still network: EfficientNet-Lite0's body (inverted residuals, ReLU6), one output for each label.

M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling", ICML 2019; Lite is the form for whole numbers, without
squeezes and with ReLU6. Batch normalisation is folded away: weights are a kernel and a bias for each convolution, in
the order in which they are computed, kernels (height, width, in, out), depthwise ones (height, width, channels, 1).

The input is RGB in [-1, 1], the output logits; :mod:`haredge.training.export` adds the softmax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Weights = list[NDArray[np.float32]]
"""Kernel and bias of each layer in turn, as Keras orders them."""


@dataclass(frozen=True, slots=True)
class Block:
    """An inverted residual: expansion to ``expanded`` channels, depthwise convolution, projection to ``out``."""

    expanded: int
    out: int
    kernel: int
    stride: int = 1

    def layers(self, c_in: int) -> int:
        """Return how many convolutions it has after a layer of ``c_in`` channels."""
        return 2 if self.expanded == c_in else 3


STEM: Final = 32
TOP: Final = 1280
DROPOUT: Final = 0.2


def stage(count: int, c_in: int, out: int, kernel: int, stride: int) -> tuple[Block, ...]:
    """Return ``count`` blocks that expand six times, of which the first has the stride."""
    first = Block(6 * c_in, out, kernel, stride)
    return first, *(Block(6 * out, out, kernel) for _ in range(count - 1))


BLOCKS: Final = (
    Block(32, 16, 3),
    *stage(2, 16, 24, 3, 2),
    *stage(2, 24, 40, 5, 2),
    *stage(3, 40, 80, 3, 2),
    *stage(3, 80, 112, 5, 1),
    *stage(4, 112, 192, 5, 2),
    *stage(1, 192, 320, 3, 1),
)
"""EfficientNet-Lite0's, at strides 2, 4, 8, 16, 16, 32 and 32 by stage."""

WORDS: Final = "EfficientNet-Lite0's body (16 inverted residuals, ReLU6), mean over the image, dense layer, softmax"
"""What a model card says of it."""


def whole(labels: int, size: tuple[int, int], batch_size: int | None = None) -> Any:
    """Make the network of images (height, width, 3)."""
    import tf_keras  # noqa: PLC0415  (heavy)

    images = tf_keras.Input((*size, 3), batch_size=batch_size, name="images")
    return tf_keras.Model(images, _answers(_body(images, 0, len(BLOCKS)), labels))


def lower(size: tuple[int, int], blocks: int) -> Any:
    """Make the stem and the first ``blocks`` blocks alone."""
    import tf_keras  # noqa: PLC0415  (heavy)

    images = tf_keras.Input((*size, 3), name="images")
    return tf_keras.Model(images, _body(images, 0, blocks))


def upper(labels: int, shape: Sequence[int], blocks: int) -> Any:
    """Make what follows the first ``blocks`` blocks, whose outputs have a ``shape`` (height, width, channels)."""
    import tf_keras  # noqa: PLC0415  (heavy)

    features = tf_keras.Input(tuple(shape), name="features")
    return tf_keras.Model(features, _answers(_body(features, blocks, len(BLOCKS)), labels))


def remade(labels: int, height: int, width: int) -> Any:
    """Make the network for one image at a time, for conversion."""
    return whole(labels, (height, width), 1)


def arrays_of(blocks: int) -> int:
    """Return how many arrays of :data:`Weights` the stem and the first ``blocks`` blocks have."""
    widths = (STEM, *(block.out for block in BLOCKS))
    return 2 * (1 + sum(block.layers(width) for block, width in zip(BLOCKS[:blocks], widths, strict=False)))


def _body(x: Any, first: int, last: int) -> Any:
    from tf_keras import layers  # noqa: PLC0415  (heavy)

    if first == 0:
        x = layers.Conv2D(STEM, 3, 2, padding="same")(x)
        x = layers.ReLU(6.0)(x)
    for block in BLOCKS[first:last]:
        x = _residual(x, block)
    return x


def _residual(x: Any, block: Block) -> Any:
    from tf_keras import layers  # noqa: PLC0415  (heavy)

    y, c_in = x, int(x.shape[-1])
    if block.expanded != c_in:
        y = layers.ReLU(6.0)(layers.Conv2D(block.expanded, 1)(y))
    y = layers.DepthwiseConv2D(block.kernel, block.stride, padding="same")(y)
    y = layers.Conv2D(block.out, 1)(layers.ReLU(6.0)(y))
    return layers.Add()([x, y]) if block.stride == 1 and block.out == c_in else y


def _answers(x: Any, labels: int) -> Any:
    from tf_keras import layers  # noqa: PLC0415  (heavy)

    x = layers.ReLU(6.0)(layers.Conv2D(TOP, 1)(x))
    x = layers.Dropout(DROPOUT)(layers.GlobalAveragePooling2D()(x))
    return layers.Dense(labels, name="logits")(x)
