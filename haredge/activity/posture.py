"""A posture lasts for as long as the torso stays where it is, recognised again or not.

The network is not sure of a person who stands at the sink in every second, but who has not moved their torso since they
were recognised as standing still stands.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX
from haredge.core.labels import LYING
from haredge.core.types import VISIBLE, Known, Pose

POSTURES: Final = frozenset({"standing", "sitting", LYING})
"""Labels of postures, if a model has them. What people do meanwhile, such as waving, leaves the torso where it is."""

REACH: Final = 0.4
"""How far shoulders and hips may be from where they were, in lengths of the torso: people sway.

Of 0.15, 0.25 and 0.4 with this one most of the time of Le2i's Coffee_room_01 is right: 48 of 88 s, 45 without postures
that last, and 0.9 s more are wrong."""

LEAST_TORSO: Final = 0.25
"""Least length of the torso, as a share of the longer side of the body: seen along its axis, it is foreshortened."""

_TORSO: Final = tuple(INDEX[f"{side}_{part}"] for part in ("shoulder", "hip") for side in ("left", "right"))
_FEWEST: Final = 2


class LastingPosture:
    """One person's posture, from when it is recognised until the torso moves."""

    def __init__(self) -> None:
        self._known: Known | None = None
        self._reference: NDArray[np.float32] = np.zeros((17, 3), np.float32)

    def update(self, pose: Pose | None) -> Known | None:
        """Take one frame's pose, None while the person is not detected; return the posture that lasts, if one does.

        Its probability is that with which it was recognised last.
        """
        if self._known is not None and pose is not None and self._has_moved(pose.keypoints):
            self._known = None
        return self._known

    def recognise(self, pose: Pose | None, known: Known | None) -> None:
        """Take note of what is recognised in the same frame, if anything is."""
        if pose is not None and known is not None and known.label in POSTURES:
            self._known, self._reference = known, pose.keypoints

    def _has_moved(self, keypoints: NDArray[np.float32]) -> bool:
        before, now = self._reference[_TORSO, :], keypoints[_TORSO, :]
        seen = (before[:, 2] >= VISIBLE) & (now[:, 2] >= VISIBLE)
        if seen.sum() < _FEWEST:
            return True
        away = np.hypot(*(now[seen, :2] - before[seen, :2]).T)
        return bool(away.max() > REACH * _torso_px(self._reference))


def _torso_px(keypoints: NDArray[np.float32]) -> float:
    visible = keypoints[:, 2] >= VISIBLE
    least = max(LEAST_TORSO * float(np.ptp(keypoints[visible, :2], axis=0).max()), 1.0)
    if not visible[_TORSO,].all():
        return least
    shoulders, hips = keypoints[_TORSO[:2], :2].mean(0), keypoints[_TORSO[2:], :2].mean(0)
    return max(float(np.hypot(*(shoulders - hips))), least)
