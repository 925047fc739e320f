"""Promises of docs/mqtt.md: its examples are payloads that haredge could send."""

from __future__ import annotations

import json
import re

import pytest
import schemas

PAGE = (schemas.DOCS / "mqtt.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("name", schemas.NAMES)
def test_each_example_satisfies_its_schema(name: str) -> None:
    """What is shown on the page is what arrives."""
    examples = re.findall(r"```json\n(.*?)```", SECTIONS[name], re.DOTALL)
    assert examples
    for example in examples:
        schemas.check(name, json.loads(example))


@pytest.mark.parametrize("name", schemas.NAMES)
def test_each_schema_is_linked(name: str) -> None:
    """A program's author finds the machine-readable form."""
    assert f"(schemas/{name}.json)" in PAGE
