"""A larger network's answers as what the smaller one should say, corrected by what is known of the images.

The guide is MoveNet MultiPose with all of its cells. It sees each example in more pixels, before light, lens and sensor
spoilt it, and from several sides: in four turns, as who lies is to it another who stands, and in a mirror. Whether a
person is there is decided by all views; where the keypoints are is said by the turn that is most confident there. Its
answers are gathered at the cells of the network that is trained: of the guide's cells that fall into one of these, the
most confident counts (distillation, Hinton et al., 2015, with probabilities as targets; from several views: Radosavovic
et al., "Data Distillation", 2018).

What is known goes before what the guide says: labelled keypoints, people that it misses, and that rooms are empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from research.people.batch import People
from research.people.network import to_input
from research.people.targets import (
    CENTRE_SIGMA,
    KEYPOINT_SIGMA,
    LEAST_SIZE_PX,
    Grid,
    Losses,
    middles_px,
    sigma_px,
    sizes_px,
)
from research.people.views import GUIDE_STRIDE, MIRRORED, TURNS, Outputs
from research.people.weights import STRIDE, UNIT_PX

SIDE: Final = 256
"""Width and height in pixels of what the guide sees."""
MORE_LIKELY: Final = 1.3
"""What is added to the mean of the views' logits of a centre: of most people some views see little."""
PEAKED: Final = 8
"""Power of a keypoint's probability when views are compared: the peaks count, not the ground between."""
ROUND_CELLS: Final = 8.0
"""How far round a cell its views are compared: the standard deviation of a bell."""
MISSED: Final = 0.3
"""A labelled person round whose middle the guide's probability is nowhere this high is one that it misses."""
THERE: Final = 0.8
"""The probability that is asked for instead."""
NEAR: Final = 0.25
"""How far round the middle that is, as a share of the root of the box's area."""
LEAST_PX: Final = 20.0
"""Smaller people that the guide misses are left out: small things are often mistaken for people."""
GROWN: Final = 0.15
"""How far beyond its box a person's own keypoints may be, as a share of the box's root of area."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the network should say at each of its cells; units are those of its outputs."""

    centre: Tensor
    """(batch, rows, columns) probability of a person's centre."""
    heatmap: Tensor
    """(batch, 17, rows, columns) probability of a keypoint."""
    regress: Tensor
    """(batch, 17, 2, rows, columns) y, x from here to the keypoints of the person whose centre is here."""
    known: Tensor
    """(batch, 17, rows, columns) how much these count."""
    offset: Tensor
    """(batch, 17, 2, rows, columns) y, x from here to the keypoint near here."""


Run = Callable[[Tensor], Outputs]
"""Runs a network whose heads are at every cell on its input: :func:`research.people.network.to_input`."""


class Guide:
    """The larger network."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def wanted(self, clean: Tensor, people: People, side: int) -> Wanted:
        """Return what a network should say that sees the same in ``side`` x ``side`` pixels.

        ``clean`` is (batch, SIDE, SIDE, 3) bytes, RGB; ``people`` are in the pixels of the smaller image.
        """
        return corrected(gathered(self.said(to_input(clean)), SIDE / side), people)

    def said(self, x: Tensor) -> Outputs:
        """Return what all views of the network's input say together."""
        with torch.no_grad():
            return agreed([view.back(self._run(view.of(x))) for view in (*TURNS, MIRRORED)])


def agreed(views: Sequence[Outputs]) -> Outputs:
    """Make one answer of several views' answers, the turns' first."""
    turns = views[: len(TURNS)]
    said = dict(turns[0])
    best = confidence(turns[0]["heatmap"])
    for turn in turns[1:]:
        here = confidence(turn["heatmap"])
        better = here > best
        best = torch.maximum(best, here)
        said = {name: torch.where(better, turn[name], value) for name, value in said.items()}
    said["centre"] = sum(view["centre"] for view in views) / len(views) + MORE_LIKELY
    return said


def confidence(heatmap: Tensor) -> Tensor:
    """Return (batch, 1, rows, columns) how sure a view is of the keypoints round each cell."""
    reach = torch.arange(-3 * ROUND_CELLS, 3 * ROUND_CELLS + 1, device=heatmap.device)
    bell = torch.exp(-(reach / ROUND_CELLS).square() / 2)
    peaks = torch.sigmoid(heatmap).pow(PEAKED).sum(1, keepdim=True)
    half = len(reach) // 2
    across = functional.conv2d(peaks, bell[None, None, None], padding=(0, half))
    return functional.conv2d(across, bell[None, None, :, None], padding=(half, 0))


