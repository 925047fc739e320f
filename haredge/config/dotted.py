"""Values of a configuration by their dotted keys, such as ``mqtt.tls.ca_file``."""

from __future__ import annotations

from functools import reduce
from typing import Any, TypeVar

from haredge.config.schema import Section

AnySection = TypeVar("AnySection", bound=Section)


def value_at(section: Section, key: str) -> Any:
    """Return the value of a dotted key."""
    return reduce(getattr, key.split("."), section)


def with_value(section: AnySection, key: str, value: Any) -> AnySection:
    """Return the same section with another value at a dotted key."""
    name, _, rest = key.partition(".")
    return section.model_copy(update={name: with_value(getattr(section, name), rest, value) if rest else value})
