"""What a model must pass before it is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import networks
from model_folders import install, install_still

from haredge.core.errors import ModelError
from haredge.manifest import CARD, GOLDEN, MANIFEST, MODEL, PoseManifest, StillManifest
from haredge.models.acceptance import accept, adopt_bare

EXERCISE = Path(__file__).parents[2] / "models/exercise"


def adopt(folder: Path, content: bytes, name: str) -> None:
    """Make a model of a bare file."""
    file = folder.with_suffix(".bare")
    file.write_bytes(content)
    adopt_bare(file, folder, name)


def test_the_models_that_come_with_haredge_pass() -> None:
    """One of each kind."""
    assert accept(EXERCISE).name == "exercise"
    assert accept(EXERCISE.with_name("people")).name == "people"
    assert accept(EXERCISE.with_name("pose")).name == "pose"
    assert accept(EXERCISE.with_name("still")).name == "still"


def test_an_activity_model_must_answer_its_golden_windows(tmp_path: Path) -> None:
    """Without them, or with other answers, it is refused."""
    folder = Path(shutil.copytree(EXERCISE, tmp_path / "exercise"))
    with np.load(folder / GOLDEN) as arrays:
        windows, answers = arrays["keypoints"], arrays["probabilities"]
    np.savez(folder / GOLDEN, keypoints=windows, probabilities=np.roll(answers, 1, axis=0))
    with pytest.raises(ModelError, match=r"incorrect answers to the windows in golden\.npz"):
        accept(folder)
    (folder / GOLDEN).unlink()
    with pytest.raises(ModelError, match="cannot read the model's golden windows"):
        accept(folder)


def test_a_still_model_must_answer_its_golden_images(tmp_path: Path) -> None:
    """One that answers them as it did is accepted, with a manifest of its kind."""
    folder = install_still(tmp_path)
    assert accept(folder) == StillManifest.load(folder)
    (folder / GOLDEN).unlink()
    with pytest.raises(ModelError, match="golden images: No such file"):
        accept(folder)


def test_the_file_must_be_the_manifests(tmp_path: Path) -> None:
    """A file that was exchanged is refused before it is loaded."""
    folder = install(tmp_path, "upper")
    (folder / MODEL).write_bytes(networks.custom("CRASH"))
    with pytest.raises(ModelError, match="not the file its manifest describes"):
        accept(folder)


def test_a_checksum_that_came_along_does_not_vouch_for_the_network(tmp_path: Path) -> None:
    """A network that no interpreter runs is refused though the manifest describes it."""
    with pytest.raises(ModelError, match="this model cannot be run"):
        accept(install(tmp_path, "upper", networks.custom("UNHEARD_OF")))


def test_a_pose_network_must_answer_with_numbers(tmp_path: Path) -> None:
    """One that answers an image with NaN, or is none at all, is refused."""
    with pytest.raises(ModelError, match="answers an image with values that are not numbers"):
        accept(install(tmp_path, "nan", networks.movenet(np.full((17, 3), np.nan))))
    with pytest.raises(ModelError, match="not a pose network"):
        accept(install(tmp_path, "other", networks.identity([1, 192, 192, 3])))


def test_a_bare_pose_network_gets_a_manifest(tmp_path: Path) -> None:
    """Architecture, size and stride are read off its tensors; what is not known is said to be so."""
    adopt(tmp_path, networks.colour_posenet((64, 96), 8), "dots")
    manifest = PoseManifest.load(tmp_path)
    assert (manifest.name, manifest.input_size, manifest.stride) == ("dots", (64, 96), 8)
    assert (manifest.licence, manifest.min_pose_score) == ("not stated", None)
    assert accept(tmp_path) == manifest
    assert "architecture PoseNet, input 64x96" in (tmp_path / CARD).read_text()


def test_a_large_posenet_is_described_at_the_size_that_it_runs_at(tmp_path: Path) -> None:
    """Installed, a network is as fast as the bare file was."""
    adopt(tmp_path, networks.colour_posenet((353, 481), 16), "large")
    assert PoseManifest.load(tmp_path).input_size == (257, 353)
    accept(tmp_path)


def test_a_bare_file_that_is_no_pose_network_is_refused(tmp_path: Path) -> None:
    """No manifest is made for it."""
    with pytest.raises(ModelError, match="not a pose network"):
        adopt(tmp_path, networks.identity([1, 9, 34]), "other")
    assert not (tmp_path / MANIFEST).exists()
