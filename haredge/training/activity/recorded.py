"""One's own recordings: the folders that ``haredge record`` and ``haredge extract`` write."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import numpy as np

from haredge.errors import DataError
from haredge.recording import ARRAYS, LEAST_POSES, SUFFIX, Recording
from haredge.training.activity.clips import Clip, array_names
from haredge.window import MAX_GAP_S, SEEN_SCORE

log = logging.getLogger(__name__)

_FILES: Final = f"*/*{SUFFIX}"


def is_recordings(path: Path) -> bool:
    """Say whether a path is a folder of recordings: one for each label with files in it, one of them whole."""
    return path.is_dir() and any(set(array_names(file)) >= ARRAYS for file in sorted(path.glob(_FILES)))


def read(path: Path) -> list[Clip]:
    """Read a folder of recordings, in the order of its files.

    Recordings of which nothing is of use are left out, and a warning tells how many. Raises :class:`DataError` where
    that is all of them, and for a file that is damaged or no recording.
    """
    recordings = [Recording.load(file) for file in sorted(path.glob(_FILES))]
    cut = [pieces(recording) for recording in recordings]
    if not any(cut):
        raise DataError(f"{path}: in none of its {len(cut)} recordings is anybody seen for two poses in a row")
    if useless := sum(not clips for clips in cut):
        log.warning("%s: %d of %d recordings left out: nobody is seen for two poses in a row", path, useless, len(cut))
    networks = sorted({recording.about.pose_model.name for recording in recordings})
    if len({recording.about.pose_model.sha256 for recording in recordings}) > 1:
        log.warning("%s: recorded with several pose networks (%s), which see differently", path, ", ".join(networks))
    return [clip for clips in cut for clip in clips]


def pieces(recording: Recording) -> list[Clip]:
    """Cut a recording where nobody was seen for longer than a window bridges, so that no window ever spans a gap.

    A pose in which no keypoint is seen is none. Pieces of fewer than two poses are dropped.
    """
    seen = (recording.keypoints[..., 2] >= SEEN_SCORE).any(axis=1)
    times, keypoints = recording.times[seen], recording.keypoints[seen]
    gaps = np.flatnonzero(np.diff(times) > MAX_GAP_S) + 1
    bodies = [
        (piece, body)
        for piece, body in zip(np.split(times, gaps), np.split(keypoints, gaps), strict=True)
        if len(piece) >= LEAST_POSES
    ]
    name, about = f"{recording.about.label}/{recording.about.name}", recording.about
    return [
        Clip(f"{name}#{index}" if len(bodies) > 1 else name, about.label, piece, body, about.group, network=True)
        for index, (piece, body) in enumerate(bodies, 1)
    ]
