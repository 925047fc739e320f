"""Learning on from a released network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from haredge.core.errors import ModelError  # noqa: E402
from haredge.inference.loading import open_engine  # noqa: E402
from haredge.manifest import MODEL  # noqa: E402
from research.pose.network import PoseNetwork  # noqa: E402
from research.pose.released import load_weights  # noqa: E402
from research.pose.synthetic_images import random_image  # noqa: E402
from research.pose.train import to_input  # noqa: E402

MODELS = Path(__file__).parents[3] / "models"


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Give (8, 192, 192, 3) images of synthetic people, RGB."""
    rng = np.random.default_rng(3)
    return np.stack([random_image(rng, (192, 192))[0][:, :, ::-1] for _ in range(8)])


def answers(network: Any, images: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(network(to_input(torch.from_numpy(images)))[0]).transpose(0, 2, 3, 1)


def test_it_goes_on_from_what_the_file_answers(images: np.ndarray) -> None:
    """The heatmaps are those of the int8 file except for quantisation, and stay so with a batch's own statistics."""
    network = PoseNetwork()
    load_weights(network, MODELS / "pose" / MODEL, to_input(torch.from_numpy(images)))
    taken = answers(network, images)
    file = open_engine(MODELS / "pose" / MODEL)
    heatmaps = [index for index, output in enumerate(file.outputs) if output.shape[-1] == 17]
    released = np.stack([file.outputs[heatmaps[0]].dequantise(file.run(one[None])[heatmaps[0]])[0] for one in images])
    apart = np.abs(taken - released)
    assert apart.mean() < 0.05 * released.std()
    network.train()
    assert np.abs(answers(network, images) - taken).mean() < 0.05 * released.std()


def test_another_network_is_refused() -> None:
    """A network of another form is named, and nothing is trained."""
    with pytest.raises(ModelError, match=r"model\.tflite: not a network of the same form"):
        load_weights(PoseNetwork(), MODELS / "everyday" / MODEL, torch.zeros(1, 3, 192, 192))
