"""The files that a configuration names, as they were when they were opened: what replaces one waits for a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from haredge.config.dotted import value_at
from haredge.config.file_keys import FILES, MODELS
from haredge.config.schema import Config
from haredge.config.secret_file import at_hand
from haredge.core.errors import ModelError
from haredge.manifest import MANIFEST
from haredge.models.catalog import find_model
from haredge.models.checksum import sha256_of


class NamedFiles:
    """What the files that a configuration names held at first."""

    def __init__(self, config: Config) -> None:
        self._first = dict(_contents(config))

    def replaced(self, config: Config) -> tuple[str, ...]:
        """Return the dotted keys whose files are there and hold something else than at first."""
        now = dict(_contents(config))
        return tuple(key for key, content in now.items() if key in self._first and content != self._first[key])


def _contents(config: Config) -> Iterator[tuple[str, str]]:
    """Yield each key that names a file that can be read, and the file's checksum."""
    for key in MODELS:
        if name := value_at(config, key):
            with suppress(OSError, ModelError):
                yield key, sha256_of(_telling(find_model(name)))
    for key in FILES:
        if path := value_at(config, key):
            with suppress(OSError):
                yield key, sha256_of(at_hand(path))


def _telling(model: Path) -> Path:
    """Return the file of a model that is another if any of it is: its manifest holds the network's checksum."""
    return model / MANIFEST if model.is_dir() else model
