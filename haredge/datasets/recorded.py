"""One's own recordings: the folders that ``haredge record`` and ``haredge extract`` write."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import numpy as np

from haredge.activity.window import MAX_GAP_S, SEEN_SCORE
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import Clip, array_names
from haredge.datasets.recording import ARRAYS, LEAST_POSES, SUFFIX, Recording
from haredge.manifest import PoseModel

log = logging.getLogger(__name__)

_FILES: Final = f"*/*{SUFFIX}"


def is_recordings(path: Path) -> bool:
    """Say whether a path is a folder of recordings: one for each label with files in it, one of them whole."""
    return path.is_dir() and any(set(array_names(file)) >= ARRAYS for file in sorted(path.glob(_FILES)))


def read(path: Path) -> list[Clip]:
    """Read a folder of recordings, in the order of its files; log how many are of no use.

    Raises :class:`DataError` where that is all of them, and for a file that is damaged or no recording.
    """
    clips: list[Clip] = []
    rejected, networks = Rejected(path), set()
    for file in sorted(path.glob(_FILES)):
        recording = Recording.load(file)
        if not (found := pieces(recording)):
            rejected.add(recording.about.name, f"no person is seen in two poses of it within {MAX_GAP_S:g} s")
        clips += found
        networks.add(recording.about.pose_model)
    if len(networks) > 1:
        names = ", ".join(sorted(network.name for network in networks))
        log.warning("%s: recorded with several pose networks (%s), which see differently", path, names)
    return rejected.report(clips)


def pose_model(path: Path) -> PoseModel:
    """Tell which pose network made a folder's recordings, by the first of them."""
    return Recording.load(min(path.glob(_FILES))).about.pose_model


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
