"""Opening pose networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import networks
from model_folders import MOVENET, install

from haredge.core.errors import ModelError
from haredge.core.types import Frame
from haredge.manifest import MODEL
from haredge.models.open import open_pose_estimator
from haredge.pose.decoders.centers import CentersDecoder
from haredge.pose.decoders.movenet import MoveNetDecoder
from haredge.pose.decoders.multipose import MultiPoseDecoder
from haredge.pose.decoders.posenet import PoseNetDecoder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one, and one beside it the machine's state folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "here"


def test_the_architecture_is_recognised_by_the_outputs(tmp_path: Path) -> None:
    """Architectures are distinguished by their outputs, whatever their files are called."""
    grids = [np.zeros((1, 12, 12, *part), np.float32) for part in ((1,), (17,), (34,), (2, 17))]
    for name, content, decoder in (
        ("movenet.tflite", networks.colour_posenet((64, 64), 8), PoseNetDecoder),
        ("posenet.tflite", MOVENET, MoveNetDecoder),
        ("six.tflite", networks.constant([1, 192, 192, 3], np.zeros((1, 6, 56))), MultiPoseDecoder),
        ("own.tflite", networks.constant([1, 96, 96, 3], *grids), CentersDecoder),
    ):
        (tmp_path / name).write_bytes(content)
        assert isinstance(open_pose_estimator(str(tmp_path / name)).decoder, decoder)


def test_a_network_of_another_architecture_is_refused(tmp_path: Path) -> None:
    """A network that is no pose network is refused in one line: what was found and what is needed."""
    (tmp_path / "x.tflite").write_bytes(networks.identity([1, 224, 224, 3]))
    with pytest.raises(ModelError, match=r"x\.tflite: not a pose network: .*224.* needed is a PoseNet") as caught:
        open_pose_estimator(str(tmp_path / "x.tflite"))
    assert "\n" not in str(caught.value)


def test_the_manifest_rules(here: Path) -> None:
    """An installed model's own thresholds are used, and its file must be the one that the manifest describes."""
    folder = install(here / "models", "strict", min_pose_score=0.6, min_tracked_score=0.55)
    frame = Frame(0, 0, np.zeros((48, 64, 3), np.uint8))
    estimator = open_pose_estimator("strict")
    assert (estimator.min_pose_score, estimator.min_tracked_score) == (0.6, 0.55)
    assert estimator.estimate(frame) == ()
    (folder / MODEL).write_bytes(networks.movenet(np.full((17, 3), 0.9)))
    with pytest.raises(ModelError, match="not the file its manifest describes"):
        open_pose_estimator("strict")


def test_the_manifests_size_is_used(here: Path) -> None:
    """A network runs at the size that its manifest names, unless another is asked for."""
    install(here / "models", "dots", networks.colour_posenet((64, 64), 8))
    assert open_pose_estimator("dots").input_size == (192, 192)
    assert open_pose_estimator("dots", input_size=(64, 96)).input_size == (64, 96)


def test_a_folder_without_a_manifest_is_no_model(here: Path) -> None:
    """A folder without a manifest is an error if its path is given, and by its name is not installed."""
    (here / "models/empty").mkdir(parents=True)
    with pytest.raises(ModelError, match=r"empty/manifest\.json: cannot read"):
        open_pose_estimator("models/empty")
    with pytest.raises(ModelError, match="no model 'empty' is installed"):
        open_pose_estimator("empty")


def test_a_large_posenet_is_resized(tmp_path: Path) -> None:
    """A bare PoseNet larger than 257x353 runs at that size, unless another is asked for."""
    path = tmp_path / "large.tflite"
    path.write_bytes(networks.colour_posenet((353, 481), 16))
    assert open_pose_estimator(str(path)).input_size == (257, 353)
    assert open_pose_estimator(str(path), input_size=(353, 481)).input_size == (353, 481)


def test_a_network_of_any_input_size_gets_one(tmp_path: Path) -> None:
    """A bare MoveNet MultiPose, whose file leaves the size open, runs at 192x192, unless another size is asked for."""
    path = tmp_path / "open.tflite"
    path.write_bytes(networks.constant([1, 1, 1, 3], np.zeros((1, 6, 56))))
    assert open_pose_estimator(str(path)).input_size == (192, 192)
    assert open_pose_estimator(str(path), input_size=(192, 256)).input_size == (192, 256)


@pytest.mark.shared
def test_the_real_networks_are_distinguished(shared: Path) -> None:
    """Google's PoseNet and MoveNet are recognised, its classifiers refused."""
    for path in sorted((shared / "models").glob("*.tflite")):
        if "net_v" in path.name and path.name.startswith("mobilenet"):
            with pytest.raises(ModelError, match="not a pose network"):
                open_pose_estimator(str(path))
        else:
            decoder = open_pose_estimator(str(path)).decoder
            assert isinstance(decoder, MoveNetDecoder if path.name.startswith("movenet") else PoseNetDecoder)
