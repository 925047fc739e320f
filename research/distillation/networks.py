"""PyTorch's networks: the student, whose weights Keras takes over, and its teachers, which are for training alone.

All map encoded windows (n, 9, SIZE) to logits (n, labels).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from haredge.activity.features import JOINTS, SIZE
from haredge.activity.window import LENGTH
from haredge.inference.tflite_weights import Weights
from haredge.training.network import MOMENTUM, UNITS

_EPSILON: Final = 1e-3
"""Keras's own of batch normalisation."""


class Student(nn.Module):  # type: ignore[misc]
    """The network of :func:`haredge.training.network.lstm`, layer by layer.

    Without dropout: what its teachers say of ever new examples leaves it nothing to learn by heart.
    """

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.lstms = nn.ModuleList(nn.LSTM(size, UNITS, batch_first=True) for size in (SIZE, UNITS, UNITS))
        # What PyTorch calls momentum is 1 less Keras's.
        self.normalised = nn.BatchNorm1d(UNITS, eps=_EPSILON, momentum=1 - MOMENTUM)
        self.dense = nn.Linear(UNITS, 32)
        self.logits = nn.Linear(32, labels)

    def forward(self, poses: Tensor) -> Tensor:
        """Give the logits."""
        x = poses
        for lstm in self.lstms:
            x, _ = lstm(x)
        logits: Tensor = self.logits(torch.relu(self.dense(self.normalised(x[:, -1]))))
        return logits

    def apply_temperature(self, temperature: float) -> None:
        """Divide the logits from now on: below 1 the answers become more confident, above it less."""
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
    # A copy: what is on the processor already would change as the network learns on.
    return np.array(value.detach().float().cpu().numpy())


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


class Distances(nn.Module):  # type: ignore[misc]
    """Convolutions over time: of the distances between joints, which no turn changes, of joints' steps, and of places.

    After DD-Net (Yang and others, arXiv:1907.09658), which uses distances, and slow and fast steps, too.
    """

    def __init__(self, labels: int, width: int = 128, blocks: int = 3) -> None:
        super().__init__()
        count = len(JOINTS)
        self.register_buffer("pairs", torch.triu_indices(count, count, offset=1), persistent=False)
        self.enter = nn.ModuleList(
            _convolved(size, width, 0.1) for size in (count * (count - 1) // 2, 4 * count, 3 * count)
        )
        self.blocks = nn.ModuleList(
            nn.Sequential(_convolved(3 * width, 3 * width, 0.2), _convolved(3 * width, 3 * width, 0.2))
            for _ in range(blocks)
        )
        self.dropout = nn.Dropout(0.4)
        self.logits = nn.Linear(6 * width, labels)

    def forward(self, poses: Tensor) -> Tensor:
        """Give the logits."""
        flat = poses.transpose(1, 2)
        places, steps, seen = flat.split([2 * len(JOINTS), 2 * len(JOINTS), len(JOINTS)], dim=1)
        points = places.unflatten(1, (len(JOINTS), 2))
        distances = (points[:, self.pairs[0]] - points[:, self.pairs[1]]).norm(dim=2)
        fast = functional.pad(places[..., 2:] - places[..., :-2], (2, 0))
        given = (distances, torch.cat([steps, fast], dim=1), torch.cat([places, seen], dim=1))
        x = torch.cat([layer(part) for layer, part in zip(self.enter, given, strict=True)], dim=1)
        for block in self.blocks:
            x = x + block(x)
        logits: Tensor = self.logits(self.dropout(torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1)))
        return logits


def _convolved(size: int, width: int, dropout: float) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(size, width, 3, padding=1, bias=False), nn.BatchNorm1d(width), nn.GELU(), nn.Dropout(dropout)
    )


def teachers(labels: int) -> list[nn.Module]:
    """Make teachers that differ, so that their errors do."""
    return [BothWays(labels), Attention(labels), Distances(labels)]


def renewed(teacher: nn.Module, labels: int) -> nn.Module:
    """Give a teacher, which keeps what else it knows, a last layer for other labels."""
    teacher.logits = nn.Linear(teacher.logits.in_features, labels)
    return teacher
