"""What a guide says on a larger image is asked of the network at its own cells, and what is known goes before it."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from research.people.batch import People  # noqa: E402
from research.people.guide import MORE_LIKELY, THERE, Wanted, agreed, corrected, gathered, losses  # noqa: E402

Tensor = Any

FINE, CELLS = 64, 24
"""Cells of a guide of 256 pixels, and of a network of 192."""
LARGER = 256 / 192
UNSURE = -9.0


def said(x: float, y: float) -> dict[str, Tensor]:
    """Answer as a guide that sees one person, all of whose keypoints are at x, y of the smaller image."""
    out = {name: torch.zeros(1, 34, FINE, FINE) for name in ("regress", "offset")}
    out |= {name: torch.full((1, count, FINE, FINE), UNSURE) for name, count in (("centre", 1), ("heatmap", 17))}
    row, column = round(y * LARGER / 4), round(x * LARGER / 4)
    out["centre"][0, 0, row, column] = 3
    out["heatmap"][0, :, row, column] = 3
    cells = torch.arange(FINE) * 4.0
    for name in ("regress", "offset"):
        out[name][0, 0::2] = (y * LARGER - cells[:, None]) / 4
        out[name][0, 1::2] = (x * LARGER - cells) / 4
    return out


def nobody(*, empty: bool = False) -> People:
    return People(torch.zeros(1, 1, 17, 4), torch.zeros(1, 1, 4), torch.zeros(1, 1, 4), torch.tensor([empty]))


def somebody(x: float, y: float, weight: float = 1.0, size: float = 40.0) -> People:
    keypoints = torch.tensor([x, y, 1.0, weight]).expand(1, 1, 17, 4).clone()
    box = torch.tensor([[[x - size / 2, y - size / 2, x + size / 2, y + size / 2]]])
    return People(keypoints, box, torch.zeros(1, 1, 4), torch.tensor([False]))


def as_outputs(wanted: Wanted) -> dict[str, Tensor]:
    return {
        "centre": torch.logit(wanted.centre, 1e-6)[:, None],
        "heatmap": torch.logit(wanted.heatmap, 1e-6),
        "regress": wanted.regress.flatten(1, 2),
        "offset": wanted.offset.flatten(1, 2),
    }


@pytest.mark.parametrize(("x", "y"), [(50.0, 90.0), (3.0, 180.0), (101.3, 77.7), (96.0, 96.0)])
def test_a_person_is_found_at_the_cell_and_at_the_place_where_the_guide_sees_them(x: float, y: float) -> None:
    wanted = gathered(said(x, y), LARGER)
    assert wanted.centre.shape == (1, CELLS, CELLS)
    row, column = divmod(int(wanted.centre.flatten().argmax()), CELLS)
    assert abs(row * 8 - y) <= 8
    assert abs(column * 8 - x) <= 8
    for pairs in (wanted.regress, wanted.offset):
        place = pairs[0, 5, :, row, column] * 4 + torch.tensor([row, column]) * 8.0
        assert place.tolist() == pytest.approx([y, x], abs=0.01)


def test_every_cell_of_the_guide_is_one_of_the_networks() -> None:
    """Wherever the guide's only sure cell is, the network is asked for that person."""
    for place in range(0, FINE - 2, 3):
        outputs = said(50, 50)
        outputs["centre"].fill_(UNSURE)
        outputs["centre"][0, 0, place, (place * 7) % (FINE - 2)] = 2
        assert float(gathered(outputs, LARGER).centre.max()) == pytest.approx(float(torch.sigmoid(torch.tensor(2.0))))


def test_a_person_whom_the_guide_misses_is_asked_for() -> None:
    wanted = corrected(gathered(said(40, 40), LARGER), somebody(140, 120))
    assert float(wanted.centre[0, 15, 17:19].max()) == pytest.approx(THERE)
    assert float(wanted.centre[0, 4:6, 4:6].max()) > 0.9


def test_whom_the_guide_sees_nearly_where_they_are_labelled_is_not_asked_for_twice() -> None:
    before = gathered(said(40, 40), LARGER)
    assert torch.equal(corrected(before, somebody(44, 42)).centre, before.centre)


def test_a_labelled_keypoint_takes_the_place_of_what_the_guide_says_of_this_person_only() -> None:
    before = gathered(said(40, 40), LARGER)
    after = corrected(before, somebody(60, 40, size=60))
    assert float(after.heatmap[0, 0, 5, 5]) < 0.2
    row, column = 5, 8
    assert float(after.heatmap[0, 0, row, column]) > 0.9
    place = after.offset[0, 0, :, row, column] * 4 + torch.tensor([row, column]) * 8.0
    assert place.tolist() == pytest.approx([40.5, 60.5])
    place = after.regress[0, 0, :, row, column] * 4 + torch.tensor([row, column]) * 8.0
    assert place.tolist() == pytest.approx([40.5, 60.5])
    elsewhere = corrected(before, somebody(150, 150, size=30))
    assert torch.equal(elsewhere.heatmap[0, :, :10, :10], before.heatmap[0, :, :10, :10])


def test_a_box_without_keypoints_leaves_the_guides_keypoints() -> None:
    before = gathered(said(40, 40), LARGER)
    after = corrected(before, somebody(40, 40, weight=0.0))
    for part in ("heatmap", "regress", "offset", "known"):
        assert torch.equal(getattr(after, part), getattr(before, part))


def test_in_an_empty_room_the_guide_is_not_believed() -> None:
    wanted = corrected(gathered(said(40, 40), LARGER), nobody(empty=True))
    assert float(wanted.centre.max()) == float(wanted.heatmap.max()) == 0


def test_to_say_what_is_wanted_costs_nothing_and_each_part_notices_its_own() -> None:
    wanted = corrected(gathered(said(80, 100), LARGER), nobody())
    perfect = as_outputs(wanted)
    assert float(losses(perfect, wanted).total) < 0.01
    for part in ("centre", "heatmap", "regress", "offset"):
        wrong = losses(perfect | {part: perfect[part].roll(5, -1)}, wanted)
        others = {"centre", "heatmap", "regress", "offset"} - {part}
        assert float(getattr(wrong, part)) > 0.1
        assert all(float(getattr(wrong, other)) < 0.01 for other in others)


def test_keypoints_are_those_of_the_turn_that_is_sure_of_them_and_people_are_known_by_all_views() -> None:
    """Of two people the one is seen upright, the other turned: each is taken from where they are seen."""
    turns = [said(40, 40), said(40, 150), *(said(100, 100) for _ in range(3))]
    for view in turns[2:]:
        for name in ("centre", "heatmap"):
            view[name].fill_(UNSURE)
    for turn in turns[:2]:
        for name in ("regress", "offset"):
            turn[name] += torch.tensor(0.25)
    together = agreed(turns)
    for y, turn in ((40, turns[0]), (150, turns[1])):
        row, column = round(y * LARGER / 4), round(40 * LARGER / 4)
        for name in ("heatmap", "regress", "offset"):
            assert torch.equal(together[name][0, :, row, column], turn[name][0, :, row, column])
        mean = sum(float(view["centre"][0, 0, row, column]) for view in turns) / 5
        assert float(together["centre"][0, 0, row, column]) == pytest.approx(mean + MORE_LIKELY)
