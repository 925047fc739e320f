"""What a model must pass before it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from haredge.activity.classifier import WindowClassifier
from haredge.core.errors import ModelError
from haredge.inference.engines import HEAD, recognise
from haredge.inference.loading import open_engine
from haredge.inference.model_file import read_model
from haredge.manifest import CARD, MODEL, ActivityManifest, DataSet, Manifest, PoseManifest, StillManifest
from haredge.models.checksum import sha256_of
from haredge.models.open import open_pose_estimator
from haredge.models.published import Published, published_as
from haredge.pose.decoders.centers import CentersDecoder
from haredge.pose.decoders.posenet import PoseNetDecoder
from haredge.pose.estimator import NetworkPoseEstimator
from haredge.still.classifier import StillClassifier

_NOT_STATED: Final = "not stated"


def accept(folder: Path) -> Manifest:
    """Check a model folder and return its manifest.

    The manifest is valid and describes the network's file. The network loads and runs: it is tried where it can crash
    nothing, as a checksum that came with the file vouches for nothing. An activity model answers its golden windows,
    a still model its golden images, and a pose network an image. Raises :class:`ModelError`.
    """
    manifest = Manifest.load(folder)
    file = manifest.file_in(folder)
    read_model(file, manifest.sha256)
    open_engine(file)
    if isinstance(manifest, ActivityManifest):
        WindowClassifier.open(folder)
    elif isinstance(manifest, StillManifest):
        StillClassifier.open(folder)
    else:
        _check_answer(open_pose_estimator(str(folder)))
    return manifest


def adopt_bare(source: Path, folder: Path, name: str) -> None:
    """Make a model of the bare file of a pose network: copy it into an empty folder, with a manifest and a card.

    Its architecture is recognised by its tensors, a published file by its checksum. Raises :class:`ModelError` if it is
    not a pose network, and OSError.
    """
    content = read_model(source)
    file = folder / f"{Path(MODEL).stem}{recognise(content[:HEAD], str(source)).suffix}"
    file.write_bytes(content)
    sha256 = sha256_of(file)
    published = published_as(sha256, name)
    estimator = open_pose_estimator(str(file), input_size=published.input_size if published else None)
    decoder = estimator.decoder
    unknown = (DataSet(name=_NOT_STATED, licence=_NOT_STATED),)
    manifest = PoseManifest(
        name=name,
        sha256=sha256,
        file=file.name,
        trained_on=published.trained_on if published else unknown,
        licence=published.licence if published else _NOT_STATED,
        input_size=estimator.input_size,
        stride=decoder.stride if isinstance(decoder, PoseNetDecoder | CentersDecoder) else None,
    )
    manifest.save(folder)
    card = _card(manifest, decoder.architecture, published)
    (folder / CARD).write_text(card, encoding="utf-8")


def _card(manifest: PoseManifest, architecture: str, published: Published | None) -> str:
    height, width = manifest.input_size
    data = "; ".join(f"{each.name} ({each.licence})" for each in manifest.trained_on)
    lines = (
        f"# {manifest.name}",
        f"A pose network of the architecture {architecture}, input {height}x{width}. sha256 `{manifest.sha256}`.",
        f"{_origin(published)}." if published else "It came as a bare file; its origin is not recorded.",
        f"Weights: {manifest.licence}. Trained on: {data}.",
    )
    return "\n\n".join(lines) + "\n"


def _origin(published: Published) -> str:
    within = " in ".join(reversed(published.archive.path)) + " in " if published.archive else ""
    return f"Google's, published under {published.licence}; from {within}{published.url}"


def _check_answer(estimator: NetworkPoseEstimator) -> None:
    grey = np.full((*estimator.input_size, 3), 127, np.uint8)
    outputs = estimator.engine.run(estimator.stored(grey))
    estimator.decoder.decode(outputs)
    if not all(np.isfinite(output).all() for output in outputs):
        raise ModelError(f"{estimator.engine.title}: answers an image with values that are not numbers")
