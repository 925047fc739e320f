"""``haredge models``: list the installed models; its commands install others."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Final

from haredge.commands.parser import CommandParser
from haredge.core.printable import printable
from haredge.manifest import ActivityManifest, Manifest

if TYPE_CHECKING:
    from haredge.models.catalog import Installed

COMMANDS: Final = {
    "add": "check a model and install it, keeping the one before",
    "pull": "fetch Google's PoseNet or MoveNet and install it",
    "rollback": "go back to the version before",
}

LONGEST_LINE: Final = 10_000
"""Most characters of a line of the list: a model may have many labels."""

SHORT = 12
"""Digits of a checksum that are shown to a person."""


def add_arguments(parser: CommandParser) -> None:
    """Add the arguments of ``haredge models``."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each model")
    parser.add_commands(COMMANDS)


def run(args: argparse.Namespace) -> int:
    """List what is installed. A broken model is listed with the reason; the listing succeeds."""
    from haredge.models.catalog import installed, places  # noqa: PLC0415

    models = list(installed())
    for model in models:
        # A folder may have any name: JSON is all ASCII, and text is fit for a terminal.
        print(json.dumps(as_json(model)) if args.json else as_text(model))
    if not models and not args.json:
        print("no models are installed; looked in", ", ".join(str(place) for place in places()))
    return 0


def as_json(model: Installed) -> dict[str, object]:
    """Describe a model: what its manifest says in short, where it lies, and its problem or null."""
    manifest = model.manifest
    return {
        "name": manifest.name if manifest else model.folder.name,
        "kind": getattr(manifest, "kind", None),
        "size_bytes": model.size,
        "sha256": manifest.sha256 if manifest else None,
        "labels": list(manifest.labels) if isinstance(manifest, ActivityManifest) else None,
        "measured": _measured(manifest) if manifest else None,
        "path": str(model.folder),
        "problem": model.problem,
    }


def as_text(model: Installed) -> str:
    """Describe a model to a person: a line, and one below it for each thing worth knowing."""
    told = as_json(model)
    digits = f"  sha256 {model.manifest.sha256[:SHORT]}" if model.manifest else ""
    lines = [f"{told['name']}  {told['kind'] or 'broken'}  {model.size / 1000:.0f} kB{digits}", f"  {model.folder}"]
    if model.problem:
        lines.append(f"  cannot be used: {model.problem}")
    if isinstance(model.manifest, ActivityManifest):
        lines.append(f"  labels: {', '.join(model.manifest.labels)}")
    if model.manifest and (measured := _measured(model.manifest)):
        lines.append("  measured: " + ", ".join(f"{name} {value:g}" for name, value in measured.items()))
    return "\n".join(printable(line, LONGEST_LINE) for line in lines)


def _measured(manifest: Manifest) -> dict[str, float]:
    if isinstance(manifest, ActivityManifest):
        return {"accuracy": manifest.accuracy.int8, "accuracy_float32": manifest.accuracy.float32, **manifest.measured}
    return dict(manifest.measured)
