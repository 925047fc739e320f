"""The extras: libraries that a board does without, and how those that need them say so."""

from __future__ import annotations

import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from haredge.core.errors import RuntimeMissingError

EXTRAS: Final = {
    "train": ("tensorflow", "tf_keras", "matplotlib", "scipy", "tqdm"),
    "cluster": ("distributed",),
    "web": ("h11", "prometheus_client", "starlette", "uvicorn"),
}
"""Libraries of setup.cfg's extras."""


def source_tree() -> Path | None:
    """Return the source tree that haredge runs from; None where it is installed."""
    folder = Path(__file__).resolve().parents[2]
    return folder if (folder / "setup.cfg").exists() else None


def how_to_install(extra: str) -> str:
    """Return the command that brings an extra: in a clone the script that has made its environment."""
    tree = source_tree()
    command = ("pip", "install", f"haredge[{extra}]") if tree is None else (f"{tree / 'scripts' / 'setup.sh'}", extra)
    return shlex.join(command)


def check_installed(extra: str, what: str) -> None:
    """Raise RuntimeMissingError, in words about what needs it, if a library of an extra is missing; none is loaded."""
    absent = [library for library in EXTRAS[extra] if find_spec(library) is None]
    if absent:
        raise RuntimeMissingError(f"{what} needs {', '.join(absent)}: {how_to_install(extra)}")
