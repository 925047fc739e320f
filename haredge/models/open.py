"""Finding the models that are installed, and opening a pose network by name or path.

A model is named, or given as a path: whatever holds a "/" or ends in ".tflite" is a path, to a model folder or to a
bare .tflite file. A name is looked for in the :func:`places`, in order. A model's folder that is a link may be swapped
at any time (see :mod:`haredge.models.store`): where it leads is asked once, so that all files read are of one version.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.config.places import machine_folder
from haredge.core.errors import ModelError
from haredge.inference.tflite import Network, read_model
from haredge.manifest import MANIFEST, MODEL, Manifest, PoseManifest, PoseModel
from haredge.pose.decoders.movenet import MoveNet
from haredge.pose.decoders.posenet import DEFAULT_SIZE, PoseNet
from haredge.pose.estimator import Form, PoseNetwork

SUFFIX: Final = ".tflite"
FORMS: Final = "a PoseNet (heatmaps of 17 channels and short offsets of 34) or a MoveNet (one output of (1, 1, 17, 3))"


@dataclass(frozen=True)
class Installed:
    """A model folder, what its manifest says, and why it cannot be used if so."""

    folder: Path
    manifest: Manifest | None
    problem: str | None = None

    @property
    def size(self) -> int:
        """Bytes of the model file, 0 where there is none."""
        file = self.folder / MODEL
        return file.stat().st_size if file.is_file() else 0


def places(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """List the folders of models, the first that has a name wins.

    ``./models``; what was installed on this machine (``$STATE_DIRECTORY/models``, which is another for each camera's
    service, and ``/var/lib/haredge/models``); and what came with haredge: in its source tree, else under
    ``<sys.prefix>/share/haredge/models``.
    """
    source_tree = Path(__file__).resolve().parents[2]
    shipped = source_tree if (source_tree / "setup.cfg").exists() else Path(sys.prefix, "share/haredge")
    folders = [Path.cwd() / "models", machine_place(environ), machine_place({}), shipped / "models"]
    return list(dict.fromkeys(folders))


def machine_place(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the models that were installed on this machine; it need not exist."""
    return machine_folder(environ) / "models"


def find_model(name: str) -> Path:
    """Return the path that a model's name or path leads to: a model folder, or a bare .tflite file.

    Raises :class:`ModelError` where there is none: it tells which are installed and where was looked.
    """
    try:
        if "/" in name or name.endswith(SUFFIX) or name in {".", ".."}:
            return _one_version(_folder_or_file(Path(name).expanduser()))
        for place in _open_places():
            if (place / name / MANIFEST).is_file():
                return _one_version(place / name)
    except (OSError, RuntimeError) as error:  # a folder that may not be entered; the home of nobody
        raise ModelError(f"model {name}: {getattr(error, 'strerror', None) or error}") from None
    names = ", ".join(sorted({model.folder.name for model in installed()})) or "none"
    where = ", ".join(str(place) for place in places())
    raise ModelError(
        f"no model {name!r} is installed (there is: {names}; looked in {where}); give the path of one instead"
    )


def _folder_or_file(path: Path) -> Path:
    in_folder = path.exists() and path.name == MODEL and (path.parent / MANIFEST).exists()
    return path.parent if in_folder else path


def installed() -> Iterator[Installed]:
    """Yield every model folder of the :func:`places`, those with a broken manifest included."""
    for place in _open_places():
        for folder in sorted(path.parent for path in place.glob(f"*/{MANIFEST}")):
            yield _inspected(folder)


def _one_version(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _open_places() -> list[Path]:
    """Leave out what may not be looked into: a service's state is closed to other users."""
    return [place for place in places() if os.access(place, os.R_OK | os.X_OK)]


def _inspected(folder: Path) -> Installed:
    version = _one_version(folder)
    try:
        manifest = Manifest.load(version)
    except ModelError as error:
        return Installed(folder, None, str(error))
    try:
        read_model(version / MODEL, manifest.sha256)
    except ModelError as error:
        return Installed(folder, manifest, str(error))
    return Installed(folder, manifest)


def open_pose_estimator(name: str, *, threads: int = 1, input_size: tuple[int, int] | None = None) -> PoseNetwork:
    """Open a pose network by name or path.

    Its form is told by its output tensors. ``input_size`` (height, width) overrides the size of the input; without it
    the manifest tells it, and a bare PoseNet larger than 257x353 is resized to that. Raises :class:`ModelError` for
    what cannot be used.
    """
    file, manifest = _pose_file(name)
    return _opened(file, manifest, manifest.sha256 if manifest else None, threads, input_size)


def _pose_file(name: str) -> tuple[Path, PoseManifest | None]:
    path = find_model(name)
    manifest = PoseManifest.load(path) if path.is_dir() else None
    return (path / MODEL if manifest else path), manifest


def _opened(
    model: Path | bytes,
    manifest: PoseManifest | None,
    sha256: str | None,
    threads: int = 1,
    input_size: tuple[int, int] | None = None,
) -> PoseNetwork:
    input_size = input_size or (manifest.input_size if manifest else None)
    network = Network.open(model, threads=threads, input_size=input_size, sha256=sha256)
    if input_size is None and _too_large(network):
        network = Network.open(model, threads=threads, input_size=DEFAULT_SIZE, sha256=sha256)
    return PoseNetwork(network, _form(network), min_pose_score=manifest.min_pose_score if manifest else None)


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
        title = manifest.name if manifest else file.stem
        return cls(PoseModel(name=title, sha256=hashlib.sha256(content).hexdigest()), content, manifest)

    def open(self) -> PoseNetwork:
        """Open the network, in one thread."""
        return _opened(self.content, self.manifest, self.model.sha256)


def _form(network: Network) -> Form:
    form = PoseNet.of(network) or MoveNet.of(network)
    if form is None:
        outputs = ", ".join(str(output.shape) for output in network.outputs)
        raise ModelError(
            f"{network.title}: not a pose network: it turns {network.input.shape} into {outputs}; needed is {FORMS}"
        )
    return form


def _too_large(network: Network) -> bool:
    return PoseNet.of(network) is not None and network.input.shape[1] * network.input.shape[2] > (
        DEFAULT_SIZE[0] * DEFAULT_SIZE[1]
    )
