"""What the network is trained to answer."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from research.pose.network import OFFSET_UNIT_PX, STRIDE  # noqa: E402
from research.pose.targets import displacements, losses  # noqa: E402


def keypoints(x: float = 52.0, y: float = 83.0, present: float = 1, weight: float = 1) -> Any:
    return torch.tensor([[[x, y, present, weight]] * 17])


def answers(x: float = 52.0, y: float = 83.0) -> tuple[Any, Any]:
    """Return the heatmaps and offsets of a network that sees all keypoints at one place."""
    towards = displacements(keypoints(x, y), 24, 24)
    heat = 4 - towards.square().sum(2) / 60
    return heat, towards.transpose(1, 2).reshape(1, 34, 24, 24)


def test_a_cell_lies_at_its_stride() -> None:
    """Cell (i, j) is at pixel (8 i, 8 j): from there a keypoint is as far as the decoder will add."""
    towards = displacements(keypoints(52, 83), 24, 24)
    assert towards[0, 0, :, 10, 6].tolist() == [83 - 10 * STRIDE, 52 - 6 * STRIDE]


def test_the_right_answer_costs_least() -> None:
    """Heatmaps and offsets that point elsewhere cost more in every part of the loss."""
    right, wrong = (losses(*answers(*place), keypoints()) for place in ((52.0, 83.0), (120.0, 20.0)))
    assert right.heat < wrong.heat
    assert right.place < wrong.place
    assert right.offset < wrong.offset
    assert float(right.offset) == pytest.approx(0, abs=1e-6)


def test_unknown_keypoints_count_for_nothing() -> None:
    """A keypoint of weight 0 leaves no gradient, wherever it is said to be."""
    heat, offsets = (tensor.clone().requires_grad_() for tensor in answers())
    rows = keypoints()
    rows[0, 3, 3] = 0
    losses(heat, offsets, rows).total.backward()
    assert not heat.grad[0, 3].any()
    assert not offsets.grad.reshape(2, 17, 24, 24)[:, 3].any()
    assert heat.grad[0, 4].any()


def test_an_absent_keypoint_is_trained_as_silence() -> None:
    """Where a keypoint is known to be absent its heatmap is pushed down everywhere, and its offsets are left alone."""
    heat, offsets = (tensor.clone().requires_grad_() for tensor in answers())
    losses(heat, offsets, keypoints(present=0)).total.backward()
    assert (heat.grad >= 0).all()
    # A tenth of the cross-entropy's slope, the sigmoid, shared by seventeen keypoints.
    assert torch.allclose(heat.grad[0, :, 10, 6], 0.1 * torch.sigmoid(heat[0, :, 10, 6]) / 17)
    assert not offsets.grad.any()


def test_offsets_are_measured_in_pixels() -> None:
    """An offset that is off by one unit along one axis costs about one."""
    heat, offsets = answers()
    offsets[:, :17] += OFFSET_UNIT_PX
    assert float(losses(heat, offsets, keypoints()).offset) == pytest.approx(0.95, abs=0.01)
