"""What every clip must be, whichever format it was read from, and what is rejected, with the reason."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.types import SEEN_SCORE
from haredge.datasets.clips import LabelledClip

log = logging.getLogger(__name__)


class Rejected:
    """Clips of one data set that cannot be used, by the reason."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[str, list[str]] = {}

    def add(self, name: str, reason: str) -> None:
        """Reject one clip, for a reason that may apply to several."""
        self._names.setdefault(reason, []).append(name)

    def report(self, clips: list[LabelledClip]) -> list[LabelledClip]:
        """Log each reason once, with the number of clips, and return the clips that were not rejected.

        Raises :class:`DataError` if there are none.
        """
        if not clips:
            reasons = "; ".join(f"{counted(len(names), 'clip')}: {reason}" for reason, names in self._names.items())
            raise DataError(f"{self._path}: no clip in it can be used: {reasons or 'it is empty'}")
        for reason, names in self._names.items():
            more = ", ..." if len(names) > 1 else ""
            log.warning("%s: %s left out (%r%s): %s", self._path, counted(len(names), "clip"), names[0], more, reason)
        return clips


def checked(path: Path, clips: Sequence[LabelledClip]) -> list[LabelledClip]:
    """Return the clips of a data set in which a person is seen; log how many others there were.

    Raises :class:`DataError` for NaN, for scores outside 0 to 1, for times that do not grow, and if no person is seen
    in any clip.
    """
    rejected = Rejected(path)
    kept: list[LabelledClip] = []
    for clip in clips:
        _check_numbers(path, clip)
        if (clip.keypoints[..., 2] >= SEEN_SCORE).any():
            kept.append(clip)
        else:
            rejected.add(clip.name, "no person is seen in it: every keypoint is marked missing")
    return rejected.report(kept)


def _check_numbers(path: Path, clip: LabelledClip) -> None:
    if len(clip.times) < 2 or len(clip.keypoints) != len(clip.times) or not (np.diff(clip.times) > 0).all():
        raise DataError(f"{path}: {clip.name}: two poses or more at growing times are needed")
    if not (finite := np.isfinite(clip.keypoints).all(axis=(1, 2))).all():
        raise DataError(f"{path}: {clip.name}: NaN or infinite in pose {int(np.argmin(finite))} (from 0)")
    scores = clip.keypoints[..., 2]
    if not (sound := ((scores >= 0) & (scores <= 1)).all(axis=1)).all():
        raise DataError(f"{path}: {clip.name}: a score outside 0 to 1 in pose {int(np.argmin(sound))} (from 0)")
