"""The logistic function."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what share of one each of the log odds stands for."""
    return np.asarray((np.tanh(x / 2) + 1) / 2, np.float32)
