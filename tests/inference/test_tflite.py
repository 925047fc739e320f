"""Loading and running networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("ai_edge_litert")

import networks

from haredge.core.errors import ModelError
from haredge.inference.tflite import Network, Tensor


def test_a_file_runs(tmp_path: Path) -> None:
    """A model file without a checksum is tried in a child process, then loaded and run."""
    path = tmp_path / "same.tflite"
    path.write_bytes(networks.identity([1, 3]))
    network = Network.open(path)
    values = np.array([[1.5, -2.0, 7.0]], np.float32)
    assert np.array_equal(network.infer(values)[0], values)
    assert str(path) in repr(network)


@pytest.mark.parametrize(("dtype", "zero_point"), [("int8", -5), ("uint8", 120)])
def test_values_are_stored_by_scale_and_zero_point(dtype: str, zero_point: int) -> None:
    """Real values go in and come out, to within half a step, whatever way the tensors store them."""
    network = networks.opened(networks.identity([1, 3], dtype, scale=0.05, zero_point=zero_point))
    values = np.array([[1.51, -2.0, 100.0]], np.float32)
    stored = network.run(network.input.quantise(values))[0]
    assert stored.dtype == dtype
    limit = (np.iinfo(dtype).max - zero_point) * 0.05
    assert network.infer(values)[0] == pytest.approx(np.minimum(values, limit), abs=0.026)


@given(st.floats(-3, 3), st.integers(-100, 100))
def test_quantising_is_undone(value: float, zero_point: int) -> None:
    """A value in the tensor's range survives storage to within half a step."""
    tensor = Tensor(0, "t", (1,), np.dtype(np.int8), 0.03, zero_point)
    low, high = ((limit - zero_point) * 0.03 for limit in (-128, 127))
    back = tensor.dequantise(tensor.quantise(np.array([value])))[0]
    assert back == pytest.approx(min(max(value, low), high), abs=0.0151)


def test_a_recurrent_network_starts_from_rest() -> None:
    """The answer to a window does not depend on the windows before it."""
    network = networks.opened(networks.running_sum())
    windows = [np.array(pair, np.float32).reshape(1, 2, 1) for pair in ((1, 2), (30, 4), (5, 6))]
    assert [network.infer(window)[0].ravel().tolist() for window in windows] == [[1, 3], [30, 34], [5, 11]]


def test_outputs_are_copies() -> None:
    """An answer stays as it was when the network runs again."""
    network = networks.opened(networks.identity([1, 1]))
    first = network.infer(np.array([[1.0]]))[0]
    network.infer(np.array([[2.0]]))
    assert first == 1.0


def test_the_input_can_be_resized(shared: Path) -> None:
    """A fully convolutional network of pictures takes another input size."""
    model = shared / "models/posenet_mobilenet_v1_075_353_481_quant.tflite"
    assert Network.open(model, input_size=(257, 353)).input.shape == (1, 257, 353, 3)


def test_what_is_no_picture_cannot_be_resized() -> None:
    """Resizing a network whose input is not a picture is an error of the model, in one line."""
    with pytest.raises(ModelError, match="no picture to resize"):
        networks.opened(networks.identity([1, 3]), input_size=(4, 4))


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir()], ids=["missing", "folder"])
def test_no_file_is_one_line(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    """A path without a model file is named in one line."""
    path = tmp_path / "pose.tflite"
    make(path)
    with pytest.raises(ModelError, match=r"pose\.tflite: (no such|not a) model file$"):
        Network.open(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b"names: [one, two]\n" * 50, bytes(range(256)) * 20],
    ids=["empty", "short", "text", "random"],
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty file, text and random bytes are refused in one line."""
    path = tmp_path / "pose.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not a TFLite model file") as caught:
        Network.open(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("keep", [8, 40, 0.5, 0.95])
def test_a_truncated_file_is_refused(keep: float) -> None:
    """A file cut short anywhere is refused in one line."""
    whole = networks.identity([1, 64, 64, 3], "uint8")
    with pytest.raises(ModelError, match="cannot be run: ") as caught:
        Network.open(whole[: int(keep) if keep > 1 else int(len(whole) * keep)])
    assert "\n" not in str(caught.value)


def test_a_file_that_crashes_the_interpreter_costs_only_the_child() -> None:
    """A file whose operator reads what is not there is refused, and this process lives."""
    writer = networks.Writer()
    source, target = writer.tensor([1, 4]), writer.tensor([1, 4])
    writer.operator("ADD", [source, 9999], [target])
    with pytest.raises(ModelError, match=r"cannot be run|crashes the interpreter"):
        Network.open(writer.write([source], [target]))


def test_an_operator_that_the_interpreter_lacks_is_named() -> None:
    """A model made for a bigger interpreter is refused with the operator's name."""
    with pytest.raises(ModelError, match="FlexThing"):
        Network.open(networks.custom("FlexThing"))


def test_a_wrong_checksum_is_refused_before_loading() -> None:
    """A file that is not the one its manifest describes is never given to the interpreter."""
    with pytest.raises(ModelError, match="not the file its manifest describes"):
        Network.open(networks.identity([1, 3]), sha256="0" * 64)


def test_a_wrong_shape_is_a_model_error() -> None:
    """An input of the wrong shape is refused in one line and leaves the network usable."""
    network = networks.opened(networks.identity([1, 3]))
    with pytest.raises(ModelError, match="failed to run"):
        network.infer(np.zeros((1, 4)))
    assert network.infer(np.ones((1, 3)))[0].tolist() == [[1, 1, 1]]


def test_networks_of_several_inputs_are_refused() -> None:
    """A network with two inputs is none of haredge's."""
    writer = networks.Writer()
    first, second, target = (writer.tensor([1, 4]) for _ in range(3))
    writer.operator("ADD", [first, second], [target])
    content = writer.write([first, second], [target])
    with pytest.raises(ModelError, match="2 inputs"):
        networks.opened(content)


def test_loading_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """The interpreter's own chatter stays off standard error, so that haredge's one line stands alone."""
    networks.opened(networks.identity([1, 8, 8, 3])).infer(np.zeros((1, 8, 8, 3)))
    with pytest.raises(ModelError):
        networks.opened(networks.custom("FlexThing"))
    assert capfd.readouterr() == ("", "")
