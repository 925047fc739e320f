"""The network's weights as arrays, and what of its architecture they do not say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[np.floating[Any]]]
"""Weights by the network's own names, PyTorch's layout."""

STRIDE: Final = 8
"""Input pixels from one cell of the outputs to the next."""
UNIT_PX: Final = 4.0
"""Unit of ``regress`` and ``offset`` in input pixels."""
STRIDE_2: Final = frozenset({1, 3, 6, 13})
"""Blocks that halve the resolution."""
TAPS: Final = {4: 2, 8: 5, 16: 9}
"""Blocks whose outputs the pyramid reads, by their strides; at stride 32 it reads the last layer."""
HEADS: Final = {"centre": 1, "regress": 34, "heatmap": 17, "offset": 34}


def save_weights(path: Path, weights: Weights) -> None:
    """Write weights as float16, whole or not at all."""
    fresh = path.with_suffix(".new.npz")
    halves: dict[str, Any] = {name: np.asarray(value, np.float16) for name, value in weights.items()}
    np.savez_compressed(fresh, **halves)
    fresh.rename(path)


def load_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Read what :func:`save_weights` or :mod:`research.people.movenet` wrote."""
    with np.load(path) as file:
        return {name: file[name].astype(np.float32) for name in file.files}
