"""Opening a pose network by name or path: finding it, loading it, choosing the decoder of its architecture."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from haredge.core.errors import ModelError
from haredge.core.printable import printable
from haredge.inference.engine import Engine
from haredge.inference.loading import open_engine
from haredge.inference.model_file import read_model
from haredge.manifest import PoseManifest, PoseModel
from haredge.models.catalog import find_model
from haredge.pose.decoder import PoseDecoder
from haredge.pose.decoders.centers import CentersDecoder
from haredge.pose.decoders.movenet import MoveNetDecoder
from haredge.pose.decoders.multipose import MultiPoseDecoder
from haredge.pose.decoders.posenet import PoseNetDecoder
from haredge.pose.estimator import NetworkPoseEstimator


class Architecture(Protocol):
    """A decoder's class."""

    def of(self, network: Engine) -> PoseDecoder | None:
        """Recognise a network by the shapes of its tensors; None for another one."""

    def default_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the (height, width) at which a bare file with an input of ``size`` runs."""


ARCHITECTURES: Final[Sequence[Architecture]] = (PoseNetDecoder, MoveNetDecoder, MultiPoseDecoder, CentersDecoder)
"""The architectures that there is a decoder for; no network is of two."""

KNOWN: Final = (
    "a PoseNet (heatmaps of 17 channels and short offsets of 34), a MoveNet (one output of (1, 1, 17, 3) or "
    "(1, 6, 56)) or haredge's centers (outputs of 1, 17, 34 and 2x17 channels)"
)


def open_pose_estimator(
    name: str, *, threads: int = 1, input_size: tuple[int, int] | None = None
) -> NetworkPoseEstimator:
    """Open a pose network by name or path.

    Its architecture is recognised by its tensors. ``input_size`` (height, width) overrides the size of the input;
    without it the manifest's size is used, or for a bare file its architecture's default. Raises :class:`ModelError`
    for what cannot be used.
    """
    file, manifest = _pose_file(name)
    return _opened(file, manifest, manifest.sha256 if manifest else None, threads, input_size)


def _pose_file(name: str) -> tuple[Path, PoseManifest | None]:
    path = find_model(name)
    manifest = PoseManifest.load(path) if path.is_dir() else None
    return (manifest.file_in(path) if manifest else path), manifest


def _opened(
    model: Path | bytes,
    manifest: PoseManifest | None,
    sha256: str | None,
    threads: int = 1,
    input_size: tuple[int, int] | None = None,
) -> NetworkPoseEstimator:
    input_size = input_size or (manifest.input_size if manifest else None)
    engine = open_engine(model, threads=threads, input_size=input_size, sha256=sha256)
    architecture, decoder = _recognised(engine)
    size = engine.input.image_size
    if input_size is None and size and (better := architecture.default_size(size)) != size:
        engine = open_engine(model, threads=threads, input_size=better, sha256=sha256)
        _, decoder = _recognised(engine)
    return NetworkPoseEstimator(
        engine,
        decoder,
        min_pose_score=manifest.min_pose_score if manifest else None,
        min_tracked_score=manifest.min_tracked_score if manifest else None,
    )


@dataclass(frozen=True)
class PoseFile:
    """A pose network as it travels to other processes and machines, which need not have it installed."""

    model: PoseModel
    """Its name and checksum."""
    content: bytes
    manifest: PoseManifest | None

    @classmethod
    def read(cls, name: str) -> PoseFile:
        """Read a pose network by name or path, once it has been opened here and so is known to run.

        Raises :class:`ModelError` for what cannot be used.
        """
        file, manifest = _pose_file(name)
        sha256 = manifest.sha256 if manifest else None
        _opened(file, manifest, sha256)
        content = read_model(file, sha256)
        title = manifest.name if manifest else printable(file.stem)  # any bytes may name a file
        return cls(PoseModel(name=title, sha256=hashlib.sha256(content).hexdigest()), content, manifest)

    def open(self) -> NetworkPoseEstimator:
        """Open the network, in one thread."""
        return _opened(self.content, self.manifest, self.model.sha256)


def _recognised(engine: Engine) -> tuple[Architecture, PoseDecoder]:
    for architecture in ARCHITECTURES:
        if decoder := architecture.of(engine):
            return architecture, decoder
    outputs = ", ".join(str(output.shape) for output in engine.outputs)
    raise ModelError(
        f"{engine.title}: not a pose network: it turns {engine.input.shape} into {outputs}; needed is {KNOWN}"
    )
