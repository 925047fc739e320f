"""Recorded poses with a label: what every importer returns, and training and evaluation use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haredge.activity.features import JOINTS
from haredge.activity.window import LENGTH, offsets_s, resample
from haredge.core.keypoints import INDEX, NAMES
from haredge.core.labels import composed
from haredge.core.types import Keypoints
from haredge.datasets.archives import UNREADABLE, open_arrays

Split = str
"""`train`, `test`, or empty if a data set has no split of its own."""

_KEYPOINT_OF_JOINT = [INDEX["nose"], *(INDEX[name] for name in JOINTS[1:])]


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """One person's poses while doing one thing."""

    name: str
    """Names the clip within its data set."""
    label: str
    times: NDArray[np.float64]
    """(n,) growing seconds."""
    keypoints: Keypoints
    """(n, 17, 3) as :class:`haredge.core.types.Pose` has them: pixels and score."""
    group: str
    """Clips of one group (a subject, a recording) are never on both sides of a split."""
    split: Split = ""
    network: bool = False
    """Whether the poses were found by a pose network, errors and all, and not by people or a motion capture."""

    def __post_init__(self) -> None:
        """Bring label and group into one form: what appears the same is the same."""
        object.__setattr__(self, "label", composed(self.label))
        object.__setattr__(self, "group", composed(self.group))

    @property
    def duration_s(self) -> float:
        """Seconds from the first pose to the last."""
        return float(self.times[-1] - self.times[0])


def from_joints(places: NDArray[np.floating], scores: NDArray[np.floating]) -> Keypoints:
    """Spread the 13 common joints (..., 13, 2) and scores (..., 13) over COCO's 17; the head goes to the nose."""
    keypoints = np.zeros((*places.shape[:-2], len(NAMES), 3), np.float32)
    keypoints[..., _KEYPOINT_OF_JOINT, :2] = places
    keypoints[..., _KEYPOINT_OF_JOINT, 2] = scores
    return keypoints


def whole_window(clip: LabelledClip) -> Keypoints:
    """Cut the window of nine poses evenly spread over the whole clip: (9, 17, 3)."""
    return resample(clip.times, clip.keypoints, np.linspace(clip.times[0], clip.times[-1], LENGTH))


def sliding_windows(clip: LabelledClip, span_s: float, step_s: float) -> Keypoints:
    """Cut windows of ``span_s`` that start every ``step_s``: (m, 9, 17, 3).

    A clip shorter than the span gives one window, over the whole of it.
    """
    if clip.duration_s <= span_s:
        return whole_window(clip)[None]
    ends = np.arange(clip.times[0] + span_s, clip.times[-1] + 1e-9, step_s)
    return resample(clip.times, clip.keypoints, ends[:, None] + offsets_s(span_s))


def array_names(path: Path) -> list[str]:
    """Name the arrays in a .npz file; none if it is not such a file."""
    if path.suffix != ".npz" or not path.is_file():
        return []
    try:
        with open_arrays(path) as arrays:
            return list(arrays.files)
    except UNREADABLE:
        return []
