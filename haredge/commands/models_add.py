"""``haredge models add``: check a model and install it, in place of the one of its name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from haredge.commands.arguments import checked, given_path
from haredge.core.errors import ModelError
from haredge.manifest import MANIFEST, Manifest, Name, PoseManifest, Sha256, StillManifest
from haredge.models.checksum import sha256_of
from haredge.terminal import TransferBar, say

if TYPE_CHECKING:
    from haredge.models.download import Remote
    from haredge.models.store import ModelStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge models add``."""
    kinds = "a model folder, a .zip or .tar.gz of one, or a pose network's file"
    parser.add_argument("source", type=file_or_address, metavar="FILE|URL", help=kinds)
    parser.add_argument(
        "--sha256",
        type=_checksum,
        metavar="HEX",
        help="checksum that the file must have (of a folder: its model.tflite)",
    )
    parser.add_argument(
        "--name", type=model_name, help="name to install it under (default: its manifest's); needed for a bare network"
    )
    add_place(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names the folder of models."""
    parser.add_argument(
        "--to",
        type=given_path,
        metavar="DIR",
        help="a folder of models (default: this machine's, /var/lib/haredge/models)",
    )


def file_or_address(text: str) -> str:
    """Take from the command line what is to be installed."""
    return text if "://" in text else str(given_path(text))


def model_name(text: str) -> str:
    """Take a model's name from the command line."""
    return checked(TypeAdapter(Name), text, "small letters, digits, '.', '_' and '-', at most 64")


def place_of(args: argparse.Namespace) -> Path:
    """Return the folder of models that the arguments name."""
    from haredge.models.catalog import machine_place  # noqa: PLC0415

    return Path(args.to.absolute() if args.to else machine_place())


def run(args: argparse.Namespace) -> int:
    """Check and install. Raises ModelError, DownloadError and InstallError; nothing has changed then."""
    from haredge.models.download import Remote  # noqa: PLC0415
    from haredge.models.store import open_store  # noqa: PLC0415

    remote = Remote(args.source, args.sha256) if "://" in args.source else None
    with open_store(place_of(args)) as store:
        if remote:
            install_remote(store, remote, args.name)
        else:
            install(store, Path(args.source).expanduser(), args.source, name=args.name, sha256=args.sha256)
    return 0


def install_remote(store: ModelStore, remote: Remote, name: str | None) -> None:
    """Fetch a file, then check and install it."""
    with fetched(store, remote) as part:
        install(store, part, remote.url, name=name, sha256=remote.sha256)


@contextmanager
def fetched(store: ModelStore, remote: Remote) -> Iterator[Path]:
    """Fetch a file, which is removed afterwards, and show how far it is."""
    from haredge.models.download import fetch  # noqa: PLC0415

    with closing(TransferBar(sys.stderr)) as bar:
        part = fetch(remote, store.fetched(), bar.show)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def install(store: ModelStore, source: Path, title: str, *, name: str | None, sha256: str | None) -> None:
    """Check a model that lies on this machine, install it and say so; ``title`` is what messages call it."""
    with store.staging() as folder:
        try:
            manifest = _staged(source, folder, title, name=name, sha256=sha256)
        except ModelError as error:
            raise ModelError(_as_known(str(error), folder, source, title)) from error
        link = store.place / manifest.name
        if store.holds(manifest.name, folder):
            say(f"{link}: is this very model already; nothing has been changed")
            return
        store.install(manifest.name, folder)
    say(f"{link}: installed")
    tell_what_is_left(link, manifest)


def tell_what_is_left(link: Path, manifest: Manifest) -> None:
    """Say what a person still has to do for an installed model to be used."""
    from haredge.models.catalog import find_model, places  # noqa: PLC0415

    name = link.name if link.parent in places() else str(link)
    if (found := find_model(name)).resolve() != link.resolve():
        say(f"{found}: is of the same name and goes before it")
    say(f"'{_key(manifest)}: {name}' in the configuration selects it; a haredge that runs must be restarted to see it")


def _key(manifest: Manifest) -> str:
    """Return the configuration's key that names such a model."""
    if isinstance(manifest, StillManifest):
        return "activity.still_model"
    return "pose.model" if isinstance(manifest, PoseManifest) else "activity.model"


def _staged(source: Path, folder: Path, title: str, *, name: str | None, sha256: str | None) -> Manifest:
    """Copy a model into a staged folder, check it there and return its manifest."""
    from haredge.models.acceptance import accept, adopt_bare  # noqa: PLC0415
    from haredge.models.unpacking import is_archive, unpack  # noqa: PLC0415

    _check_source(source, title, sha256)
    if source.is_dir() or is_archive(source):
        unpack(source, folder)
        if name:
            Manifest.load(folder).model_copy(update={"name": name}).save(folder)
    else:
        if not name:
            raise ModelError(f"{title}: neither a .zip nor a .tar.gz; a bare network needs a name: --name")
        adopt_bare(source, folder, name)
    return accept(folder)


def _check_source(source: Path, title: str, sha256: str | None) -> None:
    if not source.exists():
        raise ModelError(f"{title}: no such file or folder")
    if source.is_dir() and not (source / MANIFEST).exists():
        raise ModelError(f"{title}: not a model folder: it has no {MANIFEST}")
    file = Manifest.load(source).file_in(source) if source.is_dir() else source
    if sha256 and (found := sha256_of(file)) != sha256:
        raise ModelError(f"{title}: not the file that --sha256 names: its sha256 is {found}")


def _as_known(words: str, folder: Path, source: Path, title: str) -> str:
    """Name what was checked as the user does, who does not know of the copy."""
    for path, known in ((f"{folder}/", f"{title}: "), (str(folder), title), (str(source), title)):
        words = words.replace(path, known)
    return words


def _checksum(text: str) -> str:
    return checked(TypeAdapter(Sha256), text.lower(), "64 hexadecimal digits")
