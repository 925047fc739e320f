"""A time line: which activity was when, as coloured strips, one for each person."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.activity.timeline import Span, rows_of
from haredge.core.clock import clock_time
from haredge.core.labels import UNKNOWN
from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.video.draw.text import Pen, bgr, shortened, width_px, write
from haredge.video.palette import Colour, ink_on, person_colour
from haredge.video.words import as_words

GROUND: Final[Colour] = (38, 43, 54)
INK: Final[Colour] = (235, 238, 245)
FAINT: Final[Colour] = (150, 158, 172)
_ON_COLOUR: Final[Colour] = (14, 16, 22)
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True, slots=True)
class Box:
    """A place in an image, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column that is no longer part of it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row that is no longer part of it."""
        return self.top + self.height


def fill(image: Image, box: Box, colour: Colour) -> None:
    """Fill a box; one without width or height leaves no trace."""
    if box.width > 0 and box.height > 0:
        corner = (box.right - 1, box.bottom - 1)
        cv2.rectangle(image, (box.left, box.top), corner, bgr(colour), cv2.FILLED)


def draw_box(image: Image, box: Box, colour: Colour) -> None:
    """Draw the outline of a box, with a dark one around it that is seen on every ground."""
    thick = max(2, round(min(image.shape[:2]) / 200))
    corners = (box.left, box.top), (max(box.left, box.right - 1), max(box.top, box.bottom - 1))
    cv2.rectangle(image, *corners, bgr(_ON_COLOUR), thick + 2)
    cv2.rectangle(image, *corners, bgr(colour), thick)


@dataclass(frozen=True, slots=True)
class Axis:
    """The stretch of time that a strip shows."""

    start_s: float
    end_s: float

    def x(self, t: float, box: Box) -> int:
        """Return the column of a time, within the box."""
        share = (t - self.start_s) / max(1e-9, self.end_s - self.start_s)
        return box.left + round(min(1.0, max(0.0, share)) * box.width)


def draw_strips(
    image: Image, box: Box, spans: Sequence[Span], axis: Axis, colours: Mapping[str, Colour], *, most: int
) -> None:
    """Draw people's spans on an axis of time, a row a person; ``most`` rows share the height, as few as are needed."""
    rows = rows_of(spans, most)
    count = max(rows.values(), default=0) + 1
    for row in range(count):
        top, bottom = (box.top + round(edge * box.height / count) for edge in (row, row + 1))
        gap = min(2, (bottom - top) // 6) if row < count - 1 else 0
        part = Box(box.left, top, box.width, bottom - top - gap)
        people = [person for person in rows if rows[person] == row]
        _draw_strip(image, part, [span for span in spans if span.person in people], axis, colours)
        for person in people:
            _number(image, part, person, axis.x(min(span.start_s for span in spans if span.person == person), part))


def _draw_strip(image: Image, box: Box, spans: Sequence[Span], axis: Axis, colours: Mapping[str, Colour]) -> None:
    """Draw the spans on an axis of time; those wide enough carry their word."""
    fill(image, box, GROUND)
    pen = Pen(max(6.0, min(16.0, box.height * 0.36)), _ON_COLOUR)
    for span in spans:
        left, right = axis.x(span.start_s, box), axis.x(span.end_s, box)
        # An activity shorter than a pixel is still shown.
        part = Box(left, box.top, max(1, right - left), box.height)
        fill(image, part, colours[span.label])
        if span.label != UNKNOWN:
            _name(image, part, as_words(span.label), pen)


def _number(image: Image, box: Box, person: int, left: int) -> None:
    """Mark where a person's spans begin with their number on their colour."""
    colour = person_colour(person)
    pen = Pen(max(6.0, min(14.0, box.height * 0.36)), ink_on(colour), bold=True)
    width = round(width_px(str(person), pen) + pen.height_px * 0.8)
    mark = Box(max(box.left, min(left, box.right - width)), box.top, width, box.height)
    fill(image, mark, colour)
    write(image, str(person), mark.left + pen.height_px * 0.4, box.top + (box.height + pen.height_px) / 2, pen)


def _name(image: Image, box: Box, words: str, pen: Pen) -> None:
    words = shortened(words, pen, box.width - pen.height_px)
    if len(words) > 3:
        left = box.left + (box.width - width_px(words, pen)) / 2
        write(image, words, left, box.top + (box.height + pen.height_px) / 2, pen)


def draw_now(image: Image, box: Box, t: float, axis: Axis) -> None:
    """Mark the moment that the image shows."""
    x, thick = axis.x(t, box), max(2, box.height // 12)
    fill(image, Box(min(x, box.right - thick), box.top - thick, thick, box.height + 2 * thick), INK)


def draw_times(image: Image, box: Box, axis: Axis, pen: Pen) -> None:
    """Write times under a strip, as many as fit."""
    length_s = axis.end_s - axis.start_s
    widest = width_px("00:00:00" if length_s >= 3600 else "00:00", pen) * 2
    step_s = next((s for s in _STEPS_S if length_s / s * widest <= box.width), math.ceil(length_s / 3600) * 3600)
    for n in range(math.floor(length_s / step_s) + 1):
        words = clock_time(n * step_s)
        x = axis.x(axis.start_s + n * step_s, box)
        fill(image, Box(min(x, box.right - 1), box.bottom, 1, round(pen.height_px / 2)), FAINT)
        left = min(max(box.left, x - width_px(words, pen) / 2), box.right - width_px(words, pen))
        write(image, words, left, box.bottom + 2 * pen.height_px, pen)
