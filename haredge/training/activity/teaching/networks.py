"""PyTorch's networks: the pupil, whose weights Keras takes over, and its teachers, which are for training alone.

All map encoded windows (n, 9, SIZE) to logits (n, labels).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from haredge.features import SIZE
from haredge.training.activity.network import DROPOUT, MOMENTUM, UNITS
from haredge.training.activity.released import Weights
from haredge.window import LENGTH

_EPSILON: Final = 1e-3
"""Keras's own of batch normalisation."""


class Pupil(nn.Module):  # type: ignore[misc]
    """The network of :func:`haredge.training.activity.network.lstm`, layer by layer."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.lstms = nn.ModuleList(nn.LSTM(size, UNITS, batch_first=True) for size in (SIZE, UNITS, UNITS))
        self.dropouts = nn.ModuleList(nn.Dropout(part) for part in DROPOUT)
        # What PyTorch calls momentum is 1 less Keras's.
        self.normalised = nn.BatchNorm1d(UNITS, eps=_EPSILON, momentum=1 - MOMENTUM)
        self.dense = nn.Linear(UNITS, 32)
        self.logits = nn.Linear(32, labels)

    def forward(self, poses: Tensor) -> Tensor:
        """Give the logits."""
        x = poses
        for index, (lstm, dropout) in enumerate(zip(self.lstms, self.dropouts, strict=True)):
            x, _ = lstm(x)
            x = dropout(x[:, -1] if index == len(DROPOUT) - 1 else x)
        logits: Tensor = self.logits(torch.relu(self.dense(self.normalised(x))))
        return logits

    def cool(self, temperature: float) -> None:
        """Divide the logits from now on: below 1 the answers become surer, above it less sure."""
        with torch.no_grad():
            self.logits.weight /= temperature
            self.logits.bias /= temperature

    def weights(self) -> Weights:
        """Give the weights as Keras has them."""
        norm = self.normalised
        return {
            **{f"lstm{index}": _lstm(lstm) for index, lstm in enumerate(self.lstms)},
            "normalised": [_array(part) for part in (norm.weight, norm.bias, norm.running_mean, norm.running_var)],
            **{name: [_array(layer.weight).T, _array(layer.bias)] for name, layer in self._denses()},
        }

    def _denses(self) -> tuple[tuple[str, nn.Linear], ...]:
        return ("dense", self.dense), ("logits", self.logits)


def _lstm(layer: nn.Module) -> list[NDArray[np.float32]]:
    # Both order the gates alike: input, forget, cell, output. Keras has one bias where PyTorch has two.
    parts = {name: _array(value) for name, value in layer.named_parameters()}
    return [parts["weight_ih_l0"].T, parts["weight_hh_l0"].T, parts["bias_ih_l0"] + parts["bias_hh_l0"]]


def _array(value: Tensor | None) -> NDArray[np.float32]:
    assert value is not None
    array: NDArray[np.float32] = value.detach().float().cpu().numpy()
    return array


class BothWays(nn.Module):  # type: ignore[misc]
    """Two LSTM layers that read the poses forwards and backwards."""

    def __init__(self, labels: int, units: int = 384) -> None:
        super().__init__()
        self.first = nn.LSTM(SIZE, units, batch_first=True, bidirectional=True)
        self.second = nn.LSTM(2 * units, units, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.4)
        self.logits = nn.Linear(4 * units, labels)

    def forward(self, poses: Tensor) -> Tensor:
        """Give the logits."""
        x = self.dropout(self.first(poses)[0])
        x = self.dropout(self.second(x)[0])
        logits: Tensor = self.logits(torch.cat([x.mean(dim=1), x.amax(dim=1)], dim=-1))
        return logits


class Attention(nn.Module):  # type: ignore[misc]
    """Poses that attend to each other (Vaswani and others, NeurIPS 2017)."""

    def __init__(self, labels: int, width: int = 256, layers: int = 4) -> None:
        super().__init__()
        self.enter = nn.Linear(SIZE, width)
        self.place = nn.Parameter(torch.randn(LENGTH, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width, width // 32, 2 * width, dropout=0.15, activation="gelu", batch_first=True, norm_first=True
        )
        self.body = nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(width), enable_nested_tensor=False)
        self.logits = nn.Linear(width, labels)

    def forward(self, poses: Tensor) -> Tensor:
        """Give the logits."""
        logits: Tensor = self.logits(self.body(self.enter(poses) + self.place).mean(dim=1))
        return logits


def teachers(labels: int) -> list[nn.Module]:
    """Make teachers that differ, so that their errors do."""
    return [BothWays(labels), Attention(labels)]
