"""Fine-tuning a network on the photographs."""

from __future__ import annotations

import copy
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from haredge.still.crop import fitted
from haredge.training.images.variety import varied
from research.still.dataset import Photographs
from research.still.networks import NETWORKS, Still, load_published

BATCH: Final = 32
RATE, HEAD_RATE, DECAY = 2e-4, 1e-3, 0.02
MIXED, MIXTURE = 0.5, 0.3
"""Share of the batches that are mixed (mixup or CutMix, by turns at random), and Beta's parameter."""
SMOOTHING: Final = 0.1
KEPT: Final = 0.995
"""Share of the running mean of the weights that each step keeps."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is trained, and how long."""

    network: str
    size: int
    epochs: int
    frozen: int
    """Blocks that stay as they are."""
    seed: int = 0


def train(photographs: Photographs, course: Course, start: Path, out: Path) -> None:
    """Train, and write the running mean of the weights to ``out`` with each epoch.

    ``start`` is a published file or one that this function wrote. What is interrupted goes on from its last epoch.
    """
    training = _Training(photographs, course, start)
    resume = out.with_suffix(".resume")
    training.resume(resume)
    while training.epoch < course.epochs:
        training.one_epoch()
        torch.save(training.mean.state_dict(), out)
        with out.with_suffix(".csv").open("a", encoding="utf-8") as history:
            history.write(f"{training.loss:.4f},{training.score:.4f}\n")
        training.save(resume)
    resume.unlink(missing_ok=True)


def opened(network: str, labels: int, file: Path) -> Still:
    """Make a network with the weights of a file, published or trained here."""
    made = Still(NETWORKS[network], labels)
    if file.stem.startswith("efficientnet"):
        load_published(made, file)
    else:
        made.load_state_dict(torch.load(file, weights_only=True))
    laid_out: Still = made.to(memory_format=torch.channels_last)
    return laid_out