def gathered(outputs: dict[str, Tensor], larger: float) -> Wanted:
    """Gather a guide's outputs, of an image ``larger`` times as large, at the network's cells."""
    fine = outputs["centre"].shape[2]
    count = round(fine * GUIDE_STRIDE / larger) // STRIDE
    step = STRIDE * larger / GUIDE_STRIDE
    window = _windows(count, step, fine, outputs["centre"].device)
    centre, at = _most_confident(outputs["centre"], window)
    heatmap, at_keypoints = _most_confident(outputs["heatmap"], window)
    probability = torch.sigmoid(centre)
    regress = _moved(_pairs(outputs["regress"]), at.expand(-1, 17, -1, -1), fine, count, larger)
    offset = _moved(_pairs(outputs["offset"]), at_keypoints, fine, count, larger)
    known = probability.expand(-1, 17, -1, -1).clone()
    return Wanted(probability[:, 0], torch.sigmoid(heatmap), regress, known, offset)


def _windows(count: int, step: float, fine: int, device: torch.device) -> Tensor:
    """Return (count, k) of the guide's rows, or columns, that fall into each of the network's."""
    half = int(step / 2)
    middle = (torch.arange(count, device=device) * step).round().long()
    return (middle[:, None] + torch.arange(-half, half + 1, device=device)).clamp(0, fine - 1)


