"""The reference is current: docs/configuration.md and docs/commands.md are what the code gives now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reference import DOCS, PAGES, shown_in

from haredge.config.schema import dotted_keys


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_gives(name: str) -> None:
    """`scripts/reference.py` writes it again."""
    assert (DOCS / name).read_text() == PAGES[name](), "run scripts/reference.py"


def test_every_key_has_a_row() -> None:
    """With what is allowed: a section has none of its own."""
    rows = re.findall(r"^\| `([a-z_]+)` \|", (DOCS / "configuration.md").read_text(), re.MULTILINE)
    assert rows.count("enabled") == 3
    assert sorted(set(rows)) == sorted({key.rpartition(".")[2] for key, allowed in dotted_keys().items() if allowed})


def test_defaults_and_comments_are_read_from_a_configuration() -> None:
    """Also of a key that is commented out, and none of an example's."""
    text = (
        'source: "0"\nmqtt:\n  # node: kitchen # a name\n  tls:\n    enabled: no # or yes\n#   bed:\n#     rest: yes\n'
    )
    assert dict(shown_in(text)) == {
        "source": ('"0"', ""),
        "mqtt": ("", ""),
        "mqtt.node": ("", "a name"),
        "mqtt.tls": ("", ""),
        "mqtt.tls.enabled": ("no", "or yes"),
    }


def test_no_page_names_this_machine() -> None:
    """Defaults that depend on who asks are written as anyone's."""
    assert all(str(Path.home()) not in (DOCS / name).read_text() for name in PAGES)
