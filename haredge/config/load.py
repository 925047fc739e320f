"""Reading config.yaml: which file, its values, and mistakes with file, line and key."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from haredge.config.dotted import value_at, with_value
from haredge.config.file_keys import FILES, MODELS
from haredge.config.places import user_place
from haredge.config.schema import ANY, KEYS, SECRET, Config, dotted_keys
from haredge.config.yaml_lines import Document, Keys, read_document
from haredge.core.address import STARS
from haredge.core.counted import counted
from haredge.core.errors import ConfigError, HaredgeError

FILE_NAME: Final = "config.yaml"

MOST_MISTAKES: Final = 20
"""Mistakes that are named: a file with more is something else."""


def find(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the configuration file used without ``--config``, or None where there is none.

    The first that exists of ``./config.yaml``, ``$XDG_CONFIG_HOME/haredge/config.yaml`` (by default under
    ``~/.config``) and ``/etc/haredge/config.yaml``.
    """
    places = (Path(), user_folder(environ), Path("/etc/haredge"))
    return next((place / FILE_NAME for place in places if _may_exist(place / FILE_NAME)), None)


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of a user's own configuration, which need not exist."""
    return user_place(environ, "XDG_CONFIG_HOME", ".config")


def _may_exist(path: Path) -> bool:
    """Return whether a file exists, or lies where this user may not look: reading it says why it cannot be read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def load(path: Path | None) -> Config:
    """Read a configuration file; None gives the defaults.

    Paths of passwords, tokens, certificates and models are taken from the file's own folder; that of the source from
    the current one, as on the command line. Raises :class:`ConfigError` whose message has one line for
    each thing that is wrong: ``file:line: dotted.key = value: what is wrong; allowed: what is allowed``.
    """
    if path is None:
        return Config()
    document = read_document(path)
    try:
        config = Config.model_validate(document.values)
    except ValidationError as error:
        details = sorted(error.errors(), key=lambda detail: document.line(_keys(detail)))
        lines = [_line(document, detail) for detail in details[:MOST_MISTAKES]]
        if more := details[MOST_MISTAKES:]:
            where = f"{path}:{document.line(_keys(more[0]))}"
            lines.append(f"{where}: and {counted(len(more), 'more mistake')} from here on")
        raise ConfigError("\n".join(lines)) from None
    return _anchored(config, path.parent)


def place(path: Path | None, key: str) -> str:
    """Say where a dotted key is set in a file, as ``file:line: ``; empty where it is not set there."""
    if path is None:
        return ""
    document, keys = read_document(path), tuple(key.split("."))
    return f"{path}:{document.line(keys)}: " if keys in document.lines else ""


@contextmanager
def with_config_line(path: Path | None, overridden: Collection[str] = ()) -> Iterator[None]:
    """Add file and line to what turns out to be wrong with a configuration only when it is used.

    What is ``overridden``, by dotted keys, does not come from the file.
    """
    try:
        yield
    except HaredgeError as error:
        where = "" if error.key in overridden else place(path, error.key)
        if not where:
            raise
        raise type(error)(f"{where}{error}") from error


def _keys(detail: Any) -> Keys:
    """Return the keys that lead to a mistake; pydantic adds "[key]" where the key itself is wrong."""
    keys: Keys = (*detail["loc"], *detail.get("ctx", {}).get(KEYS, ()))
    return keys[:-1] if keys[-1:] == ("[key]",) and detail["type"] != "extra_forbidden" else keys


def _line(document: Document, detail: Any) -> str:
    keys = _keys(detail)
    if detail["type"] == "extra_forbidden":
        return f"{document.where(keys)}: unknown key{_suggestion(keys)}"
    if detail["type"] == "missing":
        return f"{document.where(keys)}: is missing; allowed: {_allowed(keys)}"
    shown = STARS if keys in SECRET else document.show(keys)
    return f"{document.where(keys)} = {shown}: {_wrong(detail, keys)}; allowed: {_allowed(keys)}"


_STRUCTURES: Final = {"model_type", "tuple_type", "dict_type"}


def _wrong(detail: Any, keys: Keys) -> str:
    """Say what is wrong with a value; pydantic's words for mappings and lists are for programmers."""
    if detail["type"] in _STRUCTURES:
        return f"of the wrong kind{_as_section(detail['input'], keys)}"
    if detail["input"] is None:  # as after a colon whose value was commented out
        return "has no value; leave the key out for the default"
    if detail["type"] in {"too_short", "string_too_short"}:  # only of what may not be empty
        return "is empty"
    if detail["type"] == "too_long":
        return f"has more than {detail['ctx']['max_length']} {_parts(detail['input'])}"
    message: str = detail["msg"]
    return message.removeprefix("Value error, ").removeprefix("Input ")


def _as_section(value: object, keys: Keys) -> str:
    """Say what to write where a section is switched on or off as if it were a value."""
    switched = isinstance(value, str) and value.lower() in {"true", "false", "yes", "no", "on", "off"}
    switch = any(_names(name, (*keys, "enabled")) for name in dotted_keys())
    return f"; write {keys[-1]}: {{enabled: {value}}}" if switched and switch else ""


def _parts(value: object) -> str:
    return "characters" if isinstance(value, str) else "items"


def _suggestion(keys: Keys) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # costs 10 ms, and only a mistake needs it

    known, section = tuple(dotted_keys()), "".join(f"{key}." for key in keys[:-1])
    here = (name for pattern, _, name in (key.rpartition(".") for key in known) if _names(pattern, keys[:-1]))
    same_section = {name: f"{section}{name}" for name in here}
    elsewhere = {key.rpartition(".")[2]: key for key in reversed(known) if ANY not in key}
    elsewhere.pop("enabled", None)  # several sections have one: which is meant cannot be guessed
    for names in (same_section, elsewhere):
        if close := get_close_matches(str(keys[-1]), names, n=1):
            name = names[close[0]]
            # What was written for a key such as `password` is no path, and would be shown as one.
            another = name.endswith("_file") and not str(keys[-1]).endswith("_file")
            return f"; did you mean {name}?" + (f" ({_allowed(tuple(name.split('.')))})" if another else "")
    return f"; known here: {', '.join(same_section)}"


def _allowed(keys: Keys) -> str:
    field = next((known for name, known in dotted_keys().items() if _names(name, keys)), None)
    if field is None and len(keys) > 1:
        return _allowed(keys[:-1])
    return field or "a mapping of keys to values"


def _names(pattern: str, keys: Keys) -> bool:
    """Return whether a dotted key of the schema names these keys; a name that the user chooses may be any."""
    parts = pattern.split(".") if pattern else []
    return len(parts) == len(keys) and all(part in {ANY, str(key)} for part, key in zip(parts, keys, strict=True))


def _anchored(config: Config, folder: Path) -> Config:
    """Take relative paths in a configuration from the folder that the file lies in."""
    for key in FILES:
        if path := value_at(config, key):
            config = with_value(config, key, _placed(folder, path))
    for key in MODELS:
        if "/" in (path := value_at(config, key) or ""):
            config = with_value(config, key, _as_path(_placed(folder, path)))
    return config


def _placed(folder: Path, path: str | Path) -> Path:
    """Return where a path of a configuration leads to: from the file's own folder on, or from a home, as ``~/x``."""
    with suppress(RuntimeError):  # the home of no user: then no such file will be found
        path = Path(path).expanduser()
    return folder / path


def _as_path(path: Path) -> str:
    """Return a path with a slash in it, without which it would be the name of an installed model."""
    return text if "/" in (text := str(path)) else f"./{text}"
