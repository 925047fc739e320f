"""The upper part of a network, on features that were kept, fitted to what another says."""

from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")

from research.people.fit import Fit, rate_share  # noqa: E402
from research.people.network import PeopleNetwork  # noqa: E402
from research.people.soap import Soap  # noqa: E402
from research.people.upper import PARTS, Features, features, upper  # noqa: E402

Weights = dict[str, NDArray[np.float32]]


@pytest.fixture
def kept(narrow: Weights) -> Features:
    """Return what the narrow network computes of some noise."""
    torch.manual_seed(0)
    return features(PeopleNetwork(narrow).eval(), torch.randn(48, 3, 64, 64))


def test_what_is_kept_gives_the_networks_own_answers(narrow: Weights) -> None:
    """Lower part, upper part, pyramid and heads, one after the other, are the whole network."""
    network, x = PeopleNetwork(narrow).eval(), torch.randn(3, 3, 64, 96)
    given = features(network, x)
    assert torch.allclose(upper(network, given.below), given.deep, atol=1e-5)
    whole, parts = network(x), network.answers(given.deep, given.laterals)
    assert all(torch.allclose(whole[name], parts[name], atol=1e-5) for name in whole)


def test_features_are_read_as_they_were_written(kept: Features, tmp_path: Path) -> None:
    """To a float16's three digits, and nothing is left beside them."""
    kept.save(tmp_path / "0000.npz")
    again = Features.load(tmp_path / "0000.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["0000.npz"]
    for one, other in (
        (kept.below, again.below),
        (kept.deep, again.deep),
        *((kept.laterals[stride], again.laterals[stride]) for stride in kept.laterals),
    ):
        assert torch.allclose(one, other, rtol=1e-3, atol=1e-3)


def test_a_network_learns_what_the_other_says(narrow: Weights, kept: Features) -> None:
    """The upper part comes back to the other's answers; what lies below it stays as it was."""
    rng = np.random.default_rng(2)
    noisy = {
        name: value * rng.normal(1, 0.3, value.shape).astype(np.float32) if name.startswith(PARTS) else value
        for name, value in narrow.items()
    }
    fit = Fit(PeopleNetwork(noisy), PeopleNetwork(narrow).eval())
    before = float(fit.loss(kept).detach())
    *_, seen = fit.steps(repeat(kept), 3200)
    assert seen == 3200
    assert float(fit.loss(kept).detach()) < 0.5 * before
    after = fit.network.arrays()
    below = [name for name in noisy if not name.startswith((*PARTS, "mix_", "heads."))]
    assert below
    assert all(np.array_equal(after[name], noisy[name]) for name in below)


def test_rates_begin_and_end_low() -> None:
    """They grow to their full size in a hundred steps, and fall from then on."""
    shares = [rate_share(seen, 64_000) for seen in range(0, 64_001, 32)]
    top = int(np.argmax(shares))
    assert top == pytest.approx(100, abs=5)
    assert shares[top] == pytest.approx(1, abs=0.01)
    assert np.all(np.diff(shares[top:]) <= 0)
    assert (shares[0], shares[-1]) == pytest.approx((0.01, 0.003))


def test_directions_that_vary_little_are_learned_too() -> None:
    """Where inputs vary a thousand times as much one way as another, turned at random, Adam is left behind."""
    torch.manual_seed(1)
    turn = torch.linalg.qr(torch.randn(20, 20))[0]
    inputs = torch.randn(4000, 20) * torch.logspace(0, -3, 20) @ turn.T
    wanted = torch.randn(10, 20)
    left = {}
    for name, make in (("adam", lambda groups: torch.optim.Adam(groups, betas=(0.9, 0.98))), ("soap", Soap)):
        weights = torch.nn.Parameter(torch.zeros(10, 20))
        optimiser = make([{"params": [weights], "lr": 0.03}])
        for step in range(600):
            optimiser.param_groups[0]["lr"] = 0.03 * (1 - step / 600)
            batch = inputs[torch.randint(4000, (64,))]
            optimiser.zero_grad()
            (batch @ (weights - wanted).T).square().mean().backward()
            optimiser.step()
        left[name] = float((inputs @ (weights - wanted).T).square().mean().detach())
    assert left["soap"] < 0.5 * left["adam"]
