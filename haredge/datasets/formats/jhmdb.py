"""JHMDB (Jhuang and others, ICCV 2013): 609 clips of 14 actions with annotated joints, in three official splits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.datasets.archives import UNREADABLE, open_arrays
from haredge.datasets.clips import LabelledClip, array_names, from_joints

RATE_HZ: Final = 30.0

SPLITS: Final = ("train", "test")

_JOINTS: Final = [2, 4, 3, 8, 7, 12, 11, 6, 5, 10, 9, 14, 13]
"""Index in JHMDB (neck, belly, face, R/L shoulder, hip, elbow, knee, wrist, ankle) of each common joint."""


def is_jhmdb(path: Path) -> bool:
    """Return whether a path has the form of a split of JHMDB."""
    return "train_joints" in array_names(path)


def read(path: Path) -> list[LabelledClip]:
    """Read one split's file (``split1.npz``). Raises :class:`DataError` if it cannot be read."""
    try:
        with open_arrays(path) as arrays:
            parts = {part: [arrays[f"{part}_{key}"] for key in ("joints", "length", "label")] for part in SPLITS}
    except UNREADABLE as error:
        raise DataError(f"{path}: not a split of JHMDB: {error}") from None
    if not all(_fits(*arrays) for arrays in parts.values()):
        raise DataError(f"{path}: not a split of JHMDB: joints, lengths and labels do not fit")
    return [clip for part, (joints, length, label) in parts.items() for clip in _clips(part, joints, length, label)]


def _fits(joints: NDArray[Any], length: NDArray[Any], label: NDArray[Any]) -> bool:
    kinds = joints.dtype.kind == "f" and length.dtype.kind in "iu"
    shapes = joints.shape == (len(joints), 15, 2) and length.ndim == 1 and label.shape == length.shape
    return bool(kinds and shapes and (length > 0).all() and length.sum() == len(joints))


def _clips(
    part: str, joints: NDArray[np.float32], length: NDArray[np.int32], label: NDArray[np.str_]
) -> list[LabelledClip]:
    bodies = np.split(joints[:, _JOINTS], np.cumsum(length)[:-1])
    return [_clip(f"{part}{index}", body, str(label[index]), part) for index, body in enumerate(bodies)]


def _clip(name: str, body: NDArray[np.float32], label: str, split: str) -> LabelledClip:
    keypoints = from_joints(body, np.ones(body.shape[:2]))
    return LabelledClip(name, label, np.arange(len(body)) / RATE_HZ, keypoints, group=name, split=split)
