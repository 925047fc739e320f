"""Finding models by name and path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import networks
from model_folders import MOVENET, install

from haredge.core.errors import ModelError
from haredge.manifest import MANIFEST, MODEL
from haredge.models import catalog
from haredge.models.open import open_pose_estimator


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one, and one beside it the machine's state folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "here"


def test_a_further_cameras_service_finds_the_machines_models() -> None:
    """Its own state folder first, then that of the machine, where `haredge models add` installs."""
    places = [str(place) for place in catalog.places({"STATE_DIRECTORY": "/var/lib/haredge-hall"})]
    assert places[1:3] == ["/var/lib/haredge-hall/models", "/var/lib/haredge/models"]
    assert len(catalog.places({})) == len(places) - 1


@pytest.mark.parametrize("name", ["~nobody-here/pose.tflite", "a" * 300, "./" + "a" * 300 + ".tflite"])
def test_a_name_that_cannot_be_searched_for_is_no_model(here: Path, name: str) -> None:
    """The home of no user, and names longer than a file system takes."""
    with pytest.raises(ModelError):
        catalog.find_model(name)


def test_the_nearest_place_wins(here: Path) -> None:
    """A model in ./models goes before one of the same name that is installed on the machine."""
    installed = install(here.parent / "state/models", "upper")
    assert catalog.find_model("upper") == installed
    nearer = install(here / "models", "upper")
    assert catalog.find_model("upper") == nearer


def test_a_network_that_is_not_fetched_yet_comes_with_how_to_fetch_it(here: Path) -> None:
    """Who names `movenet`, as the documents do, wants that one, and no other's path."""
    with pytest.raises(ModelError, match=r"no model 'movenet' is installed .*; haredge models pull movenet fetches it"):
        catalog.find_model("movenet")


def test_paths_are_paths(here: Path) -> None:
    """What holds a slash or ends in .tflite is a path; the file inside a model folder stands for its folder."""
    folder = install(here / "models", "upper")
    assert catalog.find_model("./models/upper") == Path("models/upper")
    assert catalog.find_model(str(folder / MODEL)) == folder
    assert catalog.find_model("other.tflite") == Path("other.tflite")


def test_a_link_is_followed_once(here: Path) -> None:
    """A model whose folder is a link is given by where it leads now, by name and by path: it may be swapped later."""
    version = here.parent / "state/models/.versions/upper/1"
    version.parent.mkdir(parents=True)
    install(here.parent / "elsewhere", "upper").rename(version)
    link = here.parent / "state/models/upper"
    link.symlink_to(".versions/upper/1")
    assert catalog.find_model("upper") == version.resolve()
    assert catalog.find_model(str(link)) == catalog.find_model(str(link / MODEL)) == version.resolve()
    listed = [model for model in catalog.installed() if model.folder == link]
    assert [(model.size, model.problem) for model in listed] == [(len(MOVENET), None)]


def test_a_name_that_is_not_installed_is_an_error(here: Path) -> None:
    """The error for an unknown name says which are installed, and which folders were searched."""
    install(here / "models", "upper")
    with pytest.raises(
        ModelError, match=r"no model 'lower' is installed \(installed: .*upper.*; searched in .*here/models"
    ):
        catalog.find_model("lower")


def test_one_bad_folder_harms_no_other(here: Path) -> None:
    """Pipes and devices in place of a manifest or a network are reported; the models beside them are found."""
    install(here / "models", "good")
    for name, file in (("pipe", MANIFEST), ("device", MANIFEST), ("pipe-model", MODEL), ("device-model", MODEL)):
        path = install(here / "models", name) / file
        path.unlink()
        if name.startswith("pipe"):
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero")
    found = {model.folder.name: model.problem for model in catalog.installed() if model.folder.is_relative_to(here)}
    assert found.pop("good") is None
    assert len(found) == 4
    assert all("not a regular file" in str(problem) for problem in found.values())
    assert catalog.find_model("good") == here / "models/good"
    with pytest.raises(ModelError, match="no model 'other' is installed"):
        catalog.find_model("other")


def test_a_model_in_another_models_folder_is_refused(here: Path) -> None:
    """A manifest of another name would have its answers published as that model's; by its path it may be used."""
    install(here / "models", "upper").rename(here / "models/lower")
    with pytest.raises(ModelError, match=r"lower/manifest\.json: name: this is the model upper"):
        catalog.find_model("lower")
    assert catalog.find_model("./models/lower") == Path("models/lower")
    (problem,) = [model.problem for model in catalog.installed() if model.folder.is_relative_to(here)]
    assert "this is the model upper" in str(problem)


@pytest.mark.parametrize("name", ["a\0b", "./a\0b", "a\ud800b", "./a\ud800b/c", "./loop/x"])
def test_names_that_no_file_can_have_are_no_models(here: Path, name: str) -> None:
    """They are one line, as any other name."""
    (here / "loop").symlink_to("loop")
    with pytest.raises(ModelError):
        open_pose_estimator(name)


def test_all_that_is_installed_is_listed(here: Path) -> None:
    """Every model folder is listed; one with a broken manifest or another's file with the reason."""
    install(here / "models", "a")
    broken = install(here / "models", "b")
    (broken / MANIFEST).write_text("{")
    swapped = install(here / "models", "c")
    (swapped / MODEL).write_bytes(networks.identity([1, 3]))
    (here / "models/no-model").mkdir()
    found = [model for model in catalog.installed() if model.folder.is_relative_to(here)]
    assert [(model.folder.name, model.problem is None) for model in found] == [
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    assert "not JSON" in str(found[1].problem)
    assert "not the file its manifest describes" in str(found[2].problem)
