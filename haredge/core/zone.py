"""A zone: a named part of the image, such as the bed, drawn as a polygon.

Places are in shares of the image's width and height, so that a zone stays where it is at any resolution.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.core.counted import counted

Point = tuple[float, float]
"""x, y in shares of the image: (0, 0) is its top left corner, (1, 1) its bottom right."""

LEAST_AREA: Final = 1e-6
"""Share of the image under which a polygon has no area: less than a pixel."""

_ON_A_LINE: Final = 1e-9
"""Twice the area of a triangle under which its corners lie on one line, within rounding."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the image, and what it means."""

    name: str
    polygon: tuple[Point, ...]
    """Its corners in order, without the first one again at the end; see :func:`mistake_in`."""
    ignore: bool = False
    """Poses there are of no person: a television, a mirror, a window to the street."""
    rest: bool = False
    """Where people lie down to rest: a bed, a sofa."""

    def __contains__(self, point: Point) -> bool:
        """Return whether a point lies inside, or on the edge: a ray from inside leaves by an odd number of edges."""
        inside = False
        for edge in _edges(self.polygon):
            a, b = sorted(edge)  # the same rounding whichever way the polygon goes
            if _between(point, a, b):
                return True
            inside ^= _crosses_ray(point, a, b)
        return inside

    @property
    def area(self) -> float:
        """Share of the image that it covers, in [0, 1]."""
        return area(self.polygon)


def entity_name(name: str) -> str:
    """Return a zone's name as it stands in an entity's id: names with the same one are one to Home Assistant."""
    return name.lower().replace("-", "_")


def mistake_in(polygon: Sequence[Point]) -> str | None:
    """Return what keeps points from being the corners of a zone, in words; None if they may be."""
    if len(polygon) < 3:
        return f"has {counted(len(polygon), 'point')}; a polygon has three or more"
    for number, (a, b) in enumerate(_edges(polygon), 1):
        if a == b:
            return f"points {number} and {number % len(polygon) + 1} are the same"
    if all(abs(_turn(polygon[0], polygon[1], point)) <= _ON_A_LINE for point in polygon[2:]):
        return "has no area: all its points lie on one line"
    if crossing := _crossing(polygon):
        (a, b), (c, d) = crossing
        return f"crosses itself: the edge from {_shown(a)} to {_shown(b)} meets the one from {_shown(c)} to {_shown(d)}"
    if area(polygon) < LEAST_AREA:
        return "has no area: it is smaller than a pixel"
    return None


def area(polygon: Sequence[Point]) -> float:
    """Return the area of a polygon that does not cross itself."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in _edges(polygon))) / 2


def _edges(polygon: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return zip(polygon, (*polygon[1:], polygon[0]), strict=True)


def _crossing(polygon: Sequence[Point]) -> tuple[tuple[Point, Point], tuple[Point, Point]] | None:
    """Return two edges that share more than the corner between them."""
    edges = list(_edges(polygon))
    for (i, first), (j, second) in itertools.combinations(enumerate(edges), 2):
        if j == i + 1:
            touching = _folds_back(first, second)
        elif (i, j) == (0, len(edges) - 1):
            touching = _folds_back(second, first)
        else:
            touching = _meet(first, second)
        if touching:
            return first, second
    return None


def _folds_back(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    """Return whether an edge runs back along the one before it."""
    (a, b), (_, c) = first, second
    backwards = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0
    return abs(_turn(a, b, c)) <= _ON_A_LINE and backwards


def _meet(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    """Return whether two line segments have a point in common."""
    (a, b), (c, d) = first, second
    if any(_between(point, *edge) for point, edge in ((a, second), (b, second), (c, first), (d, first))):
        return True
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    """Return twice the signed area of a triangle: 0 if its corners lie on one line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(point: Point, a: Point, b: Point) -> bool:
    """Return whether a point lies on the line from ``a`` to ``b``."""
    within = min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])
    return within and abs(_turn(a, b, point)) <= _ON_A_LINE


def _crosses_ray(point: Point, a: Point, b: Point) -> bool:
    """Return whether the ray from a point to the right crosses an edge; a corner counts for the edge below it."""
    x, y = point
    return (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])


def _shown(point: Point) -> str:
    return f"({point[0]:g}, {point[1]:g})"
