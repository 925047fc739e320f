"""People's courses through the frames: whose each pose is that is found, and where each person is expected next.

Poses are assigned to people by keypoints and predicted motion, all at once and optimally. A person who is known needs
a lower presence than one who is new. A person who is hidden is expected where their way leads; one who is lost for
longer, and did not leave over the image's edge, is remembered where they were: a person who sleeps is still there.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import HIDDEN_S, Box, Pose
from haredge.pose.assignment import best_pairs
from haredge.pose.similarity import Bodies, centre_px, distinct, similarities, size_px

LOST_S: Final = HIDDEN_S
"""Seconds for which a person who is not found is expected to go on as before, and keeps a place among those tracked."""

REMEMBERED_S: Final = 30.0
"""Seconds for which a person who did not leave over the image's edge is the same one if found again where they were."""

OUT_S: Final = 0.25
"""Seconds without a pose after which a person whose way leads out of the image has left."""

EDGE: Final = 0.02
"""Share of the image's longer side within which a box touches its edge."""

REACH: Final = 0.12
"""Distance, as a share of a person's size, by which keypoints stray from where they are expected, from noise alone."""

FAR_REACH: Final = 1.2
"""What is added to it after a long time without a pose: a person turns, stops, or falls."""

REACH_S: Final = 0.9
"""Time constant with which it is added."""

LEAST_SIMILARITY: Final = 0.25
"""Similarity from which a pose may be that of a person who is known."""

STALE: Final = 0.8
"""Worth of a similarity to a person who is lost, beside one to a person who was there in the last frame."""

UNCONFIRMED_S: Final = 10.0
"""Seconds for which a person is followed on crops alone: a crop of the empty room, taken where a person was, shows a
false person in one of two or three of a hundred places, and might do so indefinitely."""

BYSTANDERS: Final = 6
"""People who are known beside those who are wanted: who is not known might be taken for one who is hidden."""

STEADY_S: Final = 0.25
"""Time constant of the smoothing of velocities, and, times 8, of sizes."""

CARRY_S: Final = 1.0
"""Time constant with which a person who is not found is expected to slow down."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A pose found in a frame."""

    pose: Pose
    whole: bool
    """Whether the person is seen in the whole image, not only in a crop around another: it may be a new one."""


@dataclass(frozen=True, slots=True)
class Track:
    """One person's course so far."""

    pose: Pose
    """The last one; its ``t`` is when the person was last found."""
    size_px: float
    """Longer side of the person's box, smoothed over two seconds: a person who bends does not become smaller."""
    velocity: tuple[float, float] = (0.0, 0.0)
    """x, y in pixels per second, smoothed."""
    looked_t: float = -math.inf
    """When the person was last looked for."""
    confirmed_t: float = -math.inf
    """When there was last more to show for the person than a crop around them."""
    wanted: bool = False
    """Whether the person is one of those who are returned, rather than a bystander."""

    @property
    def id(self) -> int:
        """The person's number."""
        return self.pose.track

    @property
    def speed(self) -> float:
        """The person's sizes per second."""
        return math.hypot(*self.velocity) / self.size_px

    def expected(self, t: float) -> Pose:
        """Return the pose that the person is expected to have; its ``t`` stays that of the last one."""
        x, y = self.onward_px(t)
        keypoints = self.pose.keypoints + np.array((x, y, 0), np.float32)
        left, top, right, bottom = self.pose.box
        return replace(self.pose, keypoints=keypoints, network_box=Box(left + x, top + y, right + x, bottom + y))

    def onward_px(self, t: float) -> tuple[float, float]:
        """Return how far the person is expected to have moved since the last pose, x and y."""
        onward_s = -CARRY_S * math.expm1(-(t - self.pose.t) / CARRY_S)
        return self.velocity[0] * onward_s, self.velocity[1] * onward_s

    def reach_px(self, t: float) -> float:
        """Return how far from where they are expected the person may be."""
        return self.size_px * (REACH - FAR_REACH * math.expm1(-(t - self.pose.t) / REACH_S))

    def seen(self, t: float, sighting: Sighting | None, *, looked_for: bool, confirmed: bool) -> Track:
        """Return the course up to ``t``, with a pose if one was found."""
        return replace(
            self._moved(sighting.pose) if sighting else self,
            looked_t=t if looked_for or sighting else self.looked_t,
            confirmed_t=t if confirmed or (sighting and sighting.whole) else self.confirmed_t,
        )

    def _moved(self, pose: Pose) -> Track:
        step_s = pose.t - self.pose.t
        share = -math.expm1(-step_s / STEADY_S)
        size_share = -math.expm1(-step_s / (8 * STEADY_S))
        x, y = _displacement(self.pose, pose) / max(step_s, 1e-3)
        return replace(
            self,
            pose=replace(pose, track=self.id),
            size_px=self.size_px + size_share * (size_px(pose) - self.size_px),
            velocity=(
                self.velocity[0] + share * (x - self.velocity[0]),
                self.velocity[1] + share * (y - self.velocity[1]),
            ),
        )

    def chosen(self, wanted: bool) -> Track:
        """Return the course of a person who is wanted, or is not."""
        return self if wanted == self.wanted else replace(self, wanted=wanted)

    def is_lost(self, t: float) -> bool:
        """Whether the person has not been found for so long that others may take their place."""
        return t - self.pose.t > LOST_S

    def has_left(self, t: float, image: tuple[int, int]) -> bool:
        """Whether the person is gone for good from an image of (height, width)."""
        missing_s = t - self.pose.t
        if missing_s <= OUT_S or self.looked_t <= self.pose.t:
            return False
        x, y = centre_px(self.expected(t))
        if not (0 <= x < image[1] and 0 <= y < image[0]):
            return True
        return missing_s > (LOST_S if _touches_edge(self.pose.box, image) else REMEMBERED_S)


