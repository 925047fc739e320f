"""The training itself: seeded, resumable, spread over processes.

Each of the processes trains on a part of every batch with one thread, and their gradients are averaged: on a busy
machine they meet once a step, where threads would wait for each other at every layer.
"""

from __future__ import annotations

import copy
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, distributed, multiprocessing, nn
from torch.utils.data import DataLoader, Dataset, Sampler
from tqdm import tqdm

from research import halves
from research.pose.dataset import Composer
from research.pose.network import PoseNetwork
from research.pose.targets import losses

CHECKPOINT: Final = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class PoseTrainPlan:
    """How long and how fast to train."""

    steps: int = 9300
    batch: int = 32
    decoder_rate: float = 2e-3
    body_rate: float = 5e-4
    weight_decay: float = 0.01
    warm_up: int = 300
    frozen: int = 4
    """Blocks whose ImageNet weights stay as they are, the stem included."""
    average: float = 0.999
    """Decay of the running mean of the weights that is kept."""
    checkpoint_s: float = 120.0
    processes: int = 2
    workers: int = 1
    """Processes that compose images, for each one that trains."""
    seed: int = 1


CONTINUED: Final = PoseTrainPlan(steps=6000, decoder_rate=1e-3, body_rate=3e-4, seed=2)
"""For a network that has been trained before."""


class _Examples(Dataset[tuple[Tensor, Tensor]]):  # type: ignore[misc]
    """The composer behind torch's interface; an item's index is its number and seed in one."""

    def __init__(self, composer: Composer, seed: int) -> None:
        self.composer = composer
        self.seed = seed

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        epoch, number = divmod(index, len(self.composer.usable))
        image, keypoints = self.composer.example(number, hash((self.seed, epoch, number)) & 0x7FFFFFFF)
        return torch.from_numpy(image), torch.from_numpy(keypoints)


class _Order(Sampler[int]):  # type: ignore[misc]
    """Every image once an epoch in a new order, shared out to the processes.

    Positions count images from the training's beginning, so that a run takes up where an earlier one stopped.
    """

    def __init__(self, images: int, positions: range, seed: int) -> None:
        self.images, self.positions, self.seed = images, positions, seed

    def __len__(self) -> int:
        return len(self.positions)

    def __iter__(self) -> Iterator[int]:
        current, order = -1, np.empty(0, np.int64)
        for position in self.positions:
            epoch, place = divmod(position, self.images)
            if epoch != current:
                current, order = epoch, np.random.default_rng((self.seed, epoch)).permutation(self.images)
            yield epoch * self.images + int(order[place])


