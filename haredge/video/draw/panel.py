"""The annotated image: the video's own image with a skeleton, and below it a panel of what is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from haredge.activity.timeline import Span, rows_of
from haredge.core.clock import clock_time
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Image, Observation, Person
from haredge.opencv import cv2
from haredge.video.draw.bars import Grid, Shares, draw_bars
from haredge.video.draw.people import GROUND, draw_people
from haredge.video.draw.strip import FAINT, INK, Axis, Box, draw_now, draw_strips, draw_times
from haredge.video.draw.text import Pen, bgr, shortened, width_px, write, write_to
from haredge.video.palette import Colour, colours, person_colour
from haredge.video.words import alarm_words, as_words, not_reported, with_probability

_ALARM_INK: Final[Colour] = (255, 110, 100)

LEAST_SIDE_PX: Final = 320
MOST_SIDE_PX: Final = 1280
"""A narrower image is enlarged so that its panel can be read; a 4K one is reduced to what browsers play with ease."""

_MOST_ROWS: Final = 12
"""Rows of people in the image of a time line."""

_WIDTH_PX: Final = 1200
"""Width of that image."""

_LEAST_TIME_LINE: Final = 24
_PERSON: Final = 12
"""Height of the time line, and of a person's row in it, at a scale of 1."""

_BAR_PX: Final = 190
_ROW: Final = 22
"""Width and height of a bar at a scale of 1, with the labels' words."""