class _Training:
    def __init__(self, photographs: Photographs, course: Course, start: Path) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(course.seed)
        self._photographs, self._course = photographs, course
        self._indices = np.flatnonzero(photographs.part == 0)
        self._network = opened(course.network, len(photographs.labels), start)
        for layer in (self._network.stem, *self._network.blocks[: course.frozen]):
            layer.requires_grad_(False)
        self.mean = copy.deepcopy(self._network)
        self._optimiser = torch.optim.AdamW(self._groups(), weight_decay=DECAY)
        self.epoch, self._step, self.loss, self.score = 0, 0, 0.0, 0.0

    def _groups(self) -> list[dict[str, Any]]:
        named = [(name, each) for name, each in self._network.named_parameters() if each.requires_grad]
        body = [each for name, each in named if not name.startswith("logits")]
        return [
            {"params": [each for each in body if each.ndim > 1], "rate": RATE},
            {"params": [each for each in body if each.ndim == 1], "rate": RATE, "weight_decay": 0.0},
            {"params": list(self._network.logits.parameters()), "rate": HEAD_RATE},
        ]

    def one_epoch(self) -> None:
        """Train on each photograph once, and say how good the running mean is."""
        self._network.train()
        rng = np.random.default_rng([self._course.seed, self.epoch])
        order, began, losses = rng.permutation(self._indices), time.monotonic(), 0.0
        batches = len(order) // BATCH
        for index in range(batches):
            self._set_rate(batches)
            losses += self._one_batch(np.sort(order[index * BATCH : (index + 1) * BATCH]), rng)
            self._step += 1
        self.epoch += 1
        self.loss, self.score = losses / batches, accuracy(self.mean, self._photographs, self._course.size)
        sys.stdout.write(
            f"epoch {self.epoch}/{self._course.epochs}: loss {self.loss:.3f}, validation {self.score:.4f}, "
            f"{time.monotonic() - began:.0f} s\n"
        )
        sys.stdout.flush()

    def _set_rate(self, batches: int) -> None:
        steps = self._course.epochs * batches
        risen = min(1.0, (self._step + 1) / min(300, 0.06 * steps))
        share = risen * (0.98 * 0.5 * (1 + math.cos(math.pi * self._step / steps)) + 0.02)
        for each in self._optimiser.param_groups:
            each["lr"] = each["rate"] * share

    def _one_batch(self, indices: NDArray[np.intp], rng: np.random.Generator) -> float:
        size = (self._course.size, self._course.size)
        images = tensor(np.stack([varied(self._photographs.images[index], size, rng) for index in indices]))
        images, targets = _mixed(images, self._smooth(indices), rng)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            features = self._network.lower(images, self._course.frozen)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self._network.upper(features, self._course.frozen).float()
        loss = -(torch.log_softmax(logits, 1) * targets).sum(1).mean()
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 2.0)
        self._optimiser.step()
        kept = min(KEPT, (self._step + 1) / (self._step + 20))
        with torch.no_grad():
            for mean, now in zip(self.mean.parameters(), self._network.parameters(), strict=True):
                mean.lerp_(now, 1 - kept)
        return float(loss.item())

    def _smooth(self, indices: NDArray[np.intp]) -> Tensor:
        labels = len(self._photographs.labels)
        hard = functional.one_hot(torch.from_numpy(self._photographs.true[indices]), labels).float()
        return hard * (1 - SMOOTHING) + SMOOTHING / labels

    def save(self, file: Path) -> None:
        """Write all that :meth:`resume` needs."""
        states = {"network": self._network.state_dict(), "mean": self.mean.state_dict(), "step": self._step}
        torch.save({**states, "optimiser": self._optimiser.state_dict(), "epoch": self.epoch}, file)

    def resume(self, file: Path) -> None:
        """Go on from where :meth:`save` was called, if it was."""
        if not file.exists():
            return
        states = torch.load(file, weights_only=True)
        self._network.load_state_dict(states["network"])
        self.mean.load_state_dict(states["mean"])
        self._optimiser.load_state_dict(states["optimiser"])
        self.epoch, self._step = states["epoch"], states["step"]


def _mixed(images: Tensor, targets: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Mix images with others of the batch: by mixup (Zhang, ICLR 2018) or CutMix (Yun, ICCV 2019), or not at all."""
    if rng.random() >= MIXED:
        return images, targets
    others, share, size = torch.from_numpy(rng.permutation(len(images))), rng.beta(MIXTURE, MIXTURE), images.shape[-1]
    if rng.random() < 0.5:
        images = share * images + (1 - share) * images[others]
    else:
        side = int(size * math.sqrt(1 - share))
        top, left = (int(place) for place in rng.integers(0, size - side + 1, 2))
        images[:, :, top : top + side, left : left + side] = images[others][:, :, top : top + side, left : left + side]
        share = 1 - (side / size) ** 2
    return images.contiguous(memory_format=torch.channels_last), share * targets + (1 - share) * targets[others]


def tensor(images: NDArray[np.uint8]) -> Tensor:
    """Return images (n, height, width, 3) as a network takes them: (n, 3, height, width) in [-1, 1]."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def accuracy(network: Still, photographs: Photographs, size: int, *, mirrored: bool = False) -> float:
    """Return the share of the photographs to choose by that is correct.

    ``mirrored``: by the mean of what the network gives for each and for its mirror image.
    """
    indices, correct = np.flatnonzero(photographs.part == 1), 0
    network.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(indices), BATCH):
            chosen = indices[start : start + BATCH]
            images = tensor(np.stack([fitted(photographs.images[index], (size, size)) for index in chosen]))
            shares = torch.softmax(network(images).float(), 1)
            if mirrored:
                shares = shares + torch.softmax(network(images.flip(3)).float(), 1)
            correct += int((shares.argmax(1).numpy() == photographs.true[chosen]).sum())
    return correct / len(indices)
