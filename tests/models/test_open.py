"""Finding and opening models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import networks
from model_folders import MOVENET, install

from haredge.core.errors import ModelError
from haredge.core.types import Frame
from haredge.manifest import MANIFEST, MODEL
from haredge.models import open as models
from haredge.pose.decoders.movenet import MoveNet
from haredge.pose.decoders.posenet import PoseNet


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one, and one beside it the machine's state folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "here"


def test_a_further_cameras_service_finds_the_machines_models() -> None:
    """Its own state folder first, then that of the machine, where `haredge models add` installs."""
    places = [str(place) for place in models.places({"STATE_DIRECTORY": "/var/lib/haredge-hall"})]
    assert places[1:3] == ["/var/lib/haredge-hall/models", "/var/lib/haredge/models"]
    assert len(models.places({})) == len(places) - 1


@pytest.mark.parametrize("name", ["~nobody-here/pose.tflite", "a" * 300, "./" + "a" * 300 + ".tflite"])
def test_a_name_that_cannot_be_looked_for_is_no_model(here: Path, name: str) -> None:
    """The home of nobody, and names longer than a file system takes."""
    with pytest.raises(ModelError):
        models.open_pose_estimator(name)


def test_the_nearest_place_wins(here: Path) -> None:
    """A model in ./models goes before one of the same name that is installed on the machine."""
    installed = install(here.parent / "state/models", "upper")
    assert models.find_model("upper") == installed
    nearer = install(here / "models", "upper")
    assert models.find_model("upper") == nearer


def test_paths_are_paths(here: Path) -> None:
    """What holds a slash or ends in .tflite is a path; the file inside a model folder stands for its folder."""
    folder = install(here / "models", "upper")
    assert models.find_model("./models/upper") == Path("models/upper")
    assert models.find_model(str(folder / MODEL)) == folder
    assert models.find_model("other.tflite") == Path("other.tflite")


def test_a_link_is_followed_once(here: Path) -> None:
    """A model whose folder is a link is given by where it leads now, by name and by path: it may be swapped later."""
    version = install(here.parent / "state/models/.versions/upper", "1")
    link = here.parent / "state/models/upper"
    link.symlink_to(".versions/upper/1")
    assert models.find_model("upper") == version.resolve()
    assert models.find_model(str(link)) == models.find_model(str(link / MODEL)) == version.resolve()
    listed = [model for model in models.installed() if model.folder == link]
    assert [(model.size, model.problem) for model in listed] == [(len(MOVENET), None)]


def test_a_name_that_is_not_installed_is_told(here: Path) -> None:
    """The error for an unknown name tells which are installed, and where was looked."""
    install(here / "models", "upper")
    with pytest.raises(
        ModelError, match=r"no model 'lower' is installed \(there is: .*upper.*; looked in .*here/models"
    ):
        models.find_model("lower")


def test_all_that_is_installed_is_listed(here: Path) -> None:
    """Every model folder is listed; one with a broken manifest or another's file with the reason."""
    install(here / "models", "a")
    broken = install(here / "models", "b")
    (broken / MANIFEST).write_text("{")
    swapped = install(here / "models", "c")
    (swapped / MODEL).write_bytes(networks.identity([1, 3]))
    (here / "models/no-model").mkdir()
    found = [model for model in models.installed() if model.folder.is_relative_to(here)]
    assert [(model.folder.name, model.problem is None) for model in found] == [
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    assert "not JSON" in str(found[1].problem)
    assert "not the file its manifest describes" in str(found[2].problem)


def test_the_form_is_told_by_the_outputs(tmp_path: Path) -> None:
    """PoseNets and MoveNets are told apart by their outputs, whatever their files are called."""
    for name, content, form in (
        ("movenet.tflite", networks.colour_posenet((64, 64), 8), PoseNet),
        ("posenet.tflite", MOVENET, MoveNet),
    ):
        (tmp_path / name).write_bytes(content)
        assert isinstance(models.open_pose_estimator(str(tmp_path / name)).form, form)


def test_a_network_of_another_form_is_refused(tmp_path: Path) -> None:
    """A network that is no pose network is refused in one line: what was found and what is needed."""
    (tmp_path / "x.tflite").write_bytes(networks.identity([1, 224, 224, 3]))
    with pytest.raises(ModelError, match=r"x\.tflite: not a pose network: .*224.* needed is a PoseNet") as caught:
        models.open_pose_estimator(str(tmp_path / "x.tflite"))
    assert "\n" not in str(caught.value)


def test_the_manifest_rules(here: Path) -> None:
    """An installed model's own threshold is used, and its file must be the one that the manifest describes."""
    folder = install(here / "models", "strict", min_pose_score=0.6)
    frame = Frame(0, 0, np.zeros((48, 64, 3), np.uint8))
    assert models.open_pose_estimator("strict").estimate(frame) is None
    (folder / MODEL).write_bytes(networks.movenet(np.full((17, 3), 0.9)))
    with pytest.raises(ModelError, match="not the file its manifest describes"):
        models.open_pose_estimator("strict")


def test_the_manifests_size_is_used(here: Path) -> None:
    """A network runs at the size that its manifest names, unless another is asked for."""
    install(here / "models", "dots", networks.colour_posenet((64, 64), 8))
    assert models.open_pose_estimator("dots").input_size == (192, 192)
    assert models.open_pose_estimator("dots", input_size=(64, 96)).input_size == (64, 96)


def test_a_folder_without_a_manifest_is_no_model(here: Path) -> None:
    """A folder without a manifest is told as such where its path is given, and by its name is not installed."""
    (here / "models/empty").mkdir(parents=True)
    with pytest.raises(ModelError, match=r"empty/manifest\.json: cannot read"):
        models.open_pose_estimator("models/empty")
    with pytest.raises(ModelError, match="no model 'empty' is installed"):
        models.open_pose_estimator("empty")


def test_a_large_posenet_is_resized(tmp_path: Path) -> None:
    """A bare PoseNet larger than 257x353 runs at that size, unless another is asked for."""
    path = tmp_path / "large.tflite"
    path.write_bytes(networks.colour_posenet((353, 481), 16))
    assert models.open_pose_estimator(str(path)).input_size == (257, 353)
    assert models.open_pose_estimator(str(path), input_size=(353, 481)).input_size == (353, 481)


@pytest.mark.shared
def test_the_real_networks_are_told_apart(shared: Path) -> None:
    """Google's PoseNet and MoveNet are recognised, its classifiers refused."""
    for path in sorted((shared / "models").glob("*.tflite")):
        if "net_v" in path.name and path.name.startswith("mobilenet"):
            with pytest.raises(ModelError, match="not a pose network"):
                models.open_pose_estimator(str(path))
        else:
            form = models.open_pose_estimator(str(path)).form
            assert isinstance(form, MoveNet if path.name.startswith("movenet") else PoseNet)
