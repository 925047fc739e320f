"""A network answers the same however it is run."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("openvino")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from research.people.network import PeopleNetwork  # noqa: E402
from research.people.runners import on_gpu, on_processor  # noqa: E402


def test_the_quick_runners_say_what_the_network_says(narrow: dict[str, NDArray[np.float32]]) -> None:
    """Nearly: bfloat16 has eight significant bits, and random weights add up its errors."""
    network = PeopleNetwork(narrow, head_stride=4).eval()
    x = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        wanted = network(x)
    for run in (on_processor(network, 64), on_gpu(network, torch.device("cpu"))):
        said = run(x)
        assert said.keys() == wanted.keys()
        for name, value in wanted.items():
            assert said[name].shape == value.shape
            assert float((said[name] - value).abs().mean()) < 0.1 * float(value.abs().mean())
