"""The payload schemas that docs/mqtt.md promises, for tests to hold messages against."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

DOCS = Path(__file__).parents[1] / "docs"
NAMES = ("activity", "people", "zone", "event", "fall", "fall_event", "prediction", "health", "day")


@lru_cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of one topic's payload, formats (date-time) included."""
    schema = json.loads((DOCS / "schemas" / f"{name}.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def check(name: str, payload: Any) -> None:
    """Raise jsonschema's error when a payload is not as documented."""
    validator(name).validate(payload)
