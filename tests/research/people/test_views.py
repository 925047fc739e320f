"""What a network says of an image seen in turns and in a mirror is turned back to where it belongs."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from haredge.core.keypoints import MIRROR  # noqa: E402
from research.people.views import MIRRORED, NOTHING, TURNS, UPRIGHT, View  # noqa: E402

Tensor = Any

CELLS, SIDE = 16, 64
VIEWS = (*TURNS, MIRRORED, View(mirror_y=True), View(exchange=True))
KEYPOINT = 5


def said(place: tuple[float, float], keypoint: int) -> dict[str, Tensor]:
    """Answer as a network that sees a person, and one of the keypoints, at x, y of its image; pairs are exact."""
    x, y = place
    row, column = round(y / 4), round(x / 4)
    out = {name: torch.full((1, count, CELLS, CELLS), NOTHING) for name, count in (("centre", 1), ("heatmap", 17))}
    out["centre"][0, 0, row, column] = out["heatmap"][0, keypoint, row, column] = 2.0
    cells = torch.arange(CELLS) * 4.0
    for name in ("regress", "offset"):
        pairs = torch.zeros(1, 17, 2, CELLS, CELLS)
        pairs[0, keypoint, 0], pairs[0, keypoint, 1] = (y - cells[:, None]) / 4, (x - cells) / 4
        out[name] = pairs.flatten(1, 2)
    return out


def seen(view: View, x: float, y: float) -> tuple[float, float]:
    """Return where a view shows what is at x, y; a pixel's centre is at its index + 0.5."""
    x = SIDE + 1 - x if view.mirror_x else x
    y = SIDE + 1 - y if view.mirror_y else y
    return (y, x) if view.exchange else (x, y)


@pytest.mark.parametrize("view", VIEWS)
def test_a_pixel_is_seen_where_it_is_said_to_be(view: View) -> None:
    image = torch.zeros(1, 3, SIDE, SIDE)
    image[0, :, 11, 40] = 1.0
    x, y = seen(view, 40.5, 11.5)
    shown = view.of(image)
    assert float(shown[0, 0, int(y), int(x)]) == 1.0
    assert float(shown.sum()) == 3.0


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("place", [(10.3, 49.0), (30.5, 30.5), (57.2, 8.9)])
def test_people_and_keypoints_come_back_to_their_places(view: View, place: tuple[float, float]) -> None:
    """In a mirror what seems to be the left shoulder is the right one."""
    x, y = place
    back = view.back(said(seen(view, x, y), MIRROR[KEYPOINT] if view.mirrored else KEYPOINT))
    row, column = divmod(int(back["centre"].flatten().argmax()), CELLS)
    assert abs(4 * row - y) <= 3
    assert abs(4 * column - x) <= 3
    assert float(back["heatmap"][0, KEYPOINT, row, column]) == 2.0
    for name in ("regress", "offset"):
        pair = back[name].unflatten(1, (17, 2))[0, KEYPOINT, :, row, column] * 4
        assert (pair + torch.tensor([row, column]) * 4.0).tolist() == pytest.approx([y, x], abs=1e-3)


def test_turns_leave_left_on_the_left() -> None:
    assert not any(view.mirrored for view in TURNS)
    assert MIRRORED.mirrored
    outputs = said((20, 20), KEYPOINT)
    assert all(torch.equal(value, UPRIGHT.back(outputs)[name]) for name, value in outputs.items())


@pytest.mark.parametrize("view", VIEWS)
def test_a_cell_that_no_cell_comes_from_is_unknown(view: View) -> None:
    back = view.back({name: torch.ones(1, count, CELLS, CELLS) for name, count in COUNTS.items()})
    first_row, first_column = back["centre"][0, 0, 0, 1:], back["centre"][0, 0, 1:, 0]
    assert bool((first_row == (NOTHING if view.mirror_y else 1)).all())
    assert bool((first_column == (NOTHING if view.mirror_x else 1)).all())


COUNTS = {"centre": 1, "heatmap": 17, "regress": 34, "offset": 34}
