"""People's keypoints from a PoseNet's tensors, against a plain oracle."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from haredge.core.types import Keypoints
from haredge.pose.decoders.posenet_people import MOST_PEOPLE, SAME_PERSON_PX, decode
from haredge.pose.decoders.posenet_tensors import EDGES, KEYPOINTS, Field, Tensors

STRIDE = 16


class Oracle:
    """The same answer written out one number at a time, in cells, with nothing but floats."""

    def __init__(self, heatmaps: Any, short: Any, mid: Any = None) -> None:
        self.heatmaps, self.short, self.mid = heatmaps, short, mid
        self.rows, self.columns = heatmaps.shape[:2]

    def clamp(self, row: float, column: float) -> tuple[float, float]:
        return min(max(row, 0.0), self.rows - 1.0), min(max(column, 0.0), self.columns - 1.0)

    def between(self, field: Any, row: float, column: float, channel: int) -> float:
        i, j = math.floor(row), math.floor(column)
        total = 0.0
        for di, share_i in ((0, 1 - (row - i)), (1, row - i)):
            for dj, share_j in ((0, 1 - (column - j)), (1, column - j)):
                if share_i and share_j:
                    total += share_i * share_j * float(field[i + di, j + dj, channel])
        return total

    def nearest(self, row: float, column: float) -> tuple[int, int]:
        row, column = self.clamp(row, column)
        return math.floor(row + 0.5), math.floor(column + 0.5)

    def nearer(self, row: float, column: float, part: int) -> tuple[float, float]:
        i, j = self.nearest(row, column)
        return self.clamp(i + float(self.short[i, j, part]), j + float(self.short[i, j, KEYPOINTS + part]))

    def smoothed(self, row: float, column: float, part: int) -> tuple[float, float]:
        down = self.between(self.short, row, column, part)
        return self.clamp(row + down, column + self.between(self.short, row, column, KEYPOINTS + part))

    def seeds(self) -> list[tuple[float, int, tuple[float, float]]]:
        found = []
        for i in range(self.rows):
            for j in range(self.columns):
                around = self.heatmaps[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
                for part in range(KEYPOINTS):
                    here = float(self.heatmaps[i, j, part])
                    if here >= 0 and here == around[..., part].max():
                        found.append((here, part, self.nearer(i, j, part)))
        return sorted(found, key=lambda seed: -seed[0])

    def walk(self, root: int, place: tuple[float, float]) -> list[tuple[float, float]]:
        reached = {root: place}
        while len(reached) < KEYPOINTS:
            for edge, (parent, child) in enumerate(EDGES):
                for source, target, block in ((parent, child, 0), (child, parent, 32)):
                    if source in reached and target not in reached:
                        reached[target] = self.step(reached[source], target, block + edge)
        return [self.clamp(*reached[part]) for part in range(KEYPOINTS)]

    def step(self, place: tuple[float, float], target: int, channel: int) -> tuple[float, float]:
        i, j = self.nearest(*place)
        down, right = float(self.mid[i, j, channel]), float(self.mid[i, j, channel + 16])
        i, j = self.nearest(place[0] + down, place[1] + right)
        return i + float(self.short[i, j, target]), j + float(self.short[i, j, KEYPOINTS + target])

    def finish(self, places: list[tuple[float, float]]) -> Keypoints:
        keypoints = []
        for part, (row, column) in enumerate(places):
            row, column = self.smoothed(*self.nearer(row, column, part), part)  # noqa: PLW2901
            logit = self.between(self.heatmaps, row, column, part)
            keypoints.append((column * STRIDE, row * STRIDE, 1 / (1 + math.exp(-logit))))
        return np.array(keypoints, np.float32)

    def people(self) -> list[Keypoints]:
        if self.mid is None:
            flat = self.heatmaps.reshape(-1, KEYPOINTS)
            peaks = [divmod(int(flat[:, part].argmax()), self.columns) for part in range(KEYPOINTS)]
            return [self.finish([self.nearer(i, j, part) for part, (i, j) in enumerate(peaks)])]
        seeds, people = self.seeds(), list[Keypoints]()
        while seeds and len(people) < MOST_PEOPLE:
            _, root, place = seeds[0]
            places = self.walk(root, place)
            people.append(self.finish(places))
            seeds = [s for s in seeds[1:] if math.dist(s[2], places[s[1]]) * STRIDE > SAME_PERSON_PX]
        return people


def quantised(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Field:
    return Field(rng.integers(0, 256, shape).astype(np.uint8), scale, 128)


def real(field: Field) -> NDArray[np.float64]:
    return (field.stored.astype(np.float64) - field.zero_point) * field.scale


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    rows=st.integers(1, 9),
    columns=st.integers(1, 9),
    quantise=st.booleans(),
    walk=st.booleans(),
)
@example(seed=3, rows=2, columns=2, quantise=True, walk=True)
def test_the_answer_is_the_oracles(seed: int, rows: int, columns: int, *, quantise: bool, walk: bool) -> None:
    """Whatever the tensors hold, stored as bytes or floats, the fast decoder finds what the plain one finds."""
    rng = np.random.default_rng(seed)
    fields = [
        quantised(rng, (rows, columns, channels), scale)
        # Powers of two: float32 and float64 then agree to the last bit, also half way between two cells.
        for channels, scale in ((KEYPOINTS, 1 / 16), (2 * KEYPOINTS, 1 / 256), (64, 1 / 32))
    ]
    heatmaps, short, mid = (field if quantise else Field(real(field).astype(np.float32)) for field in fields)
    answer = decode(Tensors(heatmaps, short, mid if walk else None, STRIDE))
    expected = Oracle(real(heatmaps), real(short), real(mid) if walk else None).people()
    assert answer == [pytest.approx(person, abs=0.02) for person in expected]


def drawn(people: list[NDArray[np.float64]], rows: int = 24, columns: int = 24, *, logit: float = 5.0) -> Tensors:
    """Perfect tensors of people given as (17, 2) rows and columns."""
    heatmaps = np.full((rows, columns, KEYPOINTS), -8.0, np.float32)
    short = np.zeros((rows, columns, 2 * KEYPOINTS), np.float32)
    mid = np.zeros((rows, columns, 64), np.float32)
    grid = np.moveaxis(np.mgrid[:rows, :columns], 0, -1)
    for person in people:
        for part in range(KEYPOINTS):
            away = person[part] - grid
            near = np.hypot(*np.moveaxis(away, -1, 0)) < 2
            heatmaps[near, part] = logit
            short[near, part], short[near, part + KEYPOINTS] = away[near, 0], away[near, 1]
            for edge, (parent, child) in enumerate(EDGES):
                for source, target, block in ((parent, child, 0), (child, parent, 32)):
                    if source == part:
                        mid[near, block + edge], mid[near, block + edge + 16] = (person[target] - grid[near]).T
    return Tensors(Field(heatmaps), Field(short), Field(mid), STRIDE)


def figure(top: float, left: float, size: float, seed: int = 0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).random((KEYPOINTS, 2)) * size + (top, left)


def test_two_people_never_make_one_skeleton() -> None:
    """Two people are two skeletons, each keypoint its own person's; the larger person comes first."""
    large, small = figure(4, 1, 10), figure(8, 15, 6, seed=1)
    tensors = drawn([small, large])
    answer = decode(tensors)
    assert len(answer) == 2
    for found, person in zip(answer, (large, small), strict=True):
        assert found[:, :2] == pytest.approx(person[:, ::-1] * STRIDE, abs=0.5)
        assert (found[:, 2] > 0.99).all()


def test_an_empty_image_has_no_people() -> None:
    """If no heatmap is positive, no person is found."""
    assert decode(drawn([], logit=-8)) == []


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_nan_and_infinity_break_nothing(poison: float, which: int) -> None:
    """A damaged network may give anything: places stay inside the image."""
    tensors = drawn([figure(4, 4, 10)])
    rng = np.random.default_rng(0)
    stored = tensors[which].stored  # type: ignore[union-attr]
    stored[rng.random(stored.shape) < 0.3] = poison
    with np.errstate(all="ignore"):
        answer = decode(tensors)
    assert all(np.isfinite(each[:, :2]).all() and (each[:, :2] <= 23 * STRIDE).all() for each in answer)