def fits(tracks: Sequence[Track], poses: Sequence[Pose], t: float) -> NDArray[np.float64]:
    """Return how well each pose, found at ``t``, fits each person: (tracks, poses) similarities, 0 for not at all.

    One to a person who was lost is of less worth.
    """
    onward_px = np.array([track.onward_px(t) for track in tracks]).reshape(-1, 2)
    expected = Bodies.of([track.pose for track in tracks]).moved(onward_px)
    reach_px = np.array([track.reach_px(t) for track in tracks]).reshape(-1, 1)
    fit = similarities(expected, Bodies.of(poses), reach_px)
    worth = np.array([STALE if track.looked_t > track.pose.t else 1.0 for track in tracks]).reshape(-1, 1)
    return np.where(fit < LEAST_SIMILARITY, 0.0, fit * worth)


class Tracks:
    """The people of one source: who is known, and which number each has."""

    def __init__(self, most: int) -> None:
        """Return at most ``most`` people at a time; a few others are known, so that they are not mistaken for those."""
        self._most = most
        self._count = 0
        self._tracks: list[Track] = []

    def known(self) -> Sequence[Track]:
        """Return the people who are in view or remembered, in the order in which they came."""
        return tuple(self._tracks)

    def clear(self) -> None:
        """Forget all people; their numbers are not given again."""
        self._tracks = []

    def update(
        self,
        t: float,
        image: tuple[int, int],
        sightings: Sequence[Sighting],
        *,
        min_pose_score: float,
        looked_for: Collection[int],
        confirmed: Collection[int] = (),
    ) -> tuple[Pose, ...]:
        """Take what was found at ``t`` in an image of (height, width), and return the poses of the people in view.

        A person who is new needs a presence of ``min_pose_score`` in the whole image. ``looked_for`` are the numbers of
        the people who would have been found if they are there; a person who is not among them, and was not found by
        chance, is returned as they were last seen. ``confirmed`` are those that the whole image shows.
        """
        seen = [sightings[index] for index in distinct([one.pose for one in sightings])]
        pairs = best_pairs(fits(self._tracks, [one.pose for one in seen], t))
        found = {self._tracks[index].id: seen[number] for index, number in pairs}
        tracks = [
            track.seen(t, found.get(track.id), looked_for=track.id in looked_for, confirmed=track.id in confirmed)
            for track in self._tracks
        ]
        self._tracks = [track for track in tracks if not track.has_left(t, image)]
        taken = {number for _, number in pairs}
        new = [one.pose for number, one in enumerate(seen) if number not in taken and one.whole]
        self._add(t, new, min_pose_score)
        self._forget(t)
        self._choose(t)
        return tuple(track.pose for track in self._tracks if track.wanted and track.pose.t >= track.looked_t)

    def _add(self, t: float, poses: Iterable[Pose], min_pose_score: float) -> None:
        """Begin to follow people who are new, the most prominent ones if there are too many."""
        free = self._most + BYSTANDERS - sum(not track.is_lost(t) for track in self._tracks)
        new = [pose for pose in poses if pose.presence >= min_pose_score]
        for pose in sorted(new, key=prominence, reverse=True)[: max(free, 0)]:
            self._count += 1
            self._tracks.append(Track(replace(pose, track=self._count), size_px(pose), looked_t=t, confirmed_t=t))

    def _choose(self, t: float) -> None:
        """Choose, in the place of people who are lost, the most prominent of the others."""
        kept = {track.id for track in self._tracks if track.wanted and not track.is_lost(t)}
        others = [track for track in self._tracks if track.id not in kept and track.pose.t == t]
        others.sort(key=lambda track: prominence(track.pose), reverse=True)
        kept |= {track.id for track in others[: self._most - len(kept)]}
        self._tracks = [track.chosen(track.id in kept) for track in self._tracks]

    def _forget(self, t: float) -> None:
        """Forget a person who is seen on crops alone for too long, and of those who are lost all but the last few."""
        lost = sorted((track for track in self._tracks if track.is_lost(t)), key=lambda track: track.pose.t)
        too_many = {track.id for track in lost[: -self._most]}
        self._tracks = [
            track
            for track in self._tracks
            if track.id not in too_many and track.pose.t - track.confirmed_t <= UNCONFIRMED_S
        ]


def prominence(pose: Pose) -> float:
    """Return score times size: highest for the largest and most confident person, who changes least over frames."""
    confident = pose.keypoints[pose.keypoints[:, 2] >= 0.5, :2]
    size = float(np.hypot(*np.ptp(confident, axis=0))) if len(confident) else 0.0
    return pose.score * (1 + size)


def _displacement(before: Pose, after: Pose) -> NDArray[np.float64]:
    """Return by how far, x and y in pixels, a person has moved: the mean of the keypoints visible in both."""
    weights = np.sqrt(before.keypoints[:, 2] * after.keypoints[:, 2]).astype(np.float64)
    moved = (after.keypoints[:, :2] - before.keypoints[:, :2]).astype(np.float64)
    total = float(weights.sum())
    return weights @ moved / total if total else np.zeros(2)


def _touches_edge(box: Box, image: tuple[int, int]) -> bool:
    height, width = image
    margin = EDGE * max(image)
    return box.left <= margin or box.top <= margin or box.right >= width - margin or box.bottom >= height - margin
