"""The network, and its way into a TFLite file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from haredge.inference.loading import open_engine  # noqa: E402
from haredge.pose.decoders.posenet import PoseNetDecoder  # noqa: E402
from research.pose import initial  # noqa: E402
from research.pose.network import BLOCKS, PoseNetwork  # noqa: E402
from research.pose.train import PoseTrainPlan, freeze, rate_share, to_input  # noqa: E402

RNG = np.random.default_rng(0)
PICTURE = RNG.integers(0, 256, (192, 192, 3), np.uint8)


@pytest.fixture(scope="module")
def network() -> Any:
    """Give a network with random weights and statistics, in the state in which it is exported."""
    torch.manual_seed(0)
    network = PoseNetwork()
    with torch.no_grad():
        for _ in range(3):
            network(to_input(torch.from_numpy(RNG.integers(0, 256, (2, 192, 192, 3), np.uint8))))
    network.eval()
    return network


def test_the_outputs_have_the_posenet_form(network: Any) -> None:
    """Heatmaps of 17 channels and offsets of 34 at stride 8."""
    heatmaps, offsets = network(to_input(torch.from_numpy(PICTURE[None])))
    assert heatmaps.shape == (1, 17, 24, 24)
    assert offsets.shape == (1, 34, 24, 24)


def test_the_input_is_centred() -> None:
    """Bytes 0 and 255 become -1 and 1, as the ImageNet weights expect."""
    bytes_ = torch.tensor([0, 255, 0], dtype=torch.uint8).expand(1, 2, 2, 3)
    assert to_input(bytes_)[0, :, 0, 0].tolist() == [-1, 1, -1]


def test_frozen_blocks_stay(network: Any) -> None:
    """Stem and first blocks are left out of the training, all others are in it."""
    freeze(network, 4)
    frozen = {name for name, parameter in network.named_parameters() if not parameter.requires_grad}
    assert {name.split(".")[0] for name in frozen} == {"stem", "blocks"}
    assert {int(name.split(".")[1]) for name in frozen if name.startswith("blocks")} == {0, 1, 2, 3}
    freeze(network, 0)
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_the_learning_rate_rises_and_falls() -> None:
    """The rate rises over the warm-up, then falls, and is next to nothing at the end."""
    recipe = PoseTrainPlan(steps=1000, warm_up=100)
    shares = [rate_share(step, recipe) for step in range(1000)]
    assert max(shares) == pytest.approx(1, abs=0.01)
    assert shares.index(max(shares)) in range(98, 102)
    assert shares[-1] < 0.01
    assert shares[100:] == sorted(shares[100:], reverse=True)


def test_important_channels_are_those_that_move_the_output() -> None:
    """A channel whose depthwise or projecting weights are nil is the first to go."""
    depthwise, project = np.ones((4, 1, 3, 3), np.float32), np.ones((2, 4, 1, 1), np.float32)
    depthwise[1] = 0
    project[:, 3] = 0.1
    assert initial.important_channels(depthwise, project, 2).tolist() == [0, 2]


def test_imagenet_weights_reach_every_block() -> None:
    """The body takes over the weights of its ImageNet model, a narrower block some of them."""
    weights = {"stem": _weights((32, 3, 3, 3))}
    c_in = 32
    for index, block in enumerate(BLOCKS):
        wide = max(block.expanded, 960 if index == 14 else 576 if index == 13 else 0)
        weights[f"{index}/expand"] = _weights((wide, c_in, 1, 1))
        weights[f"{index}/depthwise"] = _weights((wide, 1, 3, 3))
        weights[f"{index}/project"] = _weights((block.out, wide, 1, 1))
        c_in = block.out
    network = PoseNetwork()
    initial.load_imagenet(network, weights)
    np.testing.assert_array_equal(network.blocks[7].project.weight.detach().numpy(), weights["7/project"][0])
    np.testing.assert_array_equal(network.blocks[14].project.bias.detach().numpy(), weights["14/project"][1])
    kept = network.blocks[14].depthwise.weight.detach().numpy()
    assert all((weights["14/depthwise"][0] == row).all((1, 2, 3)).any() for row in kept)


def _weights(shape: tuple[int, ...]) -> tuple[Any, Any]:
    return RNG.normal(size=shape).astype(np.float32), RNG.normal(size=shape[0]).astype(np.float32)


@pytest.mark.slow
def test_the_exported_network_is_the_trained_one(network: Any) -> None:
    """Keras gives torch's answers, and both TFLite files are recognised as a PoseNet at stride 8."""
    pytest.importorskip("tf_keras")
    from research import image_networks
    from research.pose import export

    model = export.to_keras(network)
    assert export.disagreement(network, model, PICTURE) < 1e-3
    files = (image_networks.float_file(model), image_networks.int8_file(model, [PICTURE] * 4))
    for content in files:
        opened = open_engine(content)
        decoder = PoseNetDecoder.of(opened)
        assert decoder is not None
        assert decoder.stride == 8
    assert open_engine(files[1]).input.dtype == np.uint8
    assert all(output.dtype == np.uint8 for output in open_engine(files[1]).outputs)
