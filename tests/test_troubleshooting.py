"""docs/troubleshooting.md quotes messages that haredge can really print."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "troubleshooting.md"
GAP: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a message of the code for what is put in."""

ROWS: Final = re.findall(r"^\| (`.+?) \|", PAGE.read_text().partition("## No message")[0], re.MULTILINE)
QUOTED: Final = [message for row in ROWS for message in re.findall(r"`([^`]+)`", row)]


@cache
def printed() -> tuple[str, ...]:
    """Return every text of the code, docstrings left out, with a gap for each value that is put in."""
    return tuple(text for path in ROOT.glob("haredge/**/*.py") for text in texts(ast.parse(path.read_text())))


def texts(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of a module: f-strings, and what is filled in by the log, with gaps."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield re.sub(r"%[.\d]*[sdfgr]", GAP, node.value)


def is_printed(message: str) -> bool:
    """Say whether a text of the code holds the parts of a quoted message, in order."""
    pattern = re.compile(".*".join(map(re.escape, re.split(r"\s*\.\.\.\s*", message))), re.DOTALL)
    return any(pattern.search(text) for text in printed())


@pytest.mark.parametrize("message", QUOTED)
def test_a_message_can_be_printed(message: str) -> None:
    """Its parts stand in one text of the code: who searches for what they have read finds it."""
    assert is_printed(message)


def test_each_table_quotes_messages() -> None:
    """And a message that there is not is found."""
    assert len(QUOTED) > 30
    assert not is_printed("the camera is ... on holiday")
    assert not is_printed("holds it; close that program ... busy:")
