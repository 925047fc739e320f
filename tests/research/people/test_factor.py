"""Layers as products of two."""

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")

from research.people.factor import factored, two_factors  # noqa: E402
from research.people.network import PeopleNetwork  # noqa: E402
from research.people.weights import HEADS  # noqa: E402

LAYERS = ("blocks.14.expand", "blocks.15.project")


def test_with_all_ranks_no_answer_changes(narrow: dict[str, NDArray[np.float32]]) -> None:
    """The network of factored weights is the same function where nothing was left out."""
    x = torch.randn(24, 3, 64, 64)
    ranks = {layer: min(narrow[f"{layer}.weight"].shape[:2]) for layer in LAYERS}
    last, between = narrow["last.weight"].shape[:2]
    smaller = factored(narrow, x, ranks, between, last)
    assert not {f"{layer}.weight" for layer in LAYERS} & set(smaller)
    before, after = PeopleNetwork(narrow)(x), PeopleNetwork(smaller)(x)
    for name in HEADS:
        scale = float(before[name].detach().abs().max())
        assert torch.allclose(before[name], after[name], atol=2e-3 * scale)


def test_a_narrower_end_has_the_channels_that_it_was_asked_for(narrow: dict[str, NDArray[np.float32]]) -> None:
    """Fewer channels are left in the last layer and before it, and answers are near those before."""
    x = torch.randn(24, 3, 64, 64)
    smaller = factored(narrow, x, {}, between=5, last=12)
    shapes = {name: smaller[f"{name}.weight"].shape[:2] for name in ("blocks.16.project", "last", "lateral_32")}
    wide = narrow["blocks.16.project.weight"].shape[1]
    assert shapes == {"blocks.16.project": (5, wide), "last": (12, 5), "lateral_32": (8, 12)}
    before, after = (PeopleNetwork(weights)(x)["heatmap"].detach() for weights in (narrow, smaller))
    assert (after - before).square().mean() < 0.2 * before.var()


def test_the_factors_are_nearest_for_the_inputs_there_are() -> None:
    """Outputs change less than with the nearest matrix of that rank, and not on average."""
    rng = np.random.default_rng(3)
    inputs = 2 + rng.standard_normal((500, 12)) * np.geomspace(10, 0.1, 12)
    matrix, bias = rng.standard_normal((20, 12)), rng.standard_normal(20)
    first, second, moved = two_factors(matrix, bias, inputs.mean(0), np.cov(inputs.T, bias=True), 4)
    wanted, given = inputs @ matrix.T + bias, inputs @ first.T @ second.T + moved
    left, singular, right = np.linalg.svd(matrix, full_matrices=False)
    nearest = inputs @ (left[:, :4] * singular[:4] @ right[:4]).T + bias
    assert given.mean(0) == pytest.approx(wanted.mean(0))
    assert np.square(given - wanted).mean() < 0.5 * np.square(nearest - wanted).mean()
    assert np.cov((inputs @ first.T).T, bias=True) == pytest.approx(np.eye(4), abs=1e-6)
