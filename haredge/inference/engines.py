"""The inference engines that haredge has, one row an engine.

Nothing here imports an engine or numpy before a network is opened: which files are models is also known without.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

from haredge.core.errors import ModelError, RuntimeMissingError

if TYPE_CHECKING:
    from haredge.inference.engine import Engine

HEAD: Final = 8
"""Bytes at the start of a model file by which its format is recognised."""


class EngineModule(Protocol):
    """What an engine's module offers."""

    def open_network(
        self, content: bytes, title: str, *, threads: int, input_size: tuple[int, int] | None, trusted: bool
    ) -> Engine:
        """Load a network from the bytes of its file; ``title`` is what messages call it.

        ``input_size`` (height, width) resizes the input of a network of images. A file that is not ``trusted`` (no
        checksum vouches for it) must not be able to crash this process. Raises :class:`ModelError` for a network that
        cannot be run, and :class:`RuntimeMissingError` if the engine's library is not installed.
        """

    def version(self) -> str:
        """Name the library in use with its version. Raises :class:`RuntimeMissingError` if none is installed."""


@dataclass(frozen=True, slots=True)
class EngineKind:
    """An engine: the model files that it runs, and the module that runs them."""

    format: str
    """What its model files are called, such as "TFLite"."""
    suffix: str
    """How their names end, such as ".tflite"."""
    recognises: Callable[[bytes], bool]
    """Whether a file is one of them, by its first :data:`HEAD` bytes."""
    module: str
    """Dotted name of the :class:`EngineModule`."""
    packages: tuple[str, ...]
    """Packages by which the library may be installed, as pip names them."""

    def load(self) -> EngineModule:
        """Import the engine's module."""
        return cast("EngineModule", importlib.import_module(self.module))


ENGINES: Final = [
    EngineKind(
        format="TFLite",
        suffix=".tflite",
        recognises=lambda head: head[4:8] == b"TFL3",
        module="haredge.inference.tflite",
        packages=("ai-edge-litert", "tflite-runtime"),
    ),
]


def suffixes() -> tuple[str, ...]:
    """Return how the names of model files end."""
    return tuple(kind.suffix for kind in ENGINES)


def recognise(head: bytes, title: str) -> EngineKind:
    """Return the engine that runs a model file, by the file's first :data:`HEAD` bytes.

    ``title`` is what messages call the file. Raises :class:`ModelError` if there is none.
    """
    for kind in ENGINES:
        if kind.recognises(head):
            return kind
    raise ModelError(f"{title}: not a {' or '.join(kind.format for kind in ENGINES)} model file")


def versions() -> list[str]:
    """Name the libraries that are installed, with their versions.

    Raises :class:`RuntimeMissingError`, that of the first engine, if there is none.
    """
    found = [version for kind in ENGINES if (version := _version(kind))]
    return found or [ENGINES[0].load().version()]


def _version(kind: EngineKind) -> str | None:
    try:
        return kind.load().version()
    except RuntimeMissingError:
        return None
