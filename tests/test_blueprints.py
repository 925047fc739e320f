"""Promises of homeassistant/blueprints that need no Home Assistant (test_home_assistant.py runs them in one)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[1] / "homeassistant" / "blueprints" / "automation" / "haredge"


class Loader(yaml.SafeLoader):
    """Reads ``!input name`` as the name in angle brackets."""


def _named(loader: Loader, node: yaml.ScalarNode) -> str:
    return f"<{loader.construct_scalar(node)}>"


Loader.add_constructor("!input", _named)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_blueprint_uses_each_input_that_it_asks_for(path: Path) -> None:
    """And no other; what a template uses is among its variables."""
    blueprint: dict[str, Any] = yaml.load(path.read_text(), Loader)
    asked = set(blueprint.pop("blueprint")["input"])
    assert {name for text in texts(blueprint) for name in re.findall(r"<(\w+)>", text)} == asked
    assert names_in_templates(blueprint.pop("triggers")) & asked <= set(blueprint["trigger_variables"])
    assert names_in_templates(blueprint) & asked <= set(blueprint["variables"])


def test_both_blueprints_are_there() -> None:
    """The test above would pass without any."""
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {"fall", "stillness"}


KNOWN: Any = {"attributes": {"fall": "clear"}}
AWAY: Any = {"attributes": {}}
ASKED, BEFORE, AFTER = "2026-11-20T12:00:00", "2026-11-20T11:59:00", "2026-11-20T12:01:00"


@pytest.mark.parametrize(
    ("was", "fell", "asked"),
    [
        (KNOWN, AFTER, True),
        (KNOWN, BEFORE, True),
        (AWAY, AFTER, True),
        (AWAY, BEFORE, False),
        (None, BEFORE, False),
    ],
    ids=["it falls", "with a clock that is behind", "while one was away", "the same again", "the same at the start"],
)
def test_a_fall_is_asked_about_once(was: object, fell: str, asked: bool) -> None:
    """One that happens is asked about whatever the board's clock says; one that is reported again is not."""
    fall: dict[str, Any] = yaml.load((FOLDER / "fall.yaml").read_text(), Loader)
    condition = fall["conditions"][-1]
    template = pytest.importorskip("jinja2").Template(condition["value_template"])
    this = {"attributes": {"last_triggered": datetime.fromisoformat(ASKED)}}
    told = template.render(trigger={"from_state": was}, this=this, fell=fell, as_datetime=datetime.fromisoformat)
    assert told == str(asked)


@pytest.mark.parametrize("step", ["confirmed", "possible"])
@pytest.mark.parametrize(
    ("was", "now", "asked"),
    [
        ("confirmed", "confirmed", ("confirmed", "possible")),
        ("confirmed", "possible", ("possible",)),
        ("possible", "possible", ("possible",)),
        ("possible", "confirmed", ("possible",)),
        ("clear", "confirmed", ()),
        ("confirmed", "clear", ()),
        (None, "confirmed", ()),
    ],
)
def test_another_fall_is_asked_about_if_the_state_does_not_show_it(
    step: str, was: str | None, now: str, asked: tuple[str, ...]
) -> None:
    """It is on before and after; where it becomes on, the other trigger reports the fall."""
    fall: dict[str, Any] = yaml.load((FOLDER / "fall.yaml").read_text(), Loader)
    template = pytest.importorskip("jinja2").Template(fall["conditions"][0]["value_template"])
    before, after = ({"attributes": {} if state is None else {"fall": state}} for state in (was, now))
    trigger = {"id": "another", "from_state": before, "to_state": after}
    assert template.render(trigger=trigger, step=step).strip() == str(step in asked)
    assert template.render(trigger={**trigger, "id": "0"}, step=step).strip() == "True"


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a document."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


def names_in_templates(value: Any) -> set[str]:
    """Return the variables that templates expect of others."""
    jinja2 = pytest.importorskip("jinja2")
    meta, environment = pytest.importorskip("jinja2.meta"), jinja2.Environment()
    environment.filters["slugify"] = str  # Home Assistant's own
    return {name for text in texts(value) for name in meta.find_undeclared_variables(environment.parse(text))}
