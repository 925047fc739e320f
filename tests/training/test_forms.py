"""Tests of the forms of network: each becomes an int8 file that any interpreter runs and that answers as it does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from extras import needs_training
from numpy.typing import NDArray

from haredge.activity.features import SIZE
from haredge.activity.window import LENGTH
from haredge.cli import parser
from haredge.inference.engine import Engine, infer
from haredge.inference.loading import open_engine
from haredge.inference.tflite import TfliteEngine
from haredge.training.export import to_int8
from haredge.training.fit import probabilities
from haredge.training.network import NETWORKS, maker

pytestmark = [needs_training, pytest.mark.usefixtures("converter")]

LABELS = 5


@pytest.fixture(scope="module", params=NETWORKS)
def form(request: pytest.FixtureRequest) -> tuple[Any, NDArray[np.float32], Engine]:
    """Make each form with weights as drawn, and its int8 file."""
    import tf_keras

    tf_keras.utils.set_random_seed(1)
    model = NETWORKS[request.param].make(LABELS, None)
    # As drawn, all windows get nearly the same answer, and what an LSTM says is less than a step of its int8 output.
    lively = 3 if request.param == "lstm" else 1
    for layer in (layer for layer in model.layers if layer.name.startswith("lstm")):
        layer.set_weights([lively * weights for weights in layer.get_weights()])
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * 20 / lively, bias])
    windows = np.random.default_rng(0).normal(0, 0.7, (200, LENGTH, SIZE)).astype(np.float32)
    return model, windows, open_engine(to_int8(model, windows, maker(model)))


def answers(network: Engine, windows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([infer(network, window[None])[0][0] for window in windows])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_int8_file_answers_as_the_float_network(form: tuple[Any, NDArray[np.float32], Engine]) -> None:
    """Input and output are bytes of the form that the classifier asks for, and probabilities hardly differ."""
    model, windows, network = form
    assert (network.input.shape, network.outputs[0].shape) == ((1, LENGTH, SIZE), (1, LABELS))
    assert network.input.dtype == network.outputs[0].dtype == np.int8
    expected, found = probabilities(model, windows), answers(network, windows)
    assert expected.std(axis=0).max() > 0.02
    assert np.abs(found - expected).mean() < 0.02
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.9


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_window_leaves_a_trace_in_the_next(form: tuple[Any, NDArray[np.float32], Engine]) -> None:
    """Whatever a form remembers, an answer does not depend on the windows before."""
    _, windows, network = form
    forward, backward = answers(network, windows[:20]), answers(network, windows[:20][::-1])
    np.testing.assert_array_equal(forward, backward[::-1])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_only_built_in_operators_are_used(form: tuple[Any, NDArray[np.float32], Engine]) -> None:
    """No loop, which interpreters run slowly, and nothing that needs TensorFlow's own operators."""
    engine = form[2]
    assert isinstance(engine, TfliteEngine)
    operators = {operator["op_name"] for operator in engine._interpreter._get_ops_details()}
    assert not {name for name in operators if name in {"WHILE", "CALL_ONCE"} or name.startswith(("Flex", "CUSTOM"))}


def test_the_convolutions_reach_over_the_whole_window() -> None:
    """The answer depends on the oldest pose as on the newest: three dilations span nine poses."""
    model = NETWORKS["tcn"].make(LABELS, None)
    window = np.random.default_rng(0).normal(0, 0.7, (1, LENGTH, SIZE)).astype(np.float32)
    plain = model(window).numpy()
    for pose in (0, LENGTH - 1):
        changed = window.copy()
        changed[0, pose] += 1
        assert np.abs(model(changed).numpy() - plain).max() > 1e-6


def test_every_form_can_be_asked_for() -> None:
    """`--network` takes the names of all forms, and the LSTM is what it takes by itself."""
    for name in NETWORKS:
        args = parser().parse_args(["train", "labels.zip", "--out", "m", "--network", name])
        assert args.network == name
    assert parser().parse_args(["train", "labels.zip", "--out", "m"]).network == "lstm"
