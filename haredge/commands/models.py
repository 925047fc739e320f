"""``haredge models``: list the installed models; its commands install others."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.commands.parser import CommandParser
from haredge.core.counted import counted
from haredge.core.errors import HaredgeError
from haredge.manifest import ClassifierManifest, Manifest, StillManifest
from haredge.terminal import say, say_json

if TYPE_CHECKING:
    from haredge.models.catalog import Installed

COMMANDS: Final = {
    "add": "check a model and install it, keeping the one before",
    "pull": "fetch Google's PoseNet or MoveNet and install it",
    "rollback": "go back to the version before",
}

TITLES: Final = ("model", "in use", "knows", "accuracy", "size")


def add_arguments(parser: CommandParser) -> None:
    """Add the arguments of ``haredge models``."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each model")
    parser.add_commands(COMMANDS)


def run(args: argparse.Namespace) -> int:
    """List what is installed. A broken model is listed with the reason; the listing succeeds."""
    from haredge.models.catalog import installed, places  # noqa: PLC0415

    models, in_use = list(installed()), _in_use()
    if args.json:
        for model in models:
            say_json(as_json(model, in_use))
    elif models:
        say(*as_table(models, in_use))
    else:
        say(f"no models are installed; looked in {', '.join(str(place) for place in places())}")
    return 0


def as_json(model: Installed, in_use: Collection[Path]) -> dict[str, object]:
    """Describe a model: what its manifest says in short, where it lies, its problem or null, whether it is in use."""
    manifest = model.manifest
    return {
        "name": manifest.name if manifest else model.folder.name,
        "kind": getattr(manifest, "kind", None),
        "size_bytes": model.size,
        "sha256": manifest.sha256 if manifest else None,
        "labels": list(manifest.labels) if isinstance(manifest, ClassifierManifest) else None,
        "measured": _measured(manifest) if manifest else None,
        "path": str(model.folder),
        "problem": model.problem,
        "in_use": model.folder.resolve() in in_use,
    }


def as_table(models: Sequence[Installed], in_use: Collection[Path]) -> Iterator[str]:
    """Yield the lines of a table for a person, the models at the folders ``in_use`` marked, then what is broken."""
    rows = [_row(model, "yes" if model.folder.resolve() in in_use else "") for model in models]
    widths = [max(map(len, column)) for column in zip(TITLES, *rows, strict=True)]
    for row in (TITLES, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from (f"{model.folder}: cannot be used: {model.problem}" for model in models if model.problem)
    yield "`haredge models --json` has labels, places, checksums and all that was measured"


def _row(model: Installed, in_use: str) -> tuple[str, ...]:
    manifest = model.manifest
    name = manifest.name if manifest else model.folder.name
    size = f"{model.size / 1e6:.1f} MB"
    if manifest is None or model.problem:
        return name, in_use, "broken, see below", "", size
    if isinstance(manifest, ClassifierManifest):
        known, tested = counted(len(manifest.activities), "activity", "activities"), "clips"
        if isinstance(manifest, StillManifest):
            known, tested = f"{known} in still images", "images"
        return name, in_use, known, f"{manifest.accuracy.int8:.1%} of held-out {tested}", size
    first = next((f"{key.replace('_', ' ')} {value:g}" for key, value in manifest.measured.items()), "not measured")
    return name, in_use, "where people's joints are", first, size


def _in_use() -> set[Path]:
    """Return the folders of the models that the configuration names; none if it cannot be read."""
    from haredge.config.load import find, load  # noqa: PLC0415
    from haredge.models.catalog import find_model  # noqa: PLC0415

    folders: set[Path] = set()
    with suppress(HaredgeError):
        config = load(find())
        named = (config.pose.model, config.activity.model, config.activity.still_model)
        for name in filter(None, named):
            with suppress(HaredgeError):
                folders.add(find_model(name).resolve())
    return folders


def _measured(manifest: Manifest) -> dict[str, float]:
    if isinstance(manifest, ClassifierManifest):
        return {"accuracy": manifest.accuracy.int8, "accuracy_float32": manifest.accuracy.float32, **manifest.measured}
    return dict(manifest.measured)
