"""Which pose is whose: one person tracked from frame to frame through what a pose network found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.window import MAX_GAP_S
from haredge.core.types import SEEN_SCORE, Keypoints, Pose
from haredge.pose.tracks import Sighting, Tracks, prominence

People = NDArray[np.float32]
"""(people, 17, 3): the keypoints of all people in one frame; (0, 17, 3) if there are none."""

NO_PEOPLE: Final[People] = np.zeros((0, 17, 3), np.float32)

MOST_PEOPLE: Final = 20
"""People who are tracked at a time."""

_TALL_PX: Final = 200.0
"""Size that half of all bodies reach when they are tracked: a format's units may be pixels or shares of the image."""

_MARGIN_PX: Final = 10 * _TALL_PX
"""What lies round all people: a format does not say how large the images were, and so not who left by an edge."""

Stretch = tuple[NDArray[np.float64], Keypoints]
"""Times (n,) and poses (n, 17, 3) of one person, with no gap of more than :data:`MAX_GAP_S`."""


def gathered(poses: Sequence[Keypoints]) -> People:
    """Put the poses (17, 3) of one frame together."""
    return np.stack(poses) if poses else NO_PEOPLE


def follow(times: Sequence[float], people: Sequence[People]) -> list[Stretch]:
    """Track one person through frames at growing times, in seconds.

    It begins with the largest and most confident person. If the person is out of sight for longer than a window may
    bridge, the stretch ends and the next begins, with that person or, if others are there first, with the largest and
    most confident of them. A stretch has two poses at least.
    """
    stretches: list[list[tuple[float, Keypoints]]] = [[]]
    followed = 0
    for t, found in _tracked(times, people):
        if stretches[-1] and t - stretches[-1][-1][0] > MAX_GAP_S:
            stretches.append([])
        if not stretches[-1] and found:
            followed = max(found, key=lambda track: prominence(found[track][0]))
        if followed in found:
            stretches[-1].append((t, found[followed][1]))
    return [
        (np.array([t for t, _ in each]), np.stack([pose for _, pose in each])) for each in stretches if len(each) > 1
    ]


def _tracked(
    times: Sequence[float], people: Sequence[People]
) -> Iterator[tuple[float, dict[int, tuple[Pose, Keypoints]]]]:
    """Yield each frame's time and its people by their track: as they were tracked, and as they were given."""
    low, scale, size = _measured(people)
    tracks = Tracks(MOST_PEOPLE)
    for t, everyone in zip(times, people, strict=True):
        seen = everyone[(everyone[..., 2] >= SEEN_SCORE).any(axis=1)]
        placed = seen.copy()
        placed[..., :2] = (seen[..., :2] - low) * scale + _MARGIN_PX
        poses = list(placed)
        given = {id(pose): original for pose, original in zip(poses, seen, strict=True)}
        found = tracks.update(
            t,
            size,
            [Sighting(Pose(t, pose), whole=True) for pose in poses],
            min_pose_score=0.0,
            looked_for={track.id for track in tracks.known()},
        )
        yield t, {pose.track: (pose, given[id(pose.keypoints)]) for pose in found}


def _measured(people: Sequence[People]) -> tuple[NDArray[np.float32], float, tuple[int, int]]:
    """Return the lowest x and y of all keypoints, what brings bodies to a usual size, and the (height, width) then."""
    poses = np.concatenate([NO_PEOPLE, *people])
    seen = poses[..., 2] >= SEEN_SCORE
    poses, seen = poses[seen.any(axis=1)], seen[seen.any(axis=1)]
    if not len(poses):
        return np.zeros(2, np.float32), 1.0, (1, 1)
    low, high = (np.where(seen[..., None], poses[..., :2], far) for far in (np.float32(1e9), np.float32(-1e9)))
    low, high = low.min(axis=1), high.max(axis=1)
    scale = _TALL_PX / max(float(np.median((high - low).max(axis=1))), 1e-6)
    width, height = ((high.max(axis=0) - low.min(axis=0)) * scale + 2 * _MARGIN_PX).tolist()
    return low.min(axis=0), scale, (round(height), round(width))
