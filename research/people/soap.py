"""The optimiser SOAP: Adam in the directions in which gradients vary (Vyas et al., 2024, https://arxiv.org/abs/2409.11321).

A layer that is fitted to another's answers has inputs that vary a thousand times as much in some directions as in
others. Adam's steps are as long along each weight; here they are as long along each eigenvector of the gradients'
covariances, of a layer's inputs and of its outputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import torch
from torch import Tensor

BETAS: Final = (0.9, 0.98)
"""How much of the mean of gradients, and of their squares, is kept from step to step."""
KEPT: Final = 0.85
"""The same of the covariances, each time that they are renewed."""
RENEW_EVERY: Final = 4
"""Steps from one renewal of the covariances to the next."""
TURN_EVERY: Final = 40
"""Steps after which the directions follow them."""
KERNEL: Final = 9
"""A depthwise layer's kernel has so many weights: it, and biases, have no directions but their own."""
LEAST: Final = 1e-12


class Soap(torch.optim.Optimizer):  # type: ignore[misc]
    """Takes steps of ``lr`` in each direction, as Adam's are; no weight decay."""

    def __init__(self, groups: Iterable[dict[str, Any]]) -> None:
        super().__init__(groups, {"lr": 1e-3})

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def step(self) -> None:
        """Take a step; the first one only begins to remember."""
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = _as_matrix(parameter, parameter.grad)
                if parameter not in self.state:
                    self.state[parameter] = {"own": _Directions(gradient)}
                    continue
                step = self.state[parameter]["own"].step(gradient)
                parameter.add_(step.reshape(parameter.shape), alpha=-group["lr"])


class _Directions:
    """What is remembered of one parameter's gradients, (outputs, inputs)."""

    def __init__(self, gradient: Tensor) -> None:
        self._count = 0
        self._mean, self._squares = torch.zeros_like(gradient), torch.zeros_like(gradient)
        self._turned = len(gradient) > 1
        if self._turned:
            self._covariances = [gradient @ gradient.T, gradient.T @ gradient]
            self._axes = [torch.linalg.eigh(each.double())[1].to(gradient) for each in self._covariances]

    def step(self, gradient: Tensor) -> Tensor:
        """Return the step against the gradient's direction, about 1 in each."""
        self._count += 1
        self._mean.lerp_(gradient, 1 - BETAS[0])
        self._squares.lerp_(self._turn(gradient).square(), 1 - BETAS[1])
        mean, squares = (
            value / (1 - beta**self._count) for value, beta in zip((self._mean, self._squares), BETAS, strict=True)
        )
        step = self._turn(mean) / (squares.sqrt() + LEAST)
        if not self._turned:
            return step
        step = self._axes[0] @ step @ self._axes[1].T
        self._renew(gradient)
        return step

    def _turn(self, gradient: Tensor) -> Tensor:
        return self._axes[0].T @ gradient @ self._axes[1] if self._turned else gradient

    def _renew(self, gradient: Tensor) -> None:
        """Let the directions follow: by a step of subspace iteration, the strongest first."""
        if self._count % RENEW_EVERY == 0:
            for covariance, now in zip(self._covariances, (gradient @ gradient.T, gradient.T @ gradient), strict=True):
                covariance.lerp_(now, 1 - KEPT)
        if self._count % TURN_EVERY == 0:
            for side, covariance in enumerate(self._covariances):
                axes = self._axes[side]
                order = (axes * (covariance @ axes)).sum(0).argsort(descending=True)
                self._squares = self._squares.index_select(side, order)
                self._axes[side] = torch.linalg.qr(covariance @ axes[:, order])[0]


def _as_matrix(parameter: Tensor, gradient: Tensor) -> Tensor:
    return gradient.flatten(1) if parameter.dim() > 1 and parameter[0].numel() > KERNEL else gradient.reshape(1, -1)
