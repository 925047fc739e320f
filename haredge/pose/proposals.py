"""Which regions of a frame a pose network runs on, and in which order.

A network of a fixed input sees a person across the room as a few cells; a crop around a person whose place is known
costs the same and shows more. MoveNet and BlazePose are used in the same way (Bazarevsky et al., "BlazePose", 2020).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from haredge.core.types import Frame, Pose
from haredge.pose.region import Region

WHOLE_S: Final = 2.0
"""Seconds after which the whole image comes first again: a person nearer to the camera may have come in."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A region in which there may be people."""

    region: Region | None
    """None is the whole image."""
    confirm: bool
    """Whether a person found there counts only if a second pass, on a crop around them, finds them too."""


class RegionProposer(Protocol):
    """Proposes regions of each frame, the most promising first.

    A motion mask, a zone or a person detector is a proposer, which may wrap another one.
    """

    def propose(self, frame: Frame, known: Sequence[Pose]) -> Iterable[Proposal]:
        """Yield the regions of a frame in the order in which to run on them.

        ``known`` are the latest poses of the people who are being followed. Proposals are taken one at a time, and
        no more of them once all people wanted are found: what is not taken costs nothing.
        """


class KnownThenWhole:
    """Proposes crops around the people known, then the whole image; every ``WHOLE_S`` the other way round."""

    def __init__(self) -> None:
        self._whole_t = -math.inf

    def propose(self, frame: Frame, known: Sequence[Pose]) -> Iterator[Proposal]:
        """Yield one crop for each person known, and the whole image."""
        due = not 0 <= frame.t - self._whole_t < WHOLE_S
        size = (frame.image.shape[0], frame.image.shape[1])
        crops = [Proposal(Region.around(pose.keypoints, size), confirm=False) for pose in known]
        if not due:
            yield from crops
        self._whole_t = frame.t
        yield Proposal(None, confirm=True)
        if due:
            yield from crops