class Trainer:
    """A network, its running mean and its optimiser."""

    def __init__(self, network: PoseNetwork, recipe: PoseTrainPlan, folder: Path) -> None:
        self.network = network.to(memory_format=torch.channels_last)
        self.mean: PoseNetwork = copy.deepcopy(self.network)
        self.recipe, self.folder, self.step = recipe, folder, 0
        freeze(self.network, recipe.frozen)
        body = [p for n, p in network.named_parameters() if not n.startswith("decoder") and p.requires_grad]
        groups = [
            {"params": list(network.decoder.parameters()), "rate": recipe.decoder_rate},
            {"params": body, "rate": recipe.body_rate},
        ]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay)

    def resume(self) -> None:
        """Load the last checkpoint, if there is one."""
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def save(self) -> None:
        """Write the checkpoint; the old one stays whole until the new one is."""
        state = {
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }
        fresh = self.folder / f"{CHECKPOINT}.new"
        torch.save(state, fresh)
        fresh.rename(self.folder / CHECKPOINT)

    def fit(self, composer: Composer, rank: int = 0) -> None:
        """Train until the recipe's last step; the process of rank 0 reports and saves."""
        recipe, saved = self.recipe, time.monotonic()
        bar = tqdm(total=recipe.steps, initial=self.step, unit="step", mininterval=10, disable=rank > 0)
        for pixels, keypoints in self._batches(composer, rank):
            parts = self._learn(pixels, keypoints)
            bar.set_postfix_str(parts, refresh=False)
            bar.update()
            due = time.monotonic() - saved > recipe.checkpoint_s or self.step == recipe.steps
            if due and rank == 0:
                self.save()
                saved = time.monotonic()

    def _batches(self, composer: Composer, rank: int) -> DataLoader[tuple[Tensor, Tensor]]:
        recipe = self.recipe
        start, stop = self.step * recipe.batch + rank, recipe.steps * recipe.batch
        return DataLoader(
            _Examples(composer, recipe.seed),
            recipe.batch // recipe.processes,
            sampler=_Order(len(composer.usable), range(start, stop, recipe.processes), recipe.seed),
            num_workers=recipe.workers,
            prefetch_factor=4 if recipe.workers else None,
        )

    def _learn(self, pixels: Tensor, keypoints: Tensor) -> str:
        self._set_rates()
        x = to_input(pixels)
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=halves.fast_on(torch.device("cpu"))):
            heatmaps, offsets = self.network(x)
        parts = losses(heatmaps.float(), offsets.float(), keypoints)
        self.optimiser.zero_grad()
        parts.total.backward()
        self._share_gradients()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self._average()
        return f"heat {parts.heat:.3f} place {parts.place:.3f} offset {parts.offset:.3f}"

    def _share_gradients(self) -> None:
        """Replace the gradients by their mean over the processes."""
        if self.recipe.processes == 1:
            return
        gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
        flat = nn.utils.parameters_to_vector(gradients)
        distributed.all_reduce(flat)
        nn.utils.vector_to_parameters(flat / self.recipe.processes, gradients)

    def _set_rates(self) -> None:
        share = rate_share(self.step, self.recipe)
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * share

    def _average(self) -> None:
        keep = min(self.recipe.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, now in zip(self.mean.state_dict().values(), self.network.state_dict().values(), strict=True):
                if mean.is_floating_point():
                    mean.lerp_(now, 1 - keep)
                else:
                    mean.copy_(now)


def to_input(pixels: Tensor) -> Tensor:
    """Turn (batch, height, width, 3) bytes into the network's (batch, 3, height, width) in [-1, 1]."""
    return pixels.permute(0, 3, 1, 2).float().sub(127.5).div(127.5)


def first_examples(composer: Composer, count: int = 256) -> Tensor:
    """Compose examples as the network sees them: (count, 3, 192, 192), RGB in [-1, 1]."""
    return to_input(torch.from_numpy(np.array([composer.example(number, number)[0] for number in range(count)])))


def rate_share(step: int, recipe: PoseTrainPlan) -> float:
    """Return the share of the full learning rate at a step: a short rise, then half a cosine down to nothing."""
    if step < recipe.warm_up:
        return (step + 1) / recipe.warm_up
    passed = (step - recipe.warm_up) / max(1, recipe.steps - recipe.warm_up)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, passed))) + 0.005


def freeze(network: PoseNetwork, blocks: int) -> None:
    """Keep the stem and the first blocks as they are (0 frees all)."""
    first: list[nn.Module] = [network.stem, *network.blocks[:blocks]] if blocks else []
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    for module in first:
        module.requires_grad_(False)


def fit_together(make: Callable[[], PoseNetwork], composer: Composer, recipe: PoseTrainPlan, folder: Path) -> None:
    """Train in ``recipe.processes`` processes, from the checkpoint in ``folder`` if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as meeting:

        def fit_one(rank: int) -> None:
            torch.set_num_threads(1)
            torch.manual_seed(recipe.seed)
            meet_at = f"file://{meeting}/store"
            distributed.init_process_group("gloo", init_method=meet_at, rank=rank, world_size=recipe.processes)
            trainer = Trainer(make(), recipe, folder)
            trainer.resume()
            trainer.fit(composer, rank)
            distributed.destroy_process_group()

        # Forked, so that all of them share the images' memory.
        multiprocessing.start_processes(fit_one, nprocs=recipe.processes, start_method="fork")
