"""What every clip must be, wherever it was read from, before anything is learnt from it or measured on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from haredge.activity.window import SEEN_SCORE
from haredge.core.errors import DataError
from haredge.datasets.clips import Clip
from haredge.datasets.left_out import LeftOut


def sound(path: Path, clips: Sequence[Clip]) -> list[Clip]:
    """Return the clips of a data set in which somebody is seen; log how many others there were.

    Raises :class:`DataError` for NaN, for times that do not grow, and where nobody is seen in any clip.
    """
    left_out = LeftOut(path)
    kept: list[Clip] = []
    for clip in clips:
        _check_numbers(path, clip)
        if (clip.keypoints[..., 2] >= SEEN_SCORE).any():
            kept.append(clip)
        else:
            left_out.add(clip.name, "nobody is seen in it: every keypoint is marked missing")
    return left_out.told(kept)


def _check_numbers(path: Path, clip: Clip) -> None:
    if len(clip.times) < 2 or len(clip.keypoints) != len(clip.times) or not (np.diff(clip.times) > 0).all():
        raise DataError(f"{path}: {clip.name}: two poses or more at growing times are needed")
    if not (finite := np.isfinite(clip.keypoints).all(axis=(1, 2))).all():
        raise DataError(f"{path}: {clip.name}: NaN or infinite in pose {int(np.argmin(finite))} (from 0)")
