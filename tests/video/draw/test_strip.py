"""Drawing time lines and bars."""

from __future__ import annotations

import numpy as np

from haredge.activity.timeline import Span
from haredge.core.labels import NO_PERSON
from haredge.core.types import Image
from haredge.video.draw.bars import Grid, Shares, draw_bars
from haredge.video.draw.strip import GROUND, Axis, Box, draw_now, draw_strips, draw_times
from haredge.video.draw.text import Pen, shortened, width_px
from haredge.video.palette import colours, person_colour

COLOURS = colours(["wave", "squat"])
BOX = Box(10, 20, 200, 16)


def black() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.zeros((60, 220, 3), np.uint8)


def test_spans_stand_where_they_happened() -> None:
    """Each in its colour, on an axis of time; no person in view is the empty ground."""
    image = black()
    spans = [Span("wave", 0, 5, 1, 1), Span(NO_PERSON, 5, 8, 1), Span("squat", 8, 8.001, 1, 1)]
    draw_strips(image, BOX, spans, Axis(0, 10), COLOURS, most=4)
    row = image[BOX.top]
    assert (row[10:14] == person_colour(1)[::-1]).all()
    assert (row[30:110] == COLOURS["wave"][::-1]).all()
    assert (row[111:169] == GROUND[::-1]).all()
    assert tuple(row[170]) == COLOURS["squat"][::-1]  # too short for a pixel, and shown all the same
    assert not image[: BOX.top].any()
    assert not image[BOX.bottom :].any()


def test_each_person_has_a_row() -> None:
    """As few as are needed share the height; one more than there are rows, at the same time, is left out."""

    def rows(*people: tuple[float, float], most: int = 3) -> list[int]:
        image = black()
        spans = [Span("wave", start, end, 1, number) for number, (start, end) in enumerate(people, 1)]
        draw_strips(image, Box(10, 0, 200, 60), spans, Axis(0, 10), COLOURS, most=most)
        return [strip_of(image, number) for number in range(1, len(people) + 1)]

    assert rows((0, 9)) == [60]
    assert rows((0, 9), (1, 9)) == [28, 30]
    assert rows((0, 9), (1, 9), (2, 9), (3, 9)) == [18, 18, 20, 0]
    assert rows((0, 9), (1, 4), (5, 9), most=2) == [28, 30, 30]


def strip_of(image: Image, number: int) -> int:
    """Return the height of the mark with a person's number."""
    return int((image == person_colour(number)[::-1]).all(axis=2).any(axis=1).sum())


def test_the_moment_is_marked_within_the_strip() -> None:
    """Also the first and the last, and one past the end."""
    for t in (0.0, 10.0, 99.0):
        image = black()
        draw_now(image, BOX, t, Axis(0, 10))
        columns = np.flatnonzero(image[BOX.top + 3].any(axis=1))
        assert columns.size
        assert BOX.left <= columns.min() <= columns.max() < BOX.right


def test_times_fit_under_any_film() -> None:
    """From a blink to a day, on a narrow image: something is written, and nothing outside the box's width."""
    for length_s in (0.04, 5.0, 61.0, 4000.0, 90_000.0):
        image = black()
        draw_times(image, BOX, Axis(0, length_s), Pen(6, (255, 255, 255)))
        columns = np.flatnonzero(image[BOX.bottom :].any(axis=(0, 2)))
        assert columns.size
        assert columns.min() >= BOX.left - 2
        assert columns.max() <= BOX.right + 2


def test_bars_are_as_long_as_probable() -> None:
    """Three quarters fill three quarters; nothing fills nothing."""

    def filled(share: float) -> int:
        image = black()
        draw_bars(image, BOX, Grid(1, 1), [Shares((1, 2, 3), {"wave": share})], {"wave": COLOURS["wave"]})
        return int((image[BOX.top + BOX.height // 2] == (3, 2, 1)).all(axis=1).sum())

    assert abs(filled(0.75) - 0.75 * filled(1.0)) <= 1
    assert filled(0.0) == 0


def test_each_person_has_a_bar() -> None:
    """In their colour, one below the other, however many they are."""
    image = black()
    people = [Shares((n, n, n), {"wave": 1.0}) for n in range(1, 11)]
    draw_bars(image, Box(0, 0, 200, 22), Grid(1, 1), people, {"wave": COLOURS["wave"]})
    column = image[:, 120, 0].tolist()
    assert [each for each in column if each] == sorted(each for each in column if each)
    assert set(column) >= set(range(1, 11))


def test_bars_share_the_width() -> None:
    """As many columns as fit, column by column, and no empty one."""
    assert Grid.fit(9, 600, 190) == Grid(3, 3)
    assert Grid.fit(4, 600, 190) == Grid(2, 2)
    assert Grid.fit(2, 100, 190) == Grid(1, 2)
    cells = [Grid(2, 2).cell(index, Box(0, 0, 100, 40), 10) for index in range(4)]
    assert [(cell.left, cell.top) for cell in cells] == [(0, 0), (0, 20), (55, 0), (55, 20)]


def test_words_are_shortened_to_their_place() -> None:
    """Whatever letters they hold, and down to nothing."""
    pen = Pen(10, (255, 255, 255))
    assert shortened("Übung", pen, 1000) == "Übung"
    cut = shortened("jumping jacks in a row", pen, 60)
    assert cut.endswith("..")
    assert width_px(cut, pen) <= 60
    assert shortened("wave", pen, 1) == ""
