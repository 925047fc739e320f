"""How the text that stands in a configuration becomes a value: a text, a number, a switch, a file, a host, a topic.

A configuration that is made in Python may have numbers and paths as such.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from haredge.core.address import PORTS, check_host, is_host, stream_address
from haredge.core.labels import composed
from haredge.core.zone import Point, mistake_in

_NUMBER: Final = re.compile(r"[-+]?(0|[1-9]\d{0,15})(\.\d{0,20})?([eE][-+]?\d{1,3})?|[-+]?\.\d{1,20}", re.ASCII)

LONGEST: Final = 4096
"""Characters of a text: as many as Linux takes for a path."""


def _text(value: object) -> object:
    """Check that a text can be shown, can name a file and can be sent to a broker."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(f"has {len(value)} characters, more than {LONGEST}")
        if not all(letter.isprintable() or letter in "\t\n" for letter in value):
            raise ValueError("has a character that cannot be printed")
    return value


def _file(value: object) -> object:
    """Check that a file is named: an empty name would be that of the folder."""
    if isinstance(value, str) and value in {"", "."}:
        raise ValueError("names no file; leave the key out if there is none")
    return _text(value)


def _number(value: object) -> object:
    """Read a number that is written as one; YAML's other ways (1:30, 0x1F, 1_000, yes) are slips."""
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d{1,9},\d{1,9}", value):
        raise ValueError(f"is not a number; write it with a point: {value.replace(',', '.')}")
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        raise ValueError("is not a number")
    return value


def _whole(value: object) -> object:
    """Read a whole number that is written as one."""
    if isinstance(value, bool) or (
        isinstance(value, str) and not re.fullmatch(r"[-+]?(0|[1-9]\d{0,15})", value, re.ASCII)
    ):
        raise ValueError("is not a whole number")
    return value


def _switch(value: object) -> object:
    """Read true or false in any of YAML's words."""
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if isinstance(value, str):
        if value.lower() not in words:
            raise ValueError("is neither true nor false")
        return words[value.lower()]
    return value


def _topic_level(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError("has a character that cannot stand in a topic level")
    return name


def _topic(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", name):
        raise ValueError("has a character that cannot stand in a topic")
    return name


def _polygon(points: tuple[Point, ...]) -> tuple[Point, ...]:
    if mistake := mistake_in(points):
        raise ValueError(mistake)
    return points


def _source(uri: str) -> str:
    """Check what of a source can be checked without opening it."""
    if re.match(rf"({'|'.join(PORTS)})://", uri, re.IGNORECASE):
        stream_address(uri)
    return uri


def _hook(address: str) -> str:
    """Check an address that events are posted to; what is wrong is said without it, as it may be a secret itself."""
    parts = urlsplit(address)
    try:
        port_ok = parts.port != 0
    except ValueError:
        port_ok = False
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_ok:
        raise ValueError("is not an address of the form https://host/path")
    if not is_host(parts.hostname):
        raise ValueError("has a malformed host")
    if parts.username is not None or not address.isascii() or " " in address:
        raise ValueError("has a user name, a blank or a character that is not ASCII")
    return address


Text = Annotated[str, BeforeValidator(_text)]
File = Annotated[Path, BeforeValidator(_file)]
Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Switch = Annotated[bool, BeforeValidator(_switch)]
Label = Annotated[Text, AfterValidator(composed)]
"""A label in the one form that it has everywhere."""
Host = Annotated[Text, Field(min_length=1), AfterValidator(check_host)]
Topic = Annotated[Text, Field(min_length=1, max_length=200), AfterValidator(_topic)]
TopicLevel = Annotated[Text, Field(min_length=1, max_length=200), AfterValidator(_topic_level)]
Source = Annotated[Text, Field(min_length=1), AfterValidator(_source)]
HookUrl = Annotated[Text, AfterValidator(_hook)]
Probability = Annotated[Number, Field(ge=0, le=1)]
Share = Annotated[Number, Field(ge=0, le=1)]
Polygon = Annotated[tuple[tuple[Share, Share], ...], Field(max_length=64), AfterValidator(_polygon)]
"""Corners, each x and y in shares of the image."""
Seconds = Annotated[Number, Field(ge=0, le=3600)]
