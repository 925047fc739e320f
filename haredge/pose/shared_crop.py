"""For networks that find several people at once: one crop for all who are followed, the whole image for others.

People across the room are a few cells of the network's input, and more of them in a crop. One crop shows everyone who
is followed, and costs what the whole image does. Where a network puts a keypoint depends a little on how large a
person is to it: the crop therefore changes slowly, and who is found in it is not taken from the whole image.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from haredge.core.interval import passed
from haredge.core.types import Box, Frame
from haredge.pose.motion import MotionDetector
from haredge.pose.proposals import REMEMBERED_EVERY_S, STILL_S, WHOLE_S, Motion, Proposal
from haredge.pose.region import Region
from haredge.pose.tracks import Track

RESTLESS_S: Final = 0.5
"""The same as WHOLE_S while something moves outside the crop, or a person has not been found for as long as that."""

MARGIN: Final = 0.5
"""Room that each person needs on every side, as a share of their size: they move, fall, and stretch out their arms."""

SPARE: Final = 1.2
"""Side that a crop shrinks to, as a multiple of what is needed."""

SHRINK_S: Final = 1.0
"""Time constant with which it shrinks; it grows at once."""

LEAST: Final = 0.5
"""Least side of a crop, as a share of the image's longer one: what is enlarged further is hardly ever a person."""

MOST: Final = 0.8
"""Side, as a share of the image's longer one, from which a crop shows hardly more than the whole image."""

MOVING_LEAST: Final = 0.4
"""Least side of a crop where something moves, as a share of the image's shorter one: often only a hand moves."""

MOVING_MOST: Final = 1.0
"""Greatest side, as a share of the image's shorter one: a larger crop hardly shows more than the whole image."""


class SharedCrop:
    """Proposes a crop around everyone who is followed, and the whole image where others may have come in.

    If neither shows anyone, what moves is worth a crop: people who are small in the image, or hardly stand out from
    it, are found in this way. Implements :class:`haredge.pose.proposals.RegionProposer`.
    """

    def __init__(self, motion: Motion | None = None) -> None:
        """Take what detects motion; a fresh one by default."""
        self._motion = motion or MotionDetector()
        self._view = FollowingView()
        self._run_t = self._whole_t = -math.inf

    def propose(self, frame: Frame, known: Sequence[Track]) -> Iterator[Proposal]:
        """Yield the crop, if it is worth one, and the whole image: if that is due, or the crop misses a person.

        In a still room in which no one is followed most frames are worth nothing.
        """
        self._motion.watch(frame)
        followed = [track for track in known if not track.is_lost(frame.t)]
        interval_s = 0.0 if followed or self._motion.moves() else REMEMBERED_EVERY_S if known else STILL_S
        if 0 <= frame.t - self._run_t < interval_s:
            return
        self._run_t = frame.t
        crop = self._view.update(followed, frame)
        if crop is not None:
            yield Proposal(crop, among=tuple(track.id for track in followed))
        hidden = any(frame.t - track.pose.t > RESTLESS_S for track in followed)
        if crop is None or self._is_due(frame.t, restless=hidden or self._motion.moves_outside(crop)):
            self._whole_t = frame.t
            yield Proposal(None)
        elif not hidden:
            yield Proposal(None, if_missed=True)

    def _is_due(self, t: float, *, restless: bool) -> bool:
        return passed(self._whole_t, t, RESTLESS_S if restless else WHOLE_S)

    def last_resort(self, frame: Frame) -> Region | None:
        """Return a crop around what moves; None if nothing does, or nothing was worth a run."""
        area, size = self._motion.area() if self._run_t == frame.t else None, frame.size
        if area is None:
            return None
        return Region.about(area, size, MOVING_LEAST * min(size), MOVING_MOST * min(size))


class FollowingView:
    """A part of the image that follows people without jerks; to begin with it is all of it."""

    def __init__(self) -> None:
        self._box: Box | None = None
        self._t = 0.0

    def update(self, people: Sequence[Track], frame: Frame) -> Region | None:
        """Return the square that shows all these people in a frame; None without any, or for all of the image."""
        if not people:
            self._box = None
            return None
        height, width = frame.size
        needed = _needed(people, frame)
        goal = Region.square(needed, max(SPARE * _longer(needed), LEAST * max(height, width)), (height, width))
        before = np.array(self._box or (0, 0, width, height), float)
        share = -math.expm1(-(frame.t - self._t) / SHRINK_S) if self._box else 0.0
        left, top, right, bottom = (before + share * (np.array(goal.sides) - before)).tolist()
        self._box = Box(
            min(left, needed.left), min(top, needed.top), max(right, needed.right), max(bottom, needed.bottom)
        )
        self._t = frame.t
        side = _longer(self._box)
        return Region.square(self._box, side, (height, width)) if side < MOST * max(height, width) else None


def _needed(people: Sequence[Track], frame: Frame) -> Box:
    """Return the part of the image, in its pixels, that people need for themselves and their next movements."""
    height, width = frame.size
    boxes = np.array([track.expected(frame.t).box for track in people])
    room = MARGIN * np.array([[track.size_px] for track in people])
    low = np.clip((boxes[:, :2] - room).min(0), 0, (width, height))
    high = np.clip((boxes[:, 2:] + room).max(0), 0, (width, height))
    return Box(*low.tolist(), *high.tolist())


def _longer(box: Box) -> float:
    return max(box.right - box.left, box.bottom - box.top)
