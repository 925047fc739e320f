"""Finding the models that are installed: by name or path, without loading one.

A model is named, or given as a path: whatever holds a "/" or ends as a network's file does (".tflite") is a path, to a
model folder or to the bare file of a network. A name is searched for in the :func:`places`, in order. A model's folder
that is a link may be swapped at any time (see :mod:`haredge.models.store`): it is resolved once, so that all files read
are of one version.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from haredge.config.places import machine_folder, shipped_folder
from haredge.core.address import redacted
from haredge.core.errors import ModelError
from haredge.inference.engines import suffixes
from haredge.inference.model_file import read_model
from haredge.manifest import MANIFEST, MODEL, Manifest
from haredge.models.published import PUBLISHED


@dataclass(frozen=True)
class Installed:
    """A model folder, what its manifest says, and why it cannot be used if so."""

    folder: Path
    manifest: Manifest | None
    problem: str | None = None

    @property
    def size(self) -> int:
        """Bytes of the model file, 0 if there is none."""
        file = self.folder / (self.manifest.file if self.manifest else MODEL)
        return file.stat().st_size if file.is_file() else 0


def places(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """List the folders of models, the first that has a name wins.

    ``./models``; what was installed on this machine (``$STATE_DIRECTORY/models``, which is another for each camera's
    service, and ``/var/lib/haredge/models``); and what came with haredge: in its source tree, else under
    ``<sys.prefix>/share/haredge/models``.
    """
    folders = [Path.cwd() / "models", machine_place(environ), machine_place({}), shipped_folder() / "models"]
    return list(dict.fromkeys(folders))


def machine_place(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the models that were installed on this machine; it need not exist."""
    return machine_folder(environ) / "models"


def find_model(name: str) -> Path:
    """Return the path that a model's name or path leads to: a model folder, or the bare file of a network.

    Raises :class:`ModelError` if there is none: it says which are installed, and which folders were searched.
    """
    try:
        if "/" in name or name.endswith(suffixes()) or name in {".", ".."}:
            return _one_version(_folder_or_file(Path(name).expanduser()))
        for place in _open_places():
            if (place / name / MANIFEST).is_file():
                return _named(place / name)
    except ModelError:
        raise
    except (OSError, RuntimeError, ValueError) as error:  # a folder that may not be entered; the home of no user
        raise ModelError(f"model {redacted(name)}: {getattr(error, 'strerror', None) or error}") from None
    shown, names = redacted(name), ", ".join(sorted({model.folder.name for model in installed()})) or "none"
    where = ", ".join(str(place) for place in places())
    advice = f"haredge models pull {name} fetches it" if name in PUBLISHED else "give the path of one instead"
    raise ModelError(f"no model {shown!r} is installed (installed: {names}; searched in {where}); {advice}")


def _folder_or_file(path: Path) -> Path:
    """Return a path as it is, or the model folder whose network's file it is."""
    if not path.is_file() or not (path.parent / MANIFEST).exists():
        return path
    try:
        file = Manifest.load(path.parent).file
    except ModelError:
        file = MODEL
    return path.parent if path.name == file else path


def installed() -> Iterator[Installed]:
    """Yield every model folder of the :func:`places`, those with a broken manifest included."""
    for place in _open_places():
        for folder in sorted(path.parent for path in place.glob(f"*/{MANIFEST}")):
            yield _inspected(folder)


def _named(folder: Path) -> Path:
    """Return the version of a model that is found by its folder's name, which must be the manifest's."""
    version = _one_version(folder)
    _check_name(folder, Manifest.load(version))
    return version


def _check_name(folder: Path, manifest: Manifest) -> None:
    if manifest.name != folder.name:
        raise ModelError(
            f"{folder / MANIFEST}: name: this is the model {manifest.name}, and the folder has another name; "
            "name it after the model, or install it with 'haredge models add --name'"
        )


def _one_version(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _open_places() -> list[Path]:
    """Leave out folders that may not be read: a service's state is closed to other users."""
    return [place for place in places() if os.access(place, os.R_OK | os.X_OK)]


def _inspected(folder: Path) -> Installed:
    version, manifest = _one_version(folder), None
    try:
        manifest = Manifest.load(version)
        _check_name(folder, manifest)
        read_model(manifest.file_in(version), manifest.sha256)
    except ModelError as error:
        return Installed(folder, manifest, str(error))
    return Installed(folder, manifest)
