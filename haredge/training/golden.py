"""Golden windows: made-up movements whose answers a model carries with it, so that a wrong interpreter is found out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX
from haredge.core.types import Keypoints
from haredge.datasets.clips import from_joints
from haredge.evaluation.windows import Classify
from haredge.manifest import GOLDEN
from haredge.training.pools import MotionPool, Spans, Windows
from haredge.training.synthetic_motions import draw_motions

_SPAN_S: Final = 1.5


@cache
def golden_windows() -> Keypoints:
    """Make the windows, one of each motion of the synthetic person, one more with its legs hidden: (n, 9, 17, 3).

    They are always the same, and cannot be changed.
    """
    pools = [MotionPool([motion], [0], Spans(_SPAN_S, _SPAN_S)) for motion in draw_motions(1, seed=9)]
    windows = np.concatenate([_seen(pool.draw(1, np.random.default_rng(9))) for pool in pools])
    half_seen = windows.copy()
    half_seen[:, :, INDEX["left_knee"] :, 2] = 0
    both = np.concatenate([windows, half_seen])
    both.flags.writeable = False
    return both


def _seen(windows: Windows) -> Keypoints:
    """Put windows into an image, 400 pixels to the unit of :func:`haredge.datasets.filming.project`."""
    return from_joints(320 + 400 * windows.places, windows.scores)


def write(folder: Path, classify: Classify) -> NDArray[np.float32]:
    """Write the golden windows and their answers into a model folder; return the answers (n, labels)."""
    windows = golden_windows()
    answers = classify(windows)
    np.savez_compressed(folder / GOLDEN, keypoints=windows, probabilities=answers)
    return answers
