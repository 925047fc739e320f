"""Promises of haredge.core.zone: what is inside, and which polygons make a zone."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from haredge.core.zone import Point, Zone, mistake_in

SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))
HORSESHOE = ((0.0, 0.0), (0.9, 0.0), (0.9, 0.9), (0.6, 0.9), (0.6, 0.3), (0.3, 0.3), (0.3, 0.9), (0.0, 0.9))
SHARE = st.floats(0, 1)
POINT = st.tuples(SHARE, SHARE)


@pytest.mark.parametrize("point", [(0.4, 0.4), (0.2, 0.2), (0.6, 0.6), (0.6, 0.3), (0.4, 0.2)])
def test_the_edge_belongs_to_a_zone(point: Point) -> None:
    """Feet on the line are in; so are those at the image's very edge, in a zone that ends there."""
    assert point in Zone("rug", SQUARE)


@pytest.mark.parametrize(
    "point", [(0.1, 0.4), (0.7, 0.4), (0.4, 0.1), (0.4, 0.7), (0.1, 0.2), (0.7, 0.6), (0.19, 0.19)]
)
def test_what_is_beside_a_zone_is_not_in_it(point: Point) -> None:
    """Level with an edge or a corner as well, where a ray would graze it."""
    assert point not in Zone("rug", SQUARE)


def test_a_zone_may_be_hollow() -> None:
    """Round a table, say: what the horseshoe surrounds is not in it."""
    zone = Zone("round", HORSESHOE)
    assert (0.45, 0.6) not in zone
    assert all(point in zone for point in [(0.1, 0.6), (0.75, 0.6), (0.45, 0.1)])


@given(st.lists(SHARE, min_size=3, max_size=9, unique=True), POINT)
def test_inside_is_what_the_corners_surround(angles: list[float], point: Point) -> None:
    """Of a convex polygon: a point is inside if it lies on the same side of every edge."""
    corners = [(0.5 + 0.5 * math.cos(math.tau * a), 0.5 + 0.5 * math.sin(math.tau * a)) for a in sorted(angles)]
    sides = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
    ]
    assume(min(map(abs, sides)) > 1e-6)
    assert (point in Zone("z", tuple(corners))) is (min(sides) > 0)


@given(st.lists(POINT, min_size=3, max_size=6), POINT, st.integers(0, 5), st.booleans())
@example([(1.0, 0.0), (1.0, 1.0), (2.225073858507203e-309, 0.0)], (0.0, 0.0), 0, True)
def test_where_a_polygon_begins_and_which_way_it_goes_does_not_matter(
    corners: list[Point], point: Point, first: int, backwards: bool
) -> None:
    """People draw clockwise and anticlockwise, and begin anywhere."""
    again = corners[first % len(corners) :] + corners[: first % len(corners)]
    again = again[::-1] if backwards else again
    assert (point in Zone("z", tuple(corners))) is (point in Zone("z", tuple(again)))
    assert (mistake_in(corners) is None) is (mistake_in(again) is None)


@pytest.mark.parametrize("polygon", [SQUARE, HORSESHOE, SQUARE[::-1], ((0, 0), (1, 0), (1, 1), (0.5, 1), (0, 1))])
def test_a_polygon_without_mistakes(polygon: tuple[Point, ...]) -> None:
    """A corner on a straight line is odd, but says clearly what is inside."""
    assert mistake_in(polygon) is None


@pytest.mark.parametrize(
    ("polygon", "mistake"),
    [
        ((), "has 0 points"),
        (SQUARE[:2], "has 2 points; a polygon has three or more"),
        ((*SQUARE, SQUARE[0]), "points 5 and 1 are the same"),
        ((SQUARE[0], SQUARE[0], *SQUARE[1:]), "points 1 and 2 are the same"),
        (((0, 0), (0.5, 0.5), (0.3, 0.3)), "has no area: all its points lie on one line"),
        (((0.1, 0.1), (0.2, 0.2), (0.3, 0.3), (0.7, 0.7)), "has no area: all its points lie on one line"),
        (((0.5, 0.5), (0.501, 0.5), (0.501, 0.501)), "smaller than a pixel"),
        ((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]), "crosses itself: the edge from (0.2, 0.2) to (0.6, 0.6) meets"),
        (((0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)), "crosses itself"),  # a corner on another edge
        (((0, 0), (1, 0), (0.5, 0), (0.5, 1)), "crosses itself"),  # there and back along a line
        (((0, 0), (1, 0), (1, 1), (0, 0), (0, 1)), "crosses itself"),  # through the same corner twice
    ],
)
def test_what_makes_no_zone(polygon: tuple[Point, ...], mistake: str) -> None:
    """Each is named so that it can be found in the file."""
    assert mistake in (mistake_in(polygon) or "")


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=4, unique=True))
def test_of_four_corners_some_order_makes_a_zone(places: list[tuple[int, int]]) -> None:
    """Unless three of them lie on a line, which may leave none: a quadrilateral crosses itself in some orders only."""
    a, b, c, d = [(x / 8, y / 8) for x, y in places]
    triples = [(a, b, c), (a, b, d), (a, c, d), (b, c, d)]
    assume(all(abs((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])) > 1e-9 for p, q, r in triples))
    orders = [(a, b, c, d), (a, b, d, c), (a, c, b, d)]
    fine = [order for order in orders if mistake_in(order) is None]
    assert len(fine) in {1, 3}
