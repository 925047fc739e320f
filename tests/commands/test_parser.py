"""Promises of haredge.commands.parser: no word of a command line is thrown away, and one command is imported."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from haredge import cli
from haredge.commands import COMMANDS
from haredge.commands.arguments import given_path
from haredge.commands.config import COMMANDS as CONFIG
from haredge.commands.evaluate import COMMANDS as EVALUATE
from haredge.commands.models import COMMANDS as MODELS
from haredge.commands.parser import CommandParser

LINES: Final = (
    "annotate in.mp4",
    "bench",
    "config check",
    "config init",
    "config show",
    "demo --no-page",
    "doctor",
    "evaluate --data recordings",
    "evaluate pose --models pose",
    "extract videos -o out",
    "models",
    "models add file.zip",
    "models pull posenet",
    "models rollback pose",
    "mqtt forget kitchen",
    "pose image.jpg",
    "practice -o out",
    "recognise image.jpg",
    "record --label waving",
    "train recordings --out models/mine",
    "web",
)
"""A command line for each command."""

BEFORE: Final = (
    ("--config", "a.yaml"),
    ("--source", "a.mp4"),
    ("--pose-model", "a"),
    ("--model", "a"),
    ("--still-model", "a"),
    ("--json", None),
    ("--dry-run", None),
    ("--no-browser", None),
)
"""Every option of haredge without a command."""


def parsed(*words: str | None) -> dict[str, Any]:
    return vars(cli.parser().parse_args([word for word in words if word is not None]))


def text(value: Any) -> str:
    """Return what an option was given, alone or as the only one of several."""
    return str(value[0] if isinstance(value, list) else value)


def test_every_command_is_tried_here() -> None:
    """A new command gets a line above."""
    below = {f"models {name}" for name in MODELS} | {f"evaluate {name}" for name in EVALUATE}
    assert {line.split(" ")[0] for line in LINES} == set(COMMANDS)
    below |= {f"config {name}" for name in CONFIG}
    assert all(any(f"{line} ".startswith(f"{name} ") for line in LINES) for name in below)


def test_every_option_is_tried_here() -> None:
    """A new option of haredge without a command gets a line above."""
    options = {name for name in vars(cli.parser().parse_args([])) if name not in {"run", "refuse"}}
    assert options == {name.removeprefix("--").replace("-", "_") for name, _ in BEFORE}


@pytest.mark.parametrize("command", ["extract videos", "practice"])
def test_where_results_go_is_said_once_by_a_word_or_by_an_option(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that names the folder as the last word does as one that names it by -o; to say two is refused."""
    words = command.split(" ")
    assert str(parsed(*words, "there")["out"]) == str(parsed(*words, "-o", "there")["out"]) == "there"
    assert str(parsed(*words)["out"]) in {"recordings", "videos"}
    for both in (("there", "-o", "here"), ("-o", "here", "there")):
        with pytest.raises(SystemExit) as ended:
            parsed(*words, *both)
        assert ended.value.code == 2
        assert "here" not in capsys.readouterr().out


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(("option", "value"), BEFORE)
def test_an_option_before_a_command_counts_or_is_refused(
    option: str, value: str | None, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`haredge --source 0 doctor` checks camera 0; what a command does not know ends with status 2 and one line."""
    key, found, status = option.removeprefix("--").replace("-", "_"), {}, None
    try:
        found = parsed(option, value, *line.split(" "))
    except SystemExit as ended:
        status = ended.code
    said = capsys.readouterr().err
    if status is None:
        assert text(found[key]) == (value or "True")
    else:
        assert (status, said.count("\n"), f"unknown here: {option}" in said) == (2, 1, True)


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("--source 0 doctor", "source", "0"),
        ("--source 0 doctor --source 1", "source", "1"),
        ("--model a evaluate --data d", "model", "a"),
        ("--json evaluate pose --models p", "json", "True"),
        ("evaluate --json pose --models p", "json", "True"),
        ("--config a.yaml config check", "config", "a.yaml"),
    ],
)
def test_options_before_a_command_are_as_if_after_it(line: str, key: str, value: str) -> None:
    """The last one counts, as always."""
    assert text(parsed(*line.split(" "))[key]) == value


@pytest.mark.parametrize("line", ["--json models add x", "models --json add x", "--mod a evaluate pose --models p"])
def test_an_option_of_a_command_above_is_not_taken_for_another(line: str) -> None:
    """What is unknown to the command that runs is refused, and not taken for short for one of its options."""
    with pytest.raises(SystemExit) as ended:
        parsed(*line.split(" "))
    assert ended.value.code == 2


@pytest.mark.parametrize(
    "words", ["--help", "--version", "config check", "config show", "config check --help", "models --help"]
)
def test_a_start_imports_one_command_and_what_it_needs(words: str) -> None:
    """`haredge --help` and `haredge config check` answer at once on a Pi."""
    code = (
        "import sys\nfrom haredge import cli\n"
        f"try:\n    cli.main({words.split()!r})\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert {name for name in COMMANDS if f"haredge.commands.{name}" in loaded} <= {words.split(maxsplit=1)[0]}
    assert loaded.isdisjoint({"numpy", "cv2", "paho", "tensorflow", "starlette", "ai_edge_litert"})


def commands(parser: CommandParser | None = None) -> Iterator[CommandParser]:
    """Yield the parser of haredge itself and of each command."""
    parser = parser or cli.parser()
    parser.import_command()
    yield parser
    for below in parser.commands().values():
        yield from commands(below)


CHECKED: Final = [
    pytest.param(parser, action, id=f"{parser.prog.replace(' ', '-')}{action.option_strings or action.metavar}")
    for parser in commands()
    for action in parser._actions
    if action.type not in {None, Path}
]
"""Every argument that is not taken as it is."""

ODD: Final = ["", "x", "0,5", "-1", "nan", "1e999", "9" * 5000, "99999999999999999999", "\u00b2", "\udcff", "\x1b[31m"]


@pytest.mark.parametrize(("parser", "action"), CHECKED)
@pytest.mark.parametrize("text", ODD)
def test_every_value_is_taken_or_refused_in_words(
    text: str, parser: CommandParser, action: argparse.Action, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is possible: argparse's own "invalid _seconds value" names a function, and helps no one."""
    refusal = ""
    try:
        parser._get_values(action, [text])
    except argparse.ArgumentError as error:
        refusal = str(error)
    assert re.search("invalid (?!label|name)", refusal) is None
    with pytest.raises(SystemExit):
        parser.error(refusal)
    said = capsys.readouterr().err
    assert said.removesuffix("\n").isprintable()
    assert len(said) < 500


PATHS: Final = [
    pytest.param(parser, action, id=f"{parser.prog.replace(' ', '-')}{action.option_strings or action.dest}")
    for parser in commands()
    for action in parser._actions
    if action.type in {Path, given_path}
]


@pytest.mark.parametrize(("parser", "action"), PATHS)
def test_an_empty_path_is_refused(parser: CommandParser, action: argparse.Action) -> None:
    """As of a shell's variable that is not set: it would be the folder in which one happens to be."""
    with pytest.raises(argparse.ArgumentError, match="a path is needed, and this one is empty"):
        parser._get_values(action, [""])


@pytest.mark.parametrize(("parser", "action"), PATHS)
def test_an_address_is_no_path(parser: CommandParser, action: argparse.Action) -> None:
    """It is shown as it was written, which no path would be, and without its password."""
    with pytest.raises(argparse.ArgumentError, match=r"https://\*\*\*@host/x: is an address; download what is there"):
        parser._get_values(action, ["https://me:hunter2@host/x"])


@pytest.mark.parametrize("seed", ["-1", "4294967296", "99999999999999999999", "1.5", ""])
def test_a_seed_is_checked_before_anything_is_read(seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An hour of reading must not end in a traceback of numpy's; each seed of 32 bits is taken."""
    with pytest.raises(SystemExit) as ended:
        parsed("train", "x", "-o", "m", f"--seed={seed}")
    assert ended.value.code == 2
    assert "argument --seed: " in (said := capsys.readouterr().err)
    assert "a whole number from 0 to 4294967295 is needed" in said
    assert parsed("train", "x", "-o", "m", "--seed", "4294967295")["seed"] == 4294967295


def test_every_command_with_a_seed_checks_it() -> None:
    """By the same argument, a new command too."""
    seeds = [action for parser in commands() for action in parser._actions if "--seed" in action.option_strings]
    assert seeds
    for action in seeds:
        assert callable(action.type)
        for wrong in ("-1", "4294967296"):
            with pytest.raises(argparse.ArgumentTypeError):
                action.type(wrong)
