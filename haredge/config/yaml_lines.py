"""A YAML file whose every key remembers its line, and whose values stay the text that was written.

YAML guesses what a word means: `0123` is 83 to it, `12:30` is 750, `yes` is true. Here a value is text, or a list or a
mapping of texts; the schema turns texts into numbers and switches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from haredge.core.address import redacted
from haredge.core.errors import ConfigError
from haredge.core.regular_file import read_regular

Keys = tuple[str | int, ...]

MAX_BYTES: Final = 64_000
"""A configuration with every key and its comments has 3 kB."""

_SHOWN: Final = 60
"""Characters of a value that a message shows."""

_TYPES: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map"))
"""Tags that may be written: they change nothing."""

_HINTS: Final = {
    "mapping values are not allowed here": "write a blank after each key's colon, indent the keys of a section alike, "
    "and put a text with a colon into quotes, as source: 'test:'",
    "expected <block end>, but found '<block mapping start>'": "indent the keys of a section alike",
    "found unexpected end of stream": "a quotation mark that was opened may not have been closed",
    "but found another document": "leave out the line ---",
    "found character '\\t' that cannot start any token": "indent with blanks, not with tabs",
}
"""What to do about mistakes that YAML's own words do not explain."""


@dataclass(frozen=True)
class Document:
    """A YAML file that has been read."""

    path: Path
    values: dict[str, Any]
    """Each value is a text, None, a list or a mapping."""
    lines: dict[Keys, int]
    """Line, from 1, of each key, and of each item of a list, by the keys that lead to it."""

    def line(self, keys: Keys) -> int:
        """Return a key's line; a missing key's is that of its section."""
        known = next((keys[:length] for length in range(len(keys), 0, -1) if keys[:length] in self.lines), ())
        return self.lines.get(known, 1)

    def where(self, keys: Keys) -> str:
        """Say where a key stands: ``file:line: dotted.key``."""
        return f"{self.path}:{self.line(keys)}: {_dotted(keys)}"

    def show(self, keys: Keys) -> str:
        """Show a key's value in a few characters, without the passwords of an address."""
        value: Any = self.values
        for key in keys:
            value = _inside(value, key)
        return _show(value)


def read_document(path: Path) -> Document:
    """Read a YAML file that holds a mapping, or nothing.

    Raises :class:`ConfigError` for a file that cannot be read, is too large, is not YAML, is not a mapping, or sets a
    key twice.
    """
    reading = _Reading(path)
    try:
        root = _parse(path, _read(path))
        values = {} if root is None or _is_nothing(root) else reading.value(root, ())
    except RecursionError:
        raise ConfigError(f"{path}:1: nested too deeply to be a configuration") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{path}:1: a configuration is a mapping such as 'source: 0', this is something else")
    return Document(path, values, reading.lines)


def _parse(path: Path, text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = f"; {_HINTS[error.problem]}" if error.problem in _HINTS else ""
        raise ConfigError(f"{path}:{mark.line + 1 if mark else 1}: not YAML: {_word(error.problem)}{hint}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}:1: not YAML: {_word(str(error).splitlines()[0])}") from None
    except (
        ValueError,
        OverflowError,
    ) as error:  # PyYAML lets these through: an escape for a code beyond Unicode, "\UFFFFFFFF"
        raise ConfigError(f"{path}:1: not YAML: {_word(str(error))}") from None


class _Reading:
    """Turns nodes into values, and notes the line of each key."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: dict[Keys, int] = {}
        self._inside: set[int] = set()
        self._read: dict[int, Any] = {}

    def value(self, node: yaml.Node, keys: Keys) -> Any:
        """Return a node's value. What an alias repeats is read once, and keeps the lines of its anchor."""
        if id(node) in self._inside:
            raise self._wrong(node, f"{_dotted(keys)}: refers to itself")
        if id(node) not in self._read:
            self._inside.add(id(node))
            self._read[id(node)] = self._new_value(node, keys)
            self._inside.remove(id(node))
        return self._read[id(node)]

    def _new_value(self, node: yaml.Node, keys: Keys) -> Any:
        if node.tag not in _TYPES:
            raise self._wrong(node, f"{_dotted(keys)}: has the tag {_word(node.tag)}; write the value alone")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, keys)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(each, (*keys, index)) for index, each in enumerate(node.value)]
        return None if _is_nothing(node) else node.value

    def _item(self, node: yaml.Node, keys: Keys) -> Any:
        self.lines[keys] = node.start_mark.line + 1
        return self.value(node, keys)

    def _mapping(self, node: yaml.MappingNode, keys: Keys) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._wrong(key, f"{_dotted(keys)}: a key must be a text")
            inner = (*keys, key.value)
            if inner in self.lines:
                first = f"first on line {self.lines[inner]}"
                raise self._wrong(key, f"{_dotted(inner)}: set twice, {first}; keep one of them")
            self.lines[inner] = key.start_mark.line + 1
            if key.value == "<<" and key.style is None:
                merged |= self._merged(value, inner)
            else:
                values[key.value] = self.value(value, inner)
        return {**merged, **values}

    def _merged(self, node: yaml.Node, keys: Keys) -> dict[str, Any]:
        """Return what ``<<`` takes over from other mappings, of which the first wins."""
        value = self.value(node, keys)
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, dict) for part in parts):
            raise self._wrong(node, f"{_dotted(keys)}: takes mappings, such as *anchor")
        return {key: each for part in reversed(parts) for key, each in part.items()}

    def _wrong(self, node: yaml.Node, words: str) -> ConfigError:
        return ConfigError(f"{self._path}:{node.start_mark.line + 1}: {words}")


def _is_nothing(node: yaml.Node) -> bool:
    """Return whether a scalar is YAML's way to say nothing."""
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in {"", "~", "null", "Null", "NULL"}


def _inside(value: object, key: str | int) -> object:
    """Return what lies under a key of a mapping or a list; None if nothing does."""
    if isinstance(value, dict):
        return value.get(key)
    return value[key] if isinstance(value, list) and isinstance(key, int) and key < len(value) else None


def _show(value: object) -> str:
    """Show a value: a number as it is, any other text in quotes."""
    if not isinstance(value, str):
        return "nothing" if value is None else "a list" if isinstance(value, list) else "a mapping"
    text = redacted(value)
    if len(text) > _SHOWN:
        text = f"{text[: _SHOWN - 3]}..."
    return text if re.fullmatch(r"[-+]?[\d.]+", text) else repr(text) if text.isprintable() else ascii(text)


def _word(text: str | None) -> str:
    """Show a few characters of a text from outside, whatever they are."""
    text = (text or "")[: 2 * _SHOWN]
    return text if text.isprintable() else ascii(text)


def _dotted(keys: Keys) -> str:
    return ".".join(_word(redacted(str(key)))[:_SHOWN] for key in keys) or "the whole"


def _read(path: Path) -> str:
    try:
        content = read_regular(path, MAX_BYTES)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8: save the file as UTF-8 text") from None
    except PermissionError as error:
        hint = "use sudo, or become a member of its group (ls -l shows it)"
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; {hint}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
