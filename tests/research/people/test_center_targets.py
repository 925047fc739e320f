from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from research.people.batch import People  # noqa: E402
from research.people.targets import losses  # noqa: E402

Tensor = Any

CELLS = 24
STRIDE = 8


def somebody(x: float = 60, y: float = 50) -> tuple[Tensor, Tensor]:
    """Keypoints (17, 4) in a square of 64 pixels, and its box."""
    generator = torch.Generator().manual_seed(3)
    places = torch.rand(17, 2, generator=generator) * 64 + torch.tensor([x, y])
    return torch.cat((places, torch.ones(17, 2)), 1), torch.tensor([x, y, x + 64.0, y + 64.0])


def people(*crowd: tuple[Tensor, Tensor], unsure: tuple[float, ...] | None = None) -> People:
    keypoints = torch.stack([keypoints for keypoints, _ in crowd]) if crowd else torch.zeros(1, 17, 4)
    boxes = torch.stack([box for _, box in crowd]) if crowd else torch.zeros(1, 4)
    hidden = torch.tensor([list(unsure)]) if unsure else torch.zeros(1, 4)
    return People(keypoints[None], boxes[None], hidden[None], torch.tensor([False]))


def perfect(*crowd: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    """Answer as the best network would."""
    out = {name: torch.zeros(1, count, CELLS, CELLS) for name, count in (("regress", 34), ("offset", 34))}
    out |= {name: torch.full((1, count, CELLS, CELLS), -9.0) for name, count in (("centre", 1), ("heatmap", 17))}
    y, x = torch.meshgrid(torch.arange(CELLS) * STRIDE, torch.arange(CELLS) * STRIDE, indexing="ij")
    for keypoints, box in crowd:
        row, column = (((box[:2] + box[2:]) / 2 + 0.5) / STRIDE).round().long().tolist()[::-1]
        out["centre"][0, 0, row, column] = 9
        for joint, (kx, ky) in enumerate((keypoints[:, :2] + 0.5).tolist()):
            out["heatmap"][0, joint, round(ky / STRIDE), round(kx / STRIDE)] = 9
            for name in ("regress", "offset"):
                out[name][0, 2 * joint] = (ky - y) / 4
                out[name][0, 2 * joint + 1] = (kx - x) / 4
    return out


def test_perfect_answers_cost_nothing() -> None:
    one = somebody()
    parts = losses(perfect(one), people(one))
    assert float(parts.total) < 0.02


@pytest.mark.parametrize("part", ["centre", "heatmap", "regress", "offset"])
def test_each_part_notices_what_is_wrong_with_it(part: str) -> None:
    one = somebody()
    outputs = perfect(one)
    outputs[part] = outputs[part].roll(5, -1)
    parts = losses(outputs, people(one))
    assert float(getattr(parts, part)) > 0.2


def test_a_false_positive_costs() -> None:
    assert float(losses(perfect(somebody()), people()).centre) > 1


def test_nothing_is_learned_in_unsure_places_but_from_the_people() -> None:
    one, other = somebody(), somebody(100, 110)
    everywhere = (0.0, 0.0, 192.0, 192.0)
    parts = losses(perfect(one, other), people(one, unsure=everywhere))
    assert float(parts.centre + parts.heatmap) < 0.02
    assert float(losses(perfect(other), people(one, unsure=everywhere)).centre) > 1


def test_an_unknown_keypoint_counts_for_nothing_an_absent_one_does() -> None:
    keypoints, box = somebody()
    unknown, absent = keypoints.clone(), keypoints.clone()
    unknown[3, 2:] = 0
    absent[3, 2] = 0
    outputs = perfect((keypoints, box))
    assert float(losses(outputs, people((unknown, box))).heatmap) < 0.01
    assert float(losses(outputs, people((absent, box))).heatmap) > 0.2
