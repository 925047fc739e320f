"""``haredge config show``: the values in effect, and where each is set."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from haredge.commands.arguments import add_config_file
from haredge.config.load import find, load
from haredge.config.schema import SECRET
from haredge.config.yaml_lines import read_document
from haredge.core.address import STARS, redacted
from haredge.terminal import say

WIDTH: Final = 50
"""Characters of key and value, after which the place follows."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge config show``."""
    add_config_file(parser)


def run(args: argparse.Namespace) -> int:
    """Print a line for each key: its dotted name, its value, and the line that sets it, if one does.

    Raises :class:`haredge.core.errors.ConfigError` for a configuration that is wrong.
    """
    path: Path | None = args.file or args.config or find()
    config, lines = load(path), read_document(path).lines if path else {}
    say(f"# {path}" if path else "# no configuration file: the defaults are used")
    for keys, value in values_of(config):
        where = f"line {lines[keys]}" if keys in lines else "default"
        say(f"{'.'.join(keys)}: {_shown(keys, value)}".ljust(WIDTH) + f"  # {where}")
    return 0


def values_of(section: BaseModel, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every value of a section with the keys that lead to it, those that a user names included."""
    yield from _values({name: getattr(section, name) for name in type(section).model_fields}, above)


def _values(values: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in values.items():
        keys = (*above, name)
        if isinstance(value, BaseModel):
            yield from values_of(value, keys)
        elif isinstance(value, Mapping) and value:
            yield from _values(value, keys)
        else:
            yield keys, value


def _shown(keys: tuple[str, ...], value: Any) -> str:
    """Show a value as it may be written into the file, an address without its password, a secret not at all."""
    if keys in SECRET and value is not None:
        return STARS
    return json.dumps(redacted(value) if isinstance(value, str) else value, default=str, ensure_ascii=False)
