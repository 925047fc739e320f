"""Probabilities as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from haredge.core.types import Image
from haredge.video.draw.strip import FAINT, GROUND, INK, Box, fill
from haredge.video.draw.text import Pen, shortened, write, write_to
from haredge.video.palette import Colour, as_words


@dataclass(frozen=True, slots=True)
class Grid:
    """How bars share a width: column by column, from the top."""

    columns: int
    rows: int

    @classmethod
    def fit(cls, count: int, width: int, least_px: float) -> Grid:
        """Take as many columns as leave each ``least_px``."""
        columns = min(count, max(1, int(width // least_px)))
        rows = -(-count // columns)
        return cls(-(-count // rows), rows)

    def cell(self, index: int, box: Box, gap: int) -> Box:
        """Return the place of one bar."""
        column, row = divmod(index, self.rows)
        width = (box.width - gap * (self.columns - 1)) // self.columns
        height = box.height // self.rows
        return Box(box.left + column * (width + gap), box.top + row * height, width, height)


def draw_bars(
    image: Image,
    box: Box,
    grid: Grid,
    shares: Mapping[str, float],
    colours: Mapping[str, Colour],
    *,
    faint: bool = False,
) -> None:
    """Draw one bar for each label and its share, from 0 to 1; ``faint`` says that the shares mean nothing yet."""
    pen = Pen(box.height / grid.rows * 0.38, FAINT if faint else INK)
    for index, (label, share) in enumerate(shares.items()):
        cell = grid.cell(index, box, round(pen.height_px * 2.2))
        baseline = cell.top + (cell.height + pen.height_px) / 2
        write(image, shortened(as_words(label), pen, cell.width * 0.42), cell.left, baseline, pen)
        write_to(image, f"{share:.0%}".removesuffix("%"), cell.right, baseline, pen)
        _draw_bar(image, cell, share, colours[label], pen.height_px)


def _draw_bar(image: Image, cell: Box, share: float, colour: Colour, text_px: float) -> None:
    left, right = cell.left + round(cell.width * 0.45), cell.right - round(text_px * 2.6)
    height = max(2, round(text_px * 0.9))
    ground = Box(left, round(cell.top + (cell.height - height) / 2), max(1, right - left), height)
    fill(image, ground, GROUND)
    fill(image, replace(ground, width=round(ground.width * min(1.0, max(0.0, share)))), colour)
