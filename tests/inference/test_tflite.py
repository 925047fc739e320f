"""Running TFLite networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import networks

from haredge.core.errors import ModelError
from haredge.inference.engine import infer
from haredge.inference.loading import open_engine


def test_a_file_runs(tmp_path: Path) -> None:
    """A model file without a checksum is tried in a child process, then loaded and run."""
    path = tmp_path / "same.tflite"
    path.write_bytes(networks.identity([1, 3]))
    network = open_engine(path)
    values = np.array([[1.5, -2.0, 7.0]], np.float32)
    assert np.array_equal(infer(network, values)[0], values)
    assert str(path) in repr(network)


@pytest.mark.parametrize(("dtype", "zero_point"), [("int8", -5), ("uint8", 120)])
def test_values_are_stored_by_scale_and_zero_point(dtype: str, zero_point: int) -> None:
    """Real values go in and come out, to within half a step, whatever way the tensors store them."""
    network = networks.opened(networks.identity([1, 3], dtype, scale=0.05, zero_point=zero_point))
    values = np.array([[1.51, -2.0, 100.0]], np.float32)
    stored = network.run(network.input.quantise(values))[0]
    assert stored.dtype == dtype
    limit = (np.iinfo(dtype).max - zero_point) * 0.05
    assert infer(network, values)[0] == pytest.approx(np.minimum(values, limit), abs=0.026)


def test_a_recurrent_network_starts_with_no_state() -> None:
    """The answer to a window does not depend on the windows before it."""
    network = networks.opened(networks.running_sum())
    windows = [np.array(pair, np.float32).reshape(1, 2, 1) for pair in ((1, 2), (30, 4), (5, 6))]
    assert [infer(network, window)[0].ravel().tolist() for window in windows] == [[1, 3], [30, 34], [5, 11]]


def test_outputs_are_copies() -> None:
    """An answer stays as it was when the network runs again."""
    network = networks.opened(networks.identity([1, 1]))
    first = infer(network, np.array([[1.0]]))[0]
    infer(network, np.array([[2.0]]))
    assert first == 1.0


def test_the_input_can_be_resized(shared: Path) -> None:
    """A fully convolutional network of images takes another input size."""
    model = shared / "models/posenet_mobilenet_v1_075_353_481_quant.tflite"
    assert open_engine(model, input_size=(257, 353)).input.shape == (1, 257, 353, 3)


def test_only_images_can_be_resized() -> None:
    """Resizing a network whose input is not an image is an error of the model, in one line."""
    with pytest.raises(ModelError, match="not an image to resize"):
        networks.opened(networks.identity([1, 3]), input_size=(4, 4))


@pytest.mark.parametrize("keep", [8, 40, 0.5, 0.95])
def test_a_truncated_file_is_refused(keep: float) -> None:
    """A file cut short anywhere is refused in one line."""
    whole = networks.identity([1, 64, 64, 3], "uint8")
    with pytest.raises(ModelError, match="cannot be run: ") as caught:
        open_engine(whole[: int(keep) if keep > 1 else int(len(whole) * keep)])
    assert "\n" not in str(caught.value)


def test_a_file_that_crashes_the_interpreter_costs_only_the_child() -> None:
    """A file whose operator reads what is not there is refused, and this process lives."""
    writer = networks.Writer()
    source, target = writer.tensor([1, 4]), writer.tensor([1, 4])
    writer.operator("ADD", [source, 9999], [target])
    with pytest.raises(ModelError, match=r"cannot be run|crashes the interpreter"):
        open_engine(writer.write([source], [target]))


def test_an_operator_that_the_interpreter_lacks_is_named() -> None:
    """A model made for a bigger interpreter is refused with the operator's name."""
    with pytest.raises(ModelError, match="FlexThing"):
        open_engine(networks.custom("FlexThing"))


def test_a_wrong_shape_is_a_model_error() -> None:
    """An input of the wrong shape is refused in one line and leaves the network usable."""
    network = networks.opened(networks.identity([1, 3]))
    with pytest.raises(ModelError, match="failed to run"):
        infer(network, np.zeros((1, 4)))
    assert infer(network, np.ones((1, 3)))[0].tolist() == [[1, 1, 1]]


def test_networks_of_several_inputs_are_refused() -> None:
    """A network with two inputs is refused by name of what is wrong."""
    writer = networks.Writer()
    first, second, target = (writer.tensor([1, 4]) for _ in range(3))
    writer.operator("ADD", [first, second], [target])
    content = writer.write([first, second], [target])
    with pytest.raises(ModelError, match="2 inputs"):
        networks.opened(content)


def test_loading_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """The interpreter's own chatter stays off standard error, so that haredge's one line stands alone."""
    infer(networks.opened(networks.identity([1, 8, 8, 3])), np.zeros((1, 8, 8, 3)))
    with pytest.raises(ModelError):
        networks.opened(networks.custom("FlexThing"))
    assert capfd.readouterr() == ("", "")
