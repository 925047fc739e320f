"""The network as a TFLite file."""

import numpy as np
import pytest
from extras import needs_training
from numpy.typing import NDArray

from haredge.inference.loading import open_engine
from haredge.pose.decoders.centers import CentersDecoder, Maps

# What exports imports TensorFlow: within the tests, as every process that collects them would wait for it.
pytestmark = [needs_training, pytest.mark.slow]
IMAGE = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
EVERY_CELL = np.arange(8)

Weights = dict[str, NDArray[np.float32]]


def test_the_decoder_recognises_the_int8_file_and_finds_people_in_it(narrow: Weights) -> None:
    from research.image_networks import int8_file
    from research.people.export import to_keras

    engine = open_engine(int8_file(to_keras(narrow, (64, 96)), [IMAGE]))
    decoder = CentersDecoder.of(engine)
    assert decoder is not None
    people = decoder.decode(engine.run(IMAGE[None]))
    assert 1 <= len(people) <= 6
    assert all(person.keypoints.shape == (17, 3) and np.isfinite(person.keypoints).all() for person in people)


def test_the_float_file_is_the_same_function(narrow: Weights) -> None:
    torch = pytest.importorskip("torch")
    from research.image_networks import float_file
    from research.people.export import to_keras
    from research.people.float_inference import maps_of
    from research.people.network import PeopleNetwork, to_input

    maps = _maps(float_file(to_keras(narrow, (64, 96))))
    with torch.no_grad():
        outputs = PeopleNetwork(narrow)(to_input(torch.from_numpy(IMAGE[None])))
    wanted = maps_of({name: value[0].numpy() for name, value in outputs.items()}, 8)
    assert maps.centre == pytest.approx(wanted.centre, abs=0.01)
    assert maps.heatmap == pytest.approx(wanted.heatmap, abs=0.01)
    assert maps.regress.at(EVERY_CELL) == pytest.approx(wanted.regress.at(EVERY_CELL), abs=0.01)
    assert maps.offset.at(EVERY_CELL) == pytest.approx(wanted.offset.at(EVERY_CELL), abs=0.01)


def test_two_factors_are_the_same_function_as_their_product(narrow: Weights) -> None:
    from research.image_networks import float_file
    from research.people.export import to_keras

    rng, smaller, product = np.random.default_rng(1), dict(narrow), dict(narrow)
    for layer in ("blocks.14.expand", "blocks.16.project", "last"):
        outputs, inputs = narrow[f"{layer}.weight"].shape[:2]
        first, second = rng.normal(0, 0.3, (4, inputs)), rng.normal(0, 0.3, (outputs, 4))
        del smaller[f"{layer}.weight"]
        smaller[f"{layer}.0.weight"] = first[:, :, None, None].astype(np.float32)
        smaller[f"{layer}.1.weight"] = second[:, :, None, None].astype(np.float32)
        smaller[f"{layer}.1.bias"] = smaller.pop(f"{layer}.bias")
        product[f"{layer}.weight"] = (second @ first)[:, :, None, None].astype(np.float32)
    one, other = (_maps(float_file(to_keras(weights, (64, 96)))) for weights in (smaller, product))
    assert one.centre == pytest.approx(other.centre, abs=1e-3)
    assert one.heatmap == pytest.approx(other.heatmap, abs=1e-3)
    assert one.regress.at(EVERY_CELL) == pytest.approx(other.regress.at(EVERY_CELL), abs=1e-3)


def _maps(content: bytes) -> Maps:
    """Return what a float file says of the image."""
    engine = open_engine(content)
    decoder = CentersDecoder.of(engine)
    assert decoder is not None
    return decoder.maps(engine.run(IMAGE[None].astype(np.float32) / 127.5 - 1))
