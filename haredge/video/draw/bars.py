"""Probabilities as bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.core.types import Image
from haredge.video.draw.strip import FAINT, GROUND, INK, Box, fill
from haredge.video.draw.text import Pen, shortened, width_px, write, write_to
from haredge.video.palette import Colour
from haredge.video.words import as_words

_WORDS: Final = 0.6
"""Largest part of a bar's place that its label takes."""


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


@dataclass(frozen=True, slots=True)
class Shares:
    """One person's probabilities."""

    colour: Colour
    """The person's."""
    by_label: Mapping[str, float]


def draw_bars(
    image: Image,
    box: Box,
    grid: Grid,
    people: Sequence[Shares],
    colours: Mapping[str, Colour],
) -> None:
    """Draw a row for each label of ``colours``, with a bar for each person, and the largest of their probabilities."""
    pen = Pen(box.height / grid.rows * 0.38, INK if people else FAINT)
    words_px = _words_px(colours, pen, grid.cell(0, box, round(pen.height_px * 2.2)).width)
    for index, (label, colour) in enumerate(colours.items()):
        cell = grid.cell(index, box, round(pen.height_px * 2.2))
        baseline, dot = cell.top + (cell.height + pen.height_px) / 2, round(pen.height_px)
        fill(image, Box(cell.left, round(baseline) - dot, dot, dot), colour)
        write(image, shortened(as_words(label), pen, words_px), cell.left + 2 * dot, baseline, pen)
        most = max((each.by_label[label] for each in people), default=0.0)
        write_to(image, f"{most:.0%}".removesuffix("%"), cell.right, baseline, pen)
        left = cell.left + 3 * dot + round(words_px)
        _draw_bar(image, Box(left, cell.top, cell.right - left, cell.height), label, people, pen.height_px)


def _words_px(labels: Iterable[str], pen: Pen, cell_px: int) -> float:
    """Return the width for labels: that of the longest, so that "standing" is not "standing up" cut off."""
    return min(max((width_px(as_words(label), pen) for label in labels), default=0.0), cell_px * _WORDS)


def _draw_bar(image: Image, cell: Box, label: str, people: Sequence[Shares], text_px: float) -> None:
    left, right = cell.left, cell.right - round(text_px * 2.6)
    height = max(2, round(text_px * 0.9), 2 * len(people))
    ground = Box(left, round(cell.top + (cell.height - height) / 2), max(1, right - left), height)
    fill(image, ground, GROUND)
    for index, each in enumerate(people):
        top, bottom = (ground.top + round(edge * height / len(people)) for edge in (index, index + 1))
        width = round(ground.width * min(1.0, max(0.0, each.by_label[label])))
        fill(image, Box(ground.left, top, width, bottom - top), each.colour)
