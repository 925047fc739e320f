"""The still network in PyTorch is the one that is exported, and its quick backward pass is right."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from haredge.training.images.network import BLOCKS, arrays_of
from research.still.networks import NETWORKS, Depthwise, Still


@pytest.mark.parametrize(
    ("side", "kernel", "stride"), [(10, 3, 1), (9, 5, 1), (10, 3, 2), (9, 3, 2), (12, 5, 2), (7, 5, 2)]
)
def test_the_quick_backward_pass_is_pytorchs(side: int, kernel: int, stride: int) -> None:
    """Gradients of input and bias of a depthwise convolution, for any size, kernel and stride."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, 4, side, side, generator=generator, requires_grad=True)
    weight, bias = torch.randn(4, 1, kernel, kernel, generator=generator), torch.zeros(4, requires_grad=True)
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    padded = torch.nn.functional.pad(x, (total // 2, total - total // 2) * 2)
    plain = torch.nn.functional.conv2d(padded, weight, bias, stride, 0, 1, 4)
    quick = Depthwise.apply(x, weight, bias, stride)
    torch.testing.assert_close(quick, plain)
    pull = torch.randn(plain.shape, generator=generator)
    expected = torch.autograd.grad((plain * pull).sum(), (x, bias))
    found = torch.autograd.grad((quick * pull).sum(), (x, bias))
    torch.testing.assert_close(found, expected)


def test_weights_are_in_the_exported_networks_order() -> None:
    """As many arrays, kernels with height and width first."""
    weights = Still(NETWORKS["lite0"], 3).weights()
    assert len(weights) == arrays_of(len(BLOCKS)) + 4
    assert weights[0].shape == (3, 3, 3, 32)
    assert weights[2].shape == (3, 3, 32, 1)
    assert weights[-2].shape == (1280, 3)
    assert all(array.dtype == np.float32 for array in weights)
