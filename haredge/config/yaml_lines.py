"""A YAML file whose every key remembers its line."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from haredge.core.errors import ConfigError

Keys = tuple[str | int, ...]

_MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Document:
    """A YAML file that has been read."""

    path: Path
    values: dict[str, Any]
    lines: dict[Keys, int]
    """Line, from 1, of each key by the keys that lead to it."""

    def line(self, keys: Keys) -> int:
        """Return a key's line; a missing key's is that of its section."""
        known = next((keys[:length] for length in range(len(keys), 0, -1) if keys[:length] in self.lines), ())
        return self.lines.get(known, 1)

    def where(self, keys: Keys) -> str:
        """Say where a key stands: ``file:line: dotted.key``."""
        return f"{self.path}:{self.line(keys)}: {_dotted(keys)}"

    def show(self, keys: Keys) -> str:
        """Show a key's value in a few characters."""
        value: Any = self.values
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                return "nothing"
            value = value[key]
        return reprlib.repr(value)


def read_document(path: Path) -> Document:
    """Read a YAML file that holds a mapping, or nothing.

    Raises :class:`ConfigError` for a file that cannot be read, is no YAML, is no mapping, or sets a key twice.
    """
    root, values = _parse(path, _read(path))
    if values is None:
        return Document(path, {}, {})
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path}:1: a configuration is a mapping such as 'source: 0', this is something else")
    return Document(path, values, _lines(path, root))


def _parse(path: Path, text: str) -> tuple[yaml.Node | None, Any]:
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(f"{path}:{mark.line + 1 if mark else 1}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}:1: not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise ConfigError(f"{path}:1: nested too deeply to be a configuration") from None
    except (ValueError, TypeError, OverflowError) as error:  # PyYAML lets these through: 2026-99-99, {[]: 1}
        raise ConfigError(f"{path}:1: a value that cannot be read: {str(error).splitlines()[0]}") from None


def _dotted(keys: Keys) -> str:
    return ".".join(str(key) if str(key).isprintable() else ascii(key) for key in keys)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise ConfigError(f"{path}: larger than {_MAX_BYTES >> 20} MiB: this is no configuration")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8: save the file as UTF-8 text") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _lines(path: Path, root: yaml.MappingNode) -> dict[Keys, int]:
    """Map every key to its line. A key that an alias repeats keeps the line of its anchor."""
    lines: dict[Keys, int] = {}
    waiting: list[tuple[Keys, yaml.MappingNode]] = [((), root)]
    seen: set[int] = set()
    while waiting:
        prefix, mapping = waiting.pop()
        if id(mapping) in seen:
            continue
        seen.add(id(mapping))
        for key, value in mapping.value:
            keys, line = (*prefix, str(key.value)), key.start_mark.line + 1
            if keys in lines:
                first = f"first on line {lines[keys]}"
                raise ConfigError(f"{path}:{line}: {_dotted(keys)}: set twice, {first}; keep one of them")
            lines[keys] = line
            if isinstance(value, yaml.MappingNode):
                waiting.append((keys, value))
    return lines
