"""A detector of movement that sees it when it is to."""

from __future__ import annotations

from haredge.core.types import Box, Frame
from haredge.pose.region import Region

SMALL = Box(300, 200, 320, 230)
LEFT_HALF_PX = 320


class Motion:
    """Moves when it is to: in the image's left half, at a place, and outside a crop."""

    def __init__(self, *, moving: bool = False, outside: bool = False, place: Box = SMALL) -> None:
        self.moving, self.outside, self.place = moving, outside, place

    def watch(self, frame: Frame) -> None:
        pass

    def moves(self) -> bool:
        return self.moving

    def moves_in(self, box: Box) -> bool:
        return self.moving and box.left < LEFT_HALF_PX

    def moves_outside(self, region: Region) -> bool:
        return self.outside

    def area(self) -> Box | None:
        return self.place if self.moving else None