def shown_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the (height, width) at which an image of (height, width) pixels is shown; both even, as codecs want."""
    height, width = size
    scale = min(max(1.0, LEAST_SIDE_PX / width), MOST_SIDE_PX / max(height, width))
    return max(2, round(height * scale / 2) * 2), max(2, round(width * scale / 2) * 2)


@dataclass(frozen=True)
class Panel:
    """Draws annotated images of one video: every one has the same size."""

    shown: tuple[int, int]
    """(height, width) of the video's images as they are shown (:func:`shown_size`)."""
    labels: Sequence[str]
    """The classifier's labels."""
    background: Collection[str]
    """Those labels that are no activity to report."""
    most_people: int
    """How many people may be followed at a time: each has a row of the time line."""
    length_s: float
    """Length of the video; the time line grows past it where the file has promised too little."""
    colours: Mapping[str, Colour] = field(init=False)
    grid: Grid = field(init=False)

    def __post_init__(self) -> None:
        width = self.shown[1]
        object.__setattr__(self, "colours", colours(self.labels))
        grid = Grid.fit(len(self.labels), width - 2 * self._px(14), self._px(_BAR_PX))
        object.__setattr__(self, "grid", grid)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the annotated image; both even."""
        below = self._px(50) + self.grid.rows * self._px(_ROW) + self._time_line_px + self._px(40)
        return self.shown[0] + below + below % 2, self.shown[1]

    @property
    def _time_line_px(self) -> int:
        return self._px(max(_LEAST_TIME_LINE, _PERSON * self.most_people))

    def _px(self, at_scale_1: float) -> int:
        return round(at_scale_1 * max(0.75, min(2.0, self.shown[1] / 640)))

    def draw(self, observation: Observation, spans: Sequence[Span], start_s: float) -> Image:
        """Return the annotated image of one observation of a video that began at ``start_s``.

        ``spans`` are those of people so far.
        """
        height, width = self.shown
        image = np.empty((*self.size, 3), np.uint8)
        image[:] = bgr(GROUND)
        image[:height] = resized(observation.frame.image, self.shown)
        scale = width / observation.frame.image.shape[1]
        draw_people(image[:height], observation.people, scale=scale)
        self._heading(image, observation, start_s)
        self._bars(image, observation.people)
        self._time_line(image, observation.frame.t, spans, start_s)
        return image

    def _heading(self, image: Image, observation: Observation, start_s: float) -> None:
        label, margin = observation.activity.label, self._px(14)
        baseline, right = self.shown[0] + self._px(33), image.shape[1] - margin
        clock = Pen(self._px(10), FAINT)
        time = clock_time(observation.frame.t - start_s)
        write_to(image, time, right, baseline, clock)
        pen = Pen(self._px(16), FAINT if label in {NO_PERSON, UNKNOWN} else self.colours[label], bold=True)
        words = shortened(with_probability(observation.activity), pen, right - 2 * margin - width_px(time, clock))
        write(image, words, margin, baseline, pen)
        left = 2 * margin + width_px(words, pen)
        alarm = alarm_words(observation.fall_alarm)
        aside = alarm or not_reported(observation, self.labels, self.background)
        small = Pen(self._px(10), _ALARM_INK, bold=True) if alarm else clock
        write(image, shortened(aside, small, right - left - margin - width_px(time, clock)), left, baseline, small)

    def _bars(self, image: Image, people: Sequence[Person]) -> None:
        margin = self._px(14)
        top = self.shown[0] + self._px(50)
        box = Box(margin, top, image.shape[1] - 2 * margin, self.grid.rows * self._px(_ROW))
        shares = [
            Shares(
                person_colour(person.id), dict(zip(self.labels, person.prediction.probabilities.tolist(), strict=True))
            )
            for person in people
            if person.settled and person.prediction
        ]
        draw_bars(image, box, self.grid, shares[: self.most_people], {each: self.colours[each] for each in self.labels})

    def _time_line(self, image: Image, t: float, spans: Sequence[Span], start_s: float) -> None:
        margin = self._px(14)
        top = image.shape[0] - self._time_line_px - self._px(30)
        box = Box(margin, top, image.shape[1] - 2 * margin, self._time_line_px)
        axis = Axis(start_s, max(start_s + self.length_s, t))
        draw_strips(image, box, spans, axis, self.colours, most=self.most_people)
        draw_now(image, box, t, axis)
        draw_times(image, box, axis, Pen(self._px(8), FAINT))


def resized(image: Image, size: tuple[int, int]) -> Image:
    """Return an image at a (height, width), with no jagged edges if it is smaller."""
    if image.shape[:2] == size:
        return image
    smaller = size[0] < image.shape[0]
    resized = cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return np.asarray(resized, np.uint8)


def timeline_image(spans: Sequence[Span], labels: Sequence[str], title: str) -> Image:
    """Return the time line of a whole video as an image, a row a person, with the time of each activity in all."""
    totals = {label: sum(span.duration_s for span in spans if span.label == label) for label in (*labels, UNKNOWN)}
    shown = sorted((label for label in totals if totals[label] > 0), key=lambda label: -totals[label])
    rows = max(rows_of(spans, _MOST_ROWS).values(), default=0) + 1
    height = 44 if rows == 1 else 28 * rows
    image = np.empty((156 + height + 30 * max(1, -(-len(shown) // 3)), _WIDTH_PX, 3), np.uint8)
    image[:] = bgr(GROUND)
    write(image, shortened(title, Pen(15, INK, bold=True), _WIDTH_PX - 60), 30, 46, Pen(15, INK, bold=True))
    start_s, end_s = (spans[0].start_s, max(span.end_s for span in spans)) if spans else (0.0, 1.0)
    box, axis, palette = Box(30, 72, _WIDTH_PX - 60, height), Axis(start_s, max(end_s, start_s + 0.1)), colours(labels)
    draw_strips(image, box, spans, axis, palette, most=_MOST_ROWS)
    draw_times(image, box, axis, Pen(10, FAINT))
    for index, label in enumerate(shown):
        row, column = divmod(index, 3)
        left, baseline = 30 + column * (_WIDTH_PX - 60) // 3, box.bottom + 70 + 30 * row
        cv2.circle(image, (left + 8, baseline - 6), 8, bgr(palette[label]), cv2.FILLED, cv2.LINE_AA)
        write(image, f"{as_words(label)}  {clock_time(totals[label])}", left + 26, baseline, Pen(12, INK))
    return image
