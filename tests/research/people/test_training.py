"""A tiny training, from beginning to end."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")

from research.people.balance import balanced  # noqa: E402
from research.people.batch import examples  # noqa: E402
from research.people.compose import Composer, tiles, view  # noqa: E402
from research.people.guide import SIDE, Guide  # noqa: E402
from research.people.network import PeopleNetwork  # noqa: E402
from research.people.recipe import Recipe  # noqa: E402
from research.people.runners import on_gpu  # noqa: E402
from research.people.shelves import Shelves  # noqa: E402
from research.people.train import Stop, Team, Trainer  # noqa: E402
from research.people.views import GUIDE_STRIDE  # noqa: E402
from research.people.weights import HEADS, STRIDE_2, load_weights, save_weights  # noqa: E402

SMALL: Any = {"sides": (64,), "early": (1.0,), "late": (1.0,)}
Weights = dict[str, NDArray[np.float32]]
BLOCKS = 17


def test_the_architecture_is_read_from_the_weights(narrow: Weights) -> None:
    outputs = PeopleNetwork(narrow)(torch.zeros(2, 3, 64, 96))
    assert {name: tuple(value.shape) for name, value in outputs.items()} == {
        name: (2, count, 8, 12) for name, count in HEADS.items()
    }
    assert max(STRIDE_2) < BLOCKS


def test_at_half_the_stride_the_even_cells_are_the_same(narrow: Weights) -> None:
    x = torch.randn(1, 3, 64, 64)
    coarse, fine = PeopleNetwork(narrow)(x), PeopleNetwork(narrow, head_stride=4)(x)
    for name in HEADS:
        assert torch.allclose(coarse[name], fine[name][:, :, ::2, ::2], atol=1e-4)


def test_balancing_changes_no_answer(narrow: Weights) -> None:
    weights, x = narrow, torch.randn(4, 3, 64, 64)
    before, after = PeopleNetwork(weights)(x), PeopleNetwork(balanced(weights, x))(x)
    for name in HEADS:
        scale = float(before[name].detach().abs().max())
        assert torch.allclose(before[name], after[name], atol=1e-4 * scale)


def test_weights_keep_their_names_and_shapes(narrow: Weights, tmp_path: Path) -> None:
    save_weights(tmp_path / "weights.npz", narrow)
    again = load_weights(tmp_path / "weights.npz")
    assert {name: value.shape for name, value in again.items()} == {name: v.shape for name, v in narrow.items()}
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]


def test_an_example_is_the_same_whenever_it_is_made(shelves: Shelves) -> None:
    composer = Composer(shelves)
    batch = examples(composer, 96, range(30), seed=1)
    pixels, people, again = batch.pixels, batch.people, examples(composer, 96, [29], seed=1).pixels
    assert (pixels[29] == again[0]).all()
    assert pixels.shape == (30, 96, 96, 3)
    empty = [(boxes[:, 2] <= boxes[:, 0]).all() for boxes in people.boxes]
    assert 1 <= sum(map(bool, empty)) < 20


def test_tiles_cover_the_view_once() -> None:
    whole = view(192, 16 / 9)
    parts = tiles(whole, 9, np.random.default_rng(0))
    assert len(parts) == 9
    assert sum(part.width * part.height for part in parts) == whole.width * whole.height


def test_a_training_that_is_stopped_goes_on(shelves: Shelves, tmp_path: Path, narrow: Weights) -> None:
    recipe = Recipe(examples=16, batch=4, warm_up=1, frozen=0, **SMALL)
    first = Trainer(PeopleNetwork(narrow), recipe, tmp_path)
    stop = Stop(asked=True)
    first.fit(Composer(shelves), None, stop)
    assert first.seen == 4
    second = Trainer(PeopleNetwork(narrow), recipe, tmp_path)
    assert second.resume()
    assert second.seen == 4
    second.fit(Composer(shelves), None, Stop())
    assert second.seen == 16
    assert (tmp_path / "checkpoint.before.pt").exists()
    changed = load_weights(tmp_path / "weights.npz")
    assert np.abs(changed["lateral_32.weight"] - narrow["lateral_32.weight"]).max() > 0


@pytest.mark.parametrize("planners", [0, 1])
def test_examples_may_be_drawn_by_the_device_itself(
    shelves: Shelves, tmp_path: Path, narrow: Weights, planners: int
) -> None:
    recipe = Recipe(examples=12, batch=4, warm_up=1, **SMALL)
    trainer = Trainer(PeopleNetwork(narrow), recipe, tmp_path, planners=planners)
    trainer.fit(Composer(shelves), None, Stop())
    assert trainer.seen == 12


def test_a_checkpoint_that_is_damaged_is_passed_over(shelves: Shelves, tmp_path: Path, narrow: Weights) -> None:
    recipe = Recipe(examples=8, batch=4, **SMALL)
    Trainer(PeopleNetwork(narrow), recipe, tmp_path).fit(Composer(shelves), None, Stop(asked=True))
    trainer = Trainer(PeopleNetwork(narrow), recipe, tmp_path)
    trainer.resume()
    trainer.fit(Composer(shelves), None, Stop(asked=True))
    (tmp_path / "checkpoint.pt").write_bytes(b"rubbish")
    again = Trainer(PeopleNetwork(narrow), recipe, tmp_path)
    assert again.resume()
    assert again.seen == 4


def test_what_is_learned_lowers_the_loss(shelves: Shelves, tmp_path: Path, narrow: Weights) -> None:
    trainer = Trainer(PeopleNetwork(balanced(narrow, torch.randn(2, 3, 64, 64))), Recipe(warm_up=1, frozen=0), tmp_path)
    batch = examples(Composer(shelves), 64, range(8), seed=1)
    before = float(trainer._parts(batch).total.detach())
    for _ in range(10):
        trainer._learn(batch, Team())
    assert float(trainer._parts(batch).total.detach()) < before


@pytest.mark.parametrize("planners", [None, 0])
def test_a_network_comes_nearer_to_its_guide(
    shelves: Shelves, tmp_path: Path, narrow: Weights, planners: int | None
) -> None:
    """The guide has all cells and sees more pixels; the network begins with its weights."""
    weights = balanced(narrow, torch.randn(2, 3, 64, 64))
    guide = Guide(on_gpu(PeopleNetwork(weights, GUIDE_STRIDE), torch.device("cpu")))
    recipe = replace(Recipe.with_guide(SIDE, examples=8, batch=4, seed=1), warm_up=1, checkpoint_s=1e9)
    trainer = Trainer(PeopleNetwork(weights), recipe, tmp_path, planners=planners, guide=guide)
    batch = next(trainer._batches(Composer(shelves), Team()))
    assert batch.clean.shape == batch.pixels.shape == (4, SIDE, SIDE, 3)
    before = float(trainer._parts(batch).total.detach())
    for _ in range(6):
        trainer._learn(batch, Team())
    assert float(trainer._parts(batch).total.detach()) < before
