"""Versions of haredge and of what it runs on, for the health topic and bug reports."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from haredge.version import __version__

LIBRARIES: Final = ("ai-edge-litert", "tflite-runtime", "numpy", "opencv-python-headless", "paho-mqtt")


def versions() -> dict[str, str]:
    """Return the versions of haredge, Python and those of :data:`LIBRARIES` that pip or apt installed."""
    return {"haredge": __version__, "python": platform.python_version()} | {
        name: found for name in LIBRARIES if (found := _version(name))
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