def _most_confident(logits: Tensor, window: Tensor) -> tuple[Tensor, Tensor]:
    """Return the highest logit in each window and its flat number, (batch, channels, rows, columns) each."""
    batch, channels, _, fine = logits.shape
    count, k = window.shape
    parts = logits[:, :, window[:, None, :, None], window[None, :, None, :]].reshape(batch, channels, count, count, -1)
    highest, which = parts.max(-1)
    rows = window.gather(1, (which // k).permute(2, 0, 1, 3).reshape(count, -1))
    columns = window.gather(1, (which % k).permute(3, 0, 1, 2).reshape(count, -1))
    row = rows.reshape(count, batch, channels, count).permute(1, 2, 0, 3)
    column = columns.reshape(count, batch, channels, count).permute(1, 2, 3, 0)
    return highest, row * fine + column


def _pairs(maps: Tensor) -> Tensor:
    """Turn (batch, 34, rows, columns) into (batch, 17, 2, rows, columns)."""
    return maps.unflatten(1, (17, 2))


def _moved(pairs: Tensor, at: Tensor, fine: int, count: int, larger: float) -> Tensor:
    """Return the guide's y, x at flat numbers of its cells (batch, 17, rows, columns) as seen from the network's."""
    flat = at.flatten(2)
    there = pairs.flatten(3).gather(3, flat[:, :, None].expand(-1, -1, 2, -1))
    cells = torch.stack((flat // fine, flat % fine), 2) * float(GUIDE_STRIDE)
    places = (cells + there * UNIT_PX) / larger
    own = torch.arange(count * count, device=at.device)
    start = torch.stack((own // count, own % count)) * float(STRIDE)
    return ((places - start) / UNIT_PX).unflatten(3, (count, count))


def corrected(said: Wanted, people: People) -> Wanted:
    """Put what is known of the people, and of empty rooms, in place of what the guide says."""
    rows, columns = said.centre.shape[1:]
    grid = Grid(rows, columns, said.centre.device)
    empty = people.empty[:, None, None]
    regress, known = _with_places(said, people, grid)
    return Wanted(
        _with_missed(said.centre, people.boxes, grid).masked_fill(empty, 0.0),
        _with_labels(said.heatmap, people, grid).masked_fill(empty[:, None], 0.0),
        regress,
        known,
        _with_snapping(said.offset, people, grid),
    )


def _with_missed(centre: Tensor, boxes: Tensor, grid: Grid) -> Tensor:
    """Ask for the people that the guide does not see."""
    middle, size = middles_px(boxes), sizes_px(boxes)
    away = (grid.y[:, None] - middle[..., 1, None, None]).square() + (grid.x - middle[..., 0, None, None]).square()
    near = away < (NEAR * size[..., None, None]).clamp(min=STRIDE).square()
    found = torch.where(near, centre[:, None], 0.0).amax((2, 3))
    missed = (size >= LEAST_PX) & (found < MISSED)
    bells = grid.bells(middle, sigma_px(size, CENTRE_SIGMA)) * missed[..., None, None]
    return torch.maximum(centre, THERE * bells.amax(1))


def _with_labels(heatmap: Tensor, people: People, grid: Grid) -> Tensor:
    """Take away what is said of labelled keypoints in the person's box, and put bells in their place."""
    size, weight = sizes_px(people.boxes), _weight(people)
    more = GROWN * size[..., None]
    boxes = torch.cat((people.boxes[..., :2] - more, people.boxes[..., 2:] + more), -1)
    inside = grid.inside(boxes)[:, :, None] * weight[..., None, None]
    bells = grid.bells(people.keypoints[..., :2] + 0.5, sigma_px(size, KEYPOINT_SIGMA)[..., None].expand_as(weight))
    bells = bells * (weight * people.keypoints[..., 2])[..., None, None]
    return torch.maximum(heatmap * (1 - inside.amax(1)), bells.amax(1))


def _with_places(said: Wanted, people: People, grid: Grid) -> tuple[Tensor, Tensor]:
    """Regress to the labelled keypoints in the cells round a person's middle."""
    cells, _ = grid.around(middles_px(people.boxes))
    start = torch.stack((cells // grid.columns, cells % grid.columns), -1) * float(STRIDE)
    places = people.keypoints[..., [1, 0]] + 0.5
    labels = ((places[:, :, None] - start[:, :, :, None]) / UNIT_PX).permute(0, 1, 3, 4, 2)
    weight = _weight(people) * people.keypoints[..., 2]
    regress, known = said.regress.flatten(3).clone(), said.known.flatten(2).clone()
    for person in range(cells.shape[1]):
        at = cells[:, person, None].expand(-1, 17, -1)
        share = weight[:, person, :, None].expand_as(at)
        _mix(regress, at[:, :, None].expand(-1, -1, 2, -1), labels[:, person], share[:, :, None])
        known.scatter_(2, at, torch.maximum(known.gather(2, at), 0.5 * share))
    shape = (grid.rows, grid.columns)
    return regress.unflatten(3, shape), known.unflatten(2, shape)


def _with_snapping(offset: Tensor, people: People, grid: Grid) -> Tensor:
    """Point to the labelled keypoints from the cells near them."""
    cells, away = grid.around(people.keypoints[..., :2] + 0.5)
    weight = _weight(people) * people.keypoints[..., 2]
    offset = offset.flatten(3).clone()
    for person in range(cells.shape[1]):
        at = cells[:, person, :, None].expand(-1, -1, 2, -1)
        _mix(offset, at, away[:, person].transpose(2, 3) / UNIT_PX, weight[:, person, :, None, None])
    return offset.unflatten(3, (grid.rows, grid.columns))


def _mix(pairs: Tensor, at: Tensor, labels: Tensor, share: Tensor) -> None:
    """Bring pairs (batch, 17, 2, cells) at some cells nearer to what is labelled, in place."""
    before = pairs.gather(3, at)
    pairs.scatter_(3, at, torch.lerp(before, labels, share.expand_as(before)))


def _weight(people: People) -> Tensor:
    """Return (batch, people, 17) how far it is known where a keypoint is, or that it is not in view."""
    return people.keypoints[..., 3] * (sizes_px(people.boxes) > 0)[..., None]


def losses(outputs: dict[str, Tensor], wanted: Wanted) -> Losses:
    """Compare the network's raw outputs with what is wanted; probabilities by their divergence (Kullback-Leibler)."""
    regress, offset = _pairs(outputs["regress"]), _pairs(outputs["offset"])
    size = (wanted.regress.amax(1) - wanted.regress.amin(1)).prod(1).sqrt() * UNIT_PX
    scale = (size.clamp(min=LEAST_SIZE_PX) / UNIT_PX)[:, None, None]
    error = functional.smooth_l1_loss(regress / scale, wanted.regress / scale, reduction="none", beta=0.02).sum(2)
    cell = STRIDE / UNIT_PX
    off = functional.smooth_l1_loss(offset / cell, wanted.offset / cell, reduction="none", beta=0.1).sum(2)
    return Losses(
        _divergence(outputs["centre"][:, 0], wanted.centre),
        _divergence(outputs["heatmap"], wanted.heatmap),
        (error * wanted.known).sum() / wanted.known.sum().clamp(min=1),
        (off * wanted.heatmap).sum() / wanted.heatmap.sum().clamp(min=1),
    )


def _divergence(logits: Tensor, wanted: Tensor) -> Tensor:
    at_best = functional.binary_cross_entropy(wanted, wanted, reduction="sum")
    total = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="sum")
    return (total - at_best) / wanted.sum().clamp(min=1)
