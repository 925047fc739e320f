"""Promises of haredge.service.named_files: a file behind the configuration that is replaced does not go unnoticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from haredge.config.places import shipped_folder
from haredge.config.schema import Config
from haredge.service.named_files import NamedFiles

MODELS = shipped_folder() / "models"


def test_a_model_and_a_secret_that_are_replaced_are_named(tmp_path: Path) -> None:
    """Model folders by their manifests, other files by what they hold; the time of a file says nothing."""
    for name in ("everyday", "still"):
        shutil.copytree(MODELS / name, tmp_path / name)
    network, token = tmp_path / "pose.tflite", tmp_path / "token"
    shutil.copy(MODELS / "pose" / "model.tflite", network)
    token.write_text("0123456789abcdef")
    config = Config.model_validate(
        {
            "pose": {"model": str(network)},
            "activity": {"model": str(tmp_path / "everyday"), "still_model": str(tmp_path / "still")},
            "view": {"token_file": str(token)},
            "webhook": {"secret_file": str(tmp_path / "missing")},
        }
    )
    files = NamedFiles(config)
    token.touch()
    assert files.replaced(config) == ()
    manifest = tmp_path / "everyday" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "thresholds": {}}))
    shutil.copy(MODELS / "people" / "model.tflite", network)
    token.write_text("fedcba9876543210")
    (tmp_path / "missing").write_text("secret")
    assert files.replaced(config) == ("pose.model", "activity.model", "view.token_file")
    shutil.rmtree(tmp_path / "everyday")
    assert files.replaced(config) == ("pose.model", "view.token_file")
