"""Which regions of a frame a pose network runs on, and in which order.

A network of a fixed input sees a person across the room as a few cells; a crop around a person whose place is known
costs the same and shows more. MoveNet and BlazePose are used in the same way (Bazarevsky et al., "BlazePose", 2020).
For a network that finds several people see :mod:`haredge.pose.shared_crop`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from haredge.core.interval import passed
from haredge.core.types import Box, Frame
from haredge.pose.motion import MotionDetector
from haredge.pose.region import Region
from haredge.pose.tracks import Track
from haredge.pose.turns import Turns

WHOLE_S: Final = 2.0
"""Seconds from one run on the whole image to the next while people are followed on crops: others may have come in."""

REMEMBERED_EVERY_S: Final = 0.5
"""Seconds from one run to the next on places where a person was lost."""

STILL_S: Final = 5.0
"""Seconds from one run to the next in a room where nothing moves and no person is known."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A region in which there may be people."""

    region: Region | None
    """None is the whole image."""
    track: int = 0
    """Number of the person who is expected there; 0 for anyone."""
    among: tuple[int, ...] = ()
    """Numbers of all the people who are expected there, if it is a part of the image for several."""
    confirm: bool = False
    """Whether a person found there counts only if a second pass, on a crop around them, finds them too."""
    moving: bool = False
    """Whether something moves where the person is expected: then they are no piece of furniture."""
    if_missed: bool = False
    """Whether the region is worth a run only if a person who was looked for in this frame has not been found."""


class RegionProposer(Protocol):
    """Proposes regions of each frame, the most promising first.

    A zone or a person detector is a proposer, which may wrap another one.
    """

    def propose(self, frame: Frame, known: Sequence[Track]) -> Iterable[Proposal]:
        """Yield the regions of a frame in the order in which to run on them; none if nothing is worth a run.

        ``known`` are the people who are followed, or remembered because they were lost. Called for each frame, in
        order.
        """

    def last_resort(self, frame: Frame) -> Region | None:
        """Return a region that is worth a run if all that was proposed has shown no one, known or new; None for none.

        Asked after :meth:`propose`, of the same frame, and only then.
        """


class Motion(Protocol):
    """Says whether anything moves."""

    def watch(self, frame: Frame) -> None:
        """Take the next frame; they come in order."""

    def moves(self) -> bool:
        """Whether something moves in the last frame, or it is not known yet."""

    def moves_in(self, box: Box) -> bool:
        """Whether something moves within a box of the last frame."""

    def moves_outside(self, region: Region) -> bool:
        """Whether something moves in the last frame that is not in a region."""

    def area(self) -> Box | None:
        """Return the box round the largest area that moves in the last frame; None if there is none."""


class CropsThenWhole:
    """For networks that find one person at a time: a crop around each person known, and the whole image for others."""

    def __init__(self, motion: Motion | None = None, turns: Turns | None = None) -> None:
        """Take what detects motion (a fresh one by default), and who chooses among people (None: all, every time)."""
        self._motion = motion or MotionDetector()
        self._turns = turns
        self._whole_t = self._remembered_t = -math.inf

    def propose(self, frame: Frame, known: Sequence[Track]) -> Iterator[Proposal]:
        """Yield one crop for each person followed, then the whole image: if that is due, or a person is missed."""
        self._motion.watch(frame)
        followed = [track for track in known if track.wanted and not track.is_lost(frame.t)]
        yield from self._crops(frame, followed)
        interval_s = WHOLE_S if followed else 0.0 if self._motion.moves() else STILL_S
        due = passed(self._whole_t, frame.t, interval_s)
        if due:
            self._whole_t = frame.t
        yield Proposal(None, confirm=True, if_missed=not due)
        lost = [track for track in known if track.is_lost(frame.t)]
        if lost and passed(self._remembered_t, frame.t, REMEMBERED_EVERY_S):
            self._remembered_t = frame.t
            yield from (_crop(track, frame, self._motion) for track in lost)

    def last_resort(self, frame: Frame) -> Region | None:  # noqa: ARG002
        """Return None: a network for one person searches where people were lost in any case."""
        return None

    def _crops(self, frame: Frame, people: Sequence[Track]) -> Iterator[Proposal]:
        if self._turns is None:
            yield from (_crop(track, frame, self._motion) for track in people)
            return
        for track in self._turns.choose(frame.t, people):
            begin = self._turns.clock()
            yield _crop(track, frame, self._motion)  # what is proposed is run on until the next proposal is asked for
            self._turns.took(self._turns.clock() - begin)


def _crop(track: Track, frame: Frame, motion: Motion) -> Proposal:
    """Propose a crop around where a person is expected."""
    expected = track.expected(frame.t)
    region = Region.around(expected.keypoints, frame.size)
    return Proposal(region, track.id, moving=motion.moves_in(expected.box))
