"""The training itself: resumable at any time, in one process or several that average their gradients.

A folder holds everything: two checkpoints, ``weights.npz`` (the running mean, float16) and ``log.csv``.
"""

from __future__ import annotations

import copy
import csv
import logging
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.nn import functional

from research import halves
from research.people import guide as guiding
from research.people import rates
from research.people.batch import Batch, examples
from research.people.compose import Composer
from research.people.float_inference import float_finder
from research.people.network import PeopleNetwork, to_input
from research.people.recipe import Recipe
from research.people.stream import stream
from research.people.targets import Losses, losses
from research.people.validation import MEASURES, Validation
from research.people.weights import save_weights

CHECKPOINT: Final = "checkpoint.pt"
BEFORE: Final = "checkpoint.before.pt"
WEIGHTS: Final = "weights.npz"
LOG: Final = "log.csv"
LOG_EVERY: Final = 1_600
"""Every how many examples a row is written to the log."""
PARTS: Final = ("centre", "heatmap", "regress", "offset")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Team:
    """The processes that train together."""

    rank: int = 0
    size: int = 1

    def average(self, network: nn.Module) -> None:
        """Replace the gradients by their mean over the processes."""
        if self.size == 1:
            return
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        flat = nn.utils.parameters_to_vector(gradients)
        distributed.all_reduce(flat)
        nn.utils.vector_to_parameters(flat / self.size, gradients)

    def agree(self, flag: bool) -> bool:
        """Return whether the flag is set in any process."""
        if self.size == 1:
            return flag
        flags = torch.tensor([float(flag)])
        distributed.all_reduce(flags)
        return bool(flags.item() > 0)


@dataclass
class Stop:
    """Whether the end was asked for."""

    then: Callable[[], object] | None = None
    """Called when it is."""
    asked: bool = False

    def listen(self) -> None:
        """Take SIGTERM and SIGINT for a request to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True
        if self.then is not None:
            self.then()


class Trainer:
    """A network, its running mean, its optimiser, and how far the training is."""

    def __init__(
        self,
        network: PeopleNetwork,
        recipe: Recipe,
        folder: Path,
        *,
        device: str = "cpu",
        planners: int | None = None,
        guide: guiding.Guide | None = None,
    ) -> None:
        """Take a network, and a guide if its answers are to be learned rather than the labels alone.

        With ``planners``, that many processes plan examples which the device itself draws.
        """
        self.device = torch.device(device)
        self.network = network.to(self.device, memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.network)
        self.recipe, self.folder, self.seen = recipe, folder, 0
        self.planners, self.guide = planners, guide
        freeze(self.network, recipe.frozen)
        self.optimiser = torch.optim.AdamW(rates.groups(network, recipe.rate), weight_decay=0.0)

    def resume(self) -> bool:
        """Load the last checkpoint that is whole; return whether there is one."""
        for name in (CHECKPOINT, BEFORE):
            if not zipfile.is_zipfile(self.folder / name):  # missing, or cut short
                continue
            state = torch.load(self.folder / name, map_location=self.device, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.mean.load_state_dict(state["mean"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.seen = state["seen"]
            return True
        return False

    def save(self) -> None:
        """Write checkpoint and weights; the checkpoint before stays."""
        state = {
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "seen": self.seen,
        }
        fresh = self.folder / f"{CHECKPOINT}.new"
        torch.save(state, fresh)
        if (self.folder / CHECKPOINT).exists():
            (self.folder / CHECKPOINT).replace(self.folder / BEFORE)
        fresh.replace(self.folder / CHECKPOINT)
        save_weights(self.folder / WEIGHTS, self.mean.arrays())

    def fit(self, composer: Composer, validation: Validation | None, stop: Stop, team: Team | None = None) -> None:
        """Train until the recipe's end or a request to stop; the process of rank 0 logs and saves."""
        team = team or Team()
        log = Log(self.folder / LOG)
        saved, row = time.monotonic(), self.seen
        for batch in self._batches(composer, team):
            log.add(self._learn(batch, team))
            ended = team.agree(stop.asked) or self.seen >= self.recipe.examples
            if team.rank == 0:
                if self.seen - row >= LOG_EVERY:
                    due = validation is not None and self.seen // self.recipe.validate > row // self.recipe.validate
                    log.write(self.seen, self._validated(validation) if due else {})
                    row = self.seen
                if ended or time.monotonic() - saved > self.recipe.checkpoint_s:
                    self.save()
                    saved = time.monotonic()
            if ended:
                return

    def _batches(self, composer: Composer, team: Team) -> Iterator[Batch]:
        """Make batches; the same examples, shared out, whatever the number of processes."""
        recipe = self.recipe
        if self.planners is not None:
            yield from stream(composer, recipe, self.seen, self.device, self.planners)
        while self.planners is None:
            side = recipe.side(self.seen, np.random.default_rng((recipe.seed, self.seen)))
            numbers = range(self.seen + team.rank, self.seen + recipe.batch, team.size)
            yield examples(composer, side, numbers, recipe.seed).to(self.device)

    def _parts(self, batch: Batch) -> Losses:
        """Run the network on a batch, made smaller if a guide sees it in more pixels, and compare."""
        if self.guide is None:
            return losses(self._outputs(batch.pixels), batch.people)
        larger = guiding.SIDE / self.recipe.guided
        wanted = self.guide.wanted(batch.clean, batch.people.scaled(1 / larger), self.recipe.guided)
        return guiding.losses(self._outputs(smaller(batch.pixels, self.recipe.guided)), wanted)

    def _outputs(self, pixels: Tensor) -> dict[str, Tensor]:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=halves.fast_on(self.device)):
            outputs = self.network(to_input(pixels))
        return {name: value.float() for name, value in outputs.items()}

    def _learn(self, batch: Batch, team: Team) -> Losses:
        share = self.recipe.rate_share(self.seen)
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * share
        parts = self._parts(batch)
        self.optimiser.zero_grad()
        parts.total.backward()
        team.average(self.network)
        nn.utils.clip_grad_norm_(self.network.parameters(), rates.CLIP)
        self.optimiser.step()
        self._average()
        self.seen += self.recipe.batch
        return parts

    def _average(self) -> None:
        keep = self.recipe.keep(self.seen)
        with torch.no_grad():
            for mean, now in zip(self.mean.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)

    def _validated(self, validation: Validation | None) -> dict[str, float]:
        if validation is None:
            return {}
        self.mean.cpu()
        try:
            return validation.measure(float_finder(self.mean, 192))
        finally:
            self.mean.to(self.device)


