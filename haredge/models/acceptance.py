"""What a model must pass before it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from haredge.activity.classifier import TfliteClassifier
from haredge.core.errors import ModelError
from haredge.inference.tflite import Network, read_model
from haredge.manifest import CARD, MODEL, ActivityManifest, DataSet, Manifest, PoseManifest
from haredge.models.checksum import sha256_of
from haredge.models.open import open_pose_estimator
from haredge.models.published import published_as
from haredge.pose.decoders.posenet import PoseNet
from haredge.pose.estimator import PoseNetwork

_NOT_STATED: Final = "not stated"


def accept(folder: Path) -> Manifest:
    """Check a model folder and return its manifest.

    The manifest is valid and ``model.tflite`` is the file that it describes; the network loads and runs, tried in a
    child process first, as a checksum that came with the file vouches for nothing; an activity model answers its golden
    windows, and a pose network a picture. Raises :class:`ModelError`.
    """
    manifest = Manifest.load(folder)
    read_model(folder / MODEL, manifest.sha256)
    Network.open(folder / MODEL)
    if isinstance(manifest, ActivityManifest):
        TfliteClassifier.open(folder).check_golden()
    else:
        _check_answer(open_pose_estimator(str(folder)), folder)
    return manifest


def describe_bare(folder: Path, name: str) -> None:
    """Write the manifest and the card of a pose network that came as a bare file, now ``model.tflite`` of a folder.

    Its form is told by its tensors; a published file is known by its checksum. Raises :class:`ModelError` where it is
    no pose network.
    """
    estimator = open_pose_estimator(str(folder / MODEL))
    sha256 = sha256_of(folder / MODEL)
    published = published_as(sha256)
    unknown = (DataSet(name=_NOT_STATED, licence=_NOT_STATED),)
    manifest = PoseManifest(
        name=name,
        sha256=sha256,
        trained_on=published.trained_on if published else unknown,
        licence=published.licence if published else _NOT_STATED,
        input_size=estimator.input_size,
        stride=estimator.form.stride if isinstance(estimator.form, PoseNet) else None,
    )
    manifest.save(folder)
    (folder / CARD).write_text(_card(manifest, estimator, published.url if published else None), encoding="utf-8")


def _card(manifest: PoseManifest, estimator: PoseNetwork, url: str | None) -> str:
    height, width = manifest.input_size
    form = type(estimator.form).__name__
    data = "; ".join(f"{each.name} ({each.licence})" for each in manifest.trained_on)
    lines = (
        f"# {manifest.name}",
        f"A pose network of the form {form}, input {height}x{width}. sha256 `{manifest.sha256}`.",
        f"From {url}." if url else "It came as a bare file; where from is not recorded.",
        f"Weights: {manifest.licence}. Trained on: {data}.",
    )
    return "\n\n".join(lines) + "\n"


def _check_answer(estimator: PoseNetwork, folder: Path) -> None:
    picture = np.full((*estimator.input_size, 3), 127, np.uint8)
    keypoints = estimator.form.decode(estimator.network.run(estimator.stored(picture)))
    if keypoints is not None and not np.isfinite(keypoints).all():
        raise ModelError(f"{folder / MODEL}: answers a picture with what is no number")
