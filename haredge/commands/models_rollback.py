"""``haredge models rollback``: put the version before in use again; twice, and the newer one is back."""

from __future__ import annotations

import argparse

from haredge.commands.models_add import add_place, model_name, place_of, tell_what_is_left
from haredge.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge models rollback``."""
    parser.add_argument("name", type=model_name, metavar="NAME", help="an installed model")
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Go back, if the version before still passes. Raises ModelError and InstallError; nothing has changed then."""
    from haredge.models.acceptance import accept  # noqa: PLC0415
    from haredge.models.store import open_store  # noqa: PLC0415

    with open_store(place_of(args)) as store:
        version = store.previous(args.name)
        manifest = accept(version)
        store.use(args.name, version)
    link = store.place / args.name
    say(f"{link}: the version of sha256 {manifest.sha256[:12]} is in use again")
    tell_what_is_left(link, manifest)
    return 0