class Log:
    """Rows of a CSV: examples seen, examples per second, the loss's parts, and the validation's figures."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums: dict[str, float] = dict.fromkeys(PARTS, 0.0)
        self._count, self._seen, self._since = 0, -1, time.monotonic()

    def add(self, parts: Losses) -> None:
        """Take a batch into account."""
        for name in PARTS:
            self._sums[name] += float(getattr(parts, name).detach())
        self._count += 1

    def write(self, seen: int, figures: dict[str, float]) -> None:
        """Append a row."""
        new = not self._path.exists()
        rate = (seen - self._seen) / (time.monotonic() - self._since) if self._seen >= 0 else float("nan")
        values: dict[str, Any] = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "seen": seen}
        values["per_second"] = round(rate, 2)
        values |= {name: round(total / self._count, 4) for name, total in self._sums.items()}
        values |= {name: round(figures[name], 4) if name in figures else "" for name in MEASURES}
        with self._path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(values))
            if new:
                writer.writeheader()
            writer.writerow(values)
        _LOG.info("%s", " ".join(f"{name} {value}" for name, value in values.items() if value != ""))
        self._sums, self._count = dict.fromkeys(PARTS, 0.0), 0
        self._seen, self._since = seen, time.monotonic()


def smaller(pixels: Tensor, side: int) -> Tensor:
    """Shrink (batch, height, width, 3) bytes to ``side`` x ``side`` pixels by averaging."""
    maps = functional.interpolate(
        pixels.permute(0, 3, 1, 2).float(), (side, side), mode="bilinear", antialias=True, align_corners=False
    )
    return maps.round().clamp(0, 255).byte().permute(0, 2, 3, 1)


def freeze(network: PeopleNetwork, blocks: int) -> None:
    """Keep the stem and the first blocks as they are; 0 frees all."""
    first: list[nn.Module] = [network.stem, *network.blocks[:blocks]] if blocks else []
    for module in first:
        module.requires_grad_(False)
