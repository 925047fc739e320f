"""Motion capture: 3D joints over time with a label."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.features import JOINTS
from haredge.core.errors import DataError
from haredge.core.labels import composed
from haredge.datasets.archives import UNREADABLE, open_arrays
from haredge.datasets.clips import array_names

log = logging.getLogger(__name__)

QUIET: Final = 0.3
"""Share of the speed of a motion's busiest frames below which the person stands about."""

LEAST_TRIMMED_S: Final = 0.8
"""Seconds that must be left of a motion for it to be trimmed."""

Joints3D = NDArray[np.float32]
"""(..., 13, 3) metres: x, y up, z; the common joints in their order."""


@dataclass(frozen=True, slots=True)
class Motion:
    """One person's movement in space."""

    name: str
    label: str
    times: NDArray[np.float64]
    """(n,) growing seconds."""
    joints: Joints3D
    """(n, 13, 3)."""
    subject: str
    source: str
    """The data set."""

    @property
    def person(self) -> str:
        """Who moves, in all data sets: the group of the clips that are made of the motion."""
        return f"{self.source} {self.subject}"


def is_motions(path: Path) -> bool:
    """Return whether a path has the form of a file of motion capture."""
    return {"joints", "offset"} <= set(array_names(path))


def read(path: Path) -> list[Motion]:
    """Read a file of ``skeletons3d``: ``joints, offset, label, name, subject, fps`` (its README has the shapes).

    A data set that does not distinguish its subjects ("?") counts every recording as a subject of its own. Recordings
    that are not whole are left out, and logged. Raises :class:`DataError` if the file cannot be read.
    """
    try:
        with open_arrays(path) as arrays:
            joints, offset = arrays["joints"].astype(np.float32), arrays["offset"]
            columns = [arrays[key] for key in ("label", "name", "subject", "fps")]
        rates_hz = columns[-1].astype(np.float64)
        _check(joints, offset, columns, rates_hz)
    except UNREADABLE as error:
        raise DataError(f"{path}: not a file of 3D motions: {error}") from None
    rows = list(zip(*(map(str, column) for column in columns[:-1]), rates_hz.tolist(), strict=True))
    bodies = np.split(joints, offset[1:-1])
    whole = [_whole(body) for body in bodies]
    if not all(whole):
        log.warning(
            "%s: %d of %d movements left out (%r, ...): joints are missing in them, or arms end at the elbows",
            *(path, whole.count(False), len(whole), rows[whole.index(False)][1]),
        )
    return [
        Motion(
            name,
            composed(label),
            np.arange(len(body)) / fps,
            body,
            subject=name if subject == "?" else composed(subject),
            source=path.stem,
        )
        for (label, name, subject, fps), body, usable in zip(rows, bodies, whole, strict=True)
        if usable
    ]


def _check(
    joints: Joints3D, offset: NDArray[Any], columns: Sequence[NDArray[Any]], rates_hz: NDArray[np.float64]
) -> None:
    if joints.shape != (len(joints), len(JOINTS), 3):
        raise ValueError(f"needed are joints (frames, {len(JOINTS)}, 3)")
    if {column.shape for column in columns} != {(len(rates_hz),)}:
        raise ValueError("needed are a label, name, subject and fps of each movement")
    if not ((rates_hz > 0) & np.isfinite(rates_hz)).all():
        raise ValueError("needed are frames per second, fps, above 0")
    if offset.shape != (len(rates_hz) + 1,) or offset.dtype.kind not in "iu":
        raise ValueError("needed is the offset of each movement, and the end of the last")
    if offset[0] != 0 or offset[-1] != len(joints) or (offset[1:] < offset[:-1]).any():
        raise ValueError(f"offset must grow from 0 to the number of frames, {len(joints)}")


_FOREARMS: Final = [(JOINTS.index(f"{side}_elbow"), JOINTS.index(f"{side}_wrist")) for side in ("left", "right")]


def _whole(body: Joints3D) -> bool:
    """Whether a body has all its joints in two frames or more, and arms beyond the elbows, as none of `cmu8` has."""
    if len(body) < 2 or not np.isfinite(body).all():
        return False
    forearms = [np.linalg.norm(body[:, elbow] - body[:, wrist], axis=-1) for elbow, wrist in _FOREARMS]
    return bool(np.median(forearms) > 0.05)


def trimmed(motion: Motion) -> Motion:
    """Cut off the standing about before and after what the label means.

    Quiet are the frames in which the joints move slower than :data:`QUIET` times their busiest (90th percentile).
    """
    busy = np.flatnonzero(_speeds(motion) >= QUIET * np.quantile(_speeds(motion), 0.9))
    first, last = int(busy[0]), int(busy[-1]) + 1
    if motion.times[last] - motion.times[first] < LEAST_TRIMMED_S:
        return motion
    keep = slice(first, last + 1)
    return replace(motion, times=motion.times[keep], joints=motion.joints[keep])


def _speeds(motion: Motion) -> NDArray[np.float64]:
    """Mean speed of the joints between each two frames, smoothed over a fifth of a second: (n - 1,) metres a second."""
    steps = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1).mean(axis=-1) / np.diff(motion.times)
    width = max(1, round(0.2 / float(np.median(np.diff(motion.times)))))
    return np.convolve(steps, np.ones(width) / width, mode="same") if len(steps) >= width else steps
