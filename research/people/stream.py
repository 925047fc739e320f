"""Batches drawn on the training's device, planned by other processes while it computes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from research.people.batch import Batch, People, together
from research.people.compose import Composer
from research.people.recipe import Recipe
from research.people.render_torch import Atlas, Layers, draw_layers, layers_of, spoil


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch before it is drawn."""

    side: int
    layers: list[Layers]
    people: People
    views: Tensor
    """(batch, 4) left, top, right, bottom of the part that the camera's image fills."""


class _Plans(Dataset[Plan]):  # type: ignore[misc]
    """The plans of batches; an item's index is the number of examples before it."""

    def __init__(self, composer: Composer, recipe: Recipe, first: dict[str, int]) -> None:
        self._composer, self._recipe, self._first = composer, recipe, first

    def __getitem__(self, seen: int) -> Plan:
        recipe = self._recipe
        side = recipe.side(seen, np.random.default_rng((recipe.seed, seen)))
        numbers = range(seen, seen + recipe.batch)
        scenes = [self._composer.scene(side, np.random.default_rng((recipe.seed, number))) for number in numbers]
        views = [(one.view.left, one.view.top, one.view.right, one.view.bottom) for one in scenes]
        layers = layers_of(scenes, self._composer.shelves, self._first)
        return Plan(side, layers, together(scenes), torch.tensor(views, dtype=torch.float32))


def stream(composer: Composer, recipe: Recipe, seen: int, device: torch.device, processes: int) -> Iterator[Batch]:
    """Yield batches from example ``seen`` on, as :func:`research.people.batch.examples` makes them.

    ``processes`` plan; 0 plans in this one.
    """
    atlas = Atlas.load(composer.shelves, device)
    generator = torch.Generator(device).manual_seed(recipe.seed + seen)
    order = range(seen, recipe.examples, recipe.batch)
    prefetch = 4 if processes else None
    plans = DataLoader(
        _Plans(composer, recipe, atlas.first), None, sampler=order, num_workers=processes, prefetch_factor=prefetch
    )
    for plan in plans:
        clean = draw_layers([layer.to(device) for layer in plan.layers], atlas, len(plan.views), plan.side)
        spoilt = spoil(clean, generator)
        yield Batch(_in_view(clean, plan), _in_view(spoilt, plan), plan.people.to(device))


def _in_view(images: Tensor, plan: Plan) -> Tensor:
    """Turn (batch, 3, side, side) floats into (batch, side, side, 3) bytes, RGB, black outside the views."""
    device = images.device
    steps = torch.arange(plan.side, device=device)
    left, top, right, bottom = plan.views.to(device)[:, :, None].unbind(1)
    seen = ((steps >= top) & (steps < bottom))[:, :, None] & ((steps >= left) & (steps < right))[:, None, :]
    return (images * seen[:, None]).permute(0, 2, 3, 1).byte()
