"""``haredge models pull``: fetch a published pose network with a pinned checksum, check it and install it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from haredge.commands.models_add import add_place, fetched, install, install_remote, place_of
from haredge.core.address import redacted_text
from haredge.core.errors import DownloadError
from haredge.models.published import PUBLISHED, Published
from haredge.terminal import say

if TYPE_CHECKING:
    from haredge.models.store import ModelStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge models pull``."""
    parser.add_argument("name", choices=PUBLISHED, help="network to fetch")
    parser.add_argument(
        "--from", dest="url", metavar="URL", help="another address of the network's own file; the checksum stays"
    )
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Fetch and install. Raises DownloadError, ModelError and InstallError; what is in use has not changed then."""
    pull(PUBLISHED[args.name], args.url, place_of(args))
    return 0


def pull(published: Published, url: str | None, place: Path) -> None:
    """Install a published network into a folder of models; ``url`` is another address of the network's own file."""
    from haredge.models.store import open_store  # noqa: PLC0415

    said = f"{published.name}: {published.size_bytes / 1e6:.1f} MB, {published.licence}, from {url or published.url}"
    say(redacted_text(said))
    with open_store(place) as store:
        try:
            _install(store, published, url)
        except DownloadError as error:
            raise DownloadError(f"{error}; {_manually(published, url)}") from error


def _install(store: ModelStore, published: Published, url: str | None) -> None:
    from haredge.models.download import Remote  # noqa: PLC0415
    from haredge.models.unpacking import take_out  # noqa: PLC0415

    if url or published.archive is None:
        install_remote(store, Remote(url or published.url, published.sha256), published.name)
        return
    with fetched(store, Remote(published.url, published.archive.sha256)) as part, store.scratch() as folder:
        file = folder / published.archive.path[-1].rpartition("/")[2]
        take_out(part, published.archive.path, file)
        install(store, file, published.url, name=published.name, sha256=published.sha256)


def _manually(published: Published, url: str | None) -> str:
    file = published.url if url else "that file"
    within = f", unpack {' in '.join(reversed(published.archive.path))}" if published.archive else ""
    return (
        f"try again, or fetch {file}{within} (sha256 {published.sha256}) on another machine and install it with "
        f"'haredge models add FILE --name {published.name}'"
    )
