"""``haredge models pull``: fetch a published pose network from its maker, check it and install it."""

from __future__ import annotations

import argparse

from haredge.commands.models_add import add_place, install_remote, place_of
from haredge.core.errors import DownloadError
from haredge.models.published import PUBLISHED, Published


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge models pull``."""
    parser.add_argument("name", choices=PUBLISHED, help="network to fetch")
    parser.add_argument(
        "--from", dest="url", metavar="URL", help="another address of the same file; the checksum stays"
    )
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Fetch and install. Raises DownloadError, ModelError and InstallError; what is in use has not changed then."""
    from haredge.models.download import Remote  # noqa: PLC0415
    from haredge.models.store import open_store  # noqa: PLC0415

    published = PUBLISHED[args.name]
    url = args.url or published.url
    print(f"{published.name}: {published.size_bytes / 1e6:.1f} MB, {published.licence}, from {url}", flush=True)
    with open_store(place_of(args)) as store:
        try:
            install_remote(store, Remote(url, published.sha256), published.name)
        except DownloadError as error:
            raise DownloadError(f"{error}; {_by_hand(published, url)}") from error
    return 0


def _by_hand(published: Published, tried: str) -> str:
    file = "that file" if tried == published.url else published.url
    return (
        f"try again, or fetch {file} (sha256 {published.sha256}) on another machine and install it with "
        f"'haredge models add FILE --name {published.name}'"
    )
