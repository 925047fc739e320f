"""Every command and every configuration in the documents could be typed as it stands.

A command of haredge is parsed by the real parser; of a script or module its file and its options are looked up; a
configuration is checked by the schema. What cannot be tried so has `<!-- not tried: REASON -->` on the line before.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from haredge.cli import parser
from haredge.commands.parser import CommandParser
from haredge.config.load import load
from haredge.core.errors import ConfigError

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = sorted(
    page
    for page in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("models/**/*.md"),
        *ROOT.glob("research/**/*.md"),
    ]
    if page.name != "CHANGELOG.md"
)
BLOCK: Final = re.compile(
    r"^(?:<!-- not tried: (?P<why>.+?) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
INLINE: Final = re.compile(r"(?<!`)`(?:sudo )?(?:\.venv/bin/)?(haredge(?: [^`]+)?)`(?!`)")
SYSTEM: Final = (
    *(
        "apt",
        "cat",
        "cd",
        "chgrp",
        "chmod",
        "cp",
        "curl",
        "dask",
        "echo",
        "git",
        "install",
        "journalctl",
        "ln",
        "mkdir",
    ),
    *("mosquitto_pub", "mosquitto_sub", "nano", "openssl", "pip", "pipx", "pre-commit", "python3", "scp", "ssh"),
    *("systemctl", "tar", "umask", "usermod"),
)
"""Commands of the system, or of other projects: not tried here."""


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    kind: str
    text: str
    why_not_tried: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text[:40]!r}"


def blocks(*kinds: str) -> list[Block]:
    """Return the blocks of these kinds, of all pages."""
    found = (
        Block(page, each["kind"], each["text"], each["why"])
        for page in PAGES
        for each in BLOCK.finditer(page.read_text())
    )
    return [block for block in found if block.kind in kinds]


def commands(text: str) -> Iterator[list[str]]:
    """Yield the simple commands of a shell's lines, as words, without what stands before and around them."""
    text = re.sub(r"\\\n\s*", " ", text)
    for line in text.splitlines():
        # What is optional, as [--json], is tried, too.
        words = shlex.split(re.sub(r"(?<=\s)\[(-[^\]]*)\]", r"\1", line), comments=True)
        words = [word for word in words if word != "$"]
        simple: list[str] = []
        for word in [*words, ";"]:
            ends = word in {"|", "||", "&&", "&", ";"} or word.endswith(";")
            simple += [word.rstrip(";")] if not ends or word.rstrip(";&|") else []
            if ends:
                yield from [bare(simple)] if bare(simple) else []
                simple = []


def bare(words: list[str]) -> list[str]:
    """Leave out variables that are set, redirections, and what runs the command."""
    words = [word for word in words if not re.match(r"[<>]|\d>", word)]
    while words and (re.match(r"[A-Za-z_]+=", words[0]) or words[0] in {"sudo", "exec", "nice", "time", "env"}):
        words = words[1:]
    return [words[0].removeprefix(".venv/bin/"), *words[1:]] if words else []


def wrong(words: list[str]) -> str:
    """Say what is wrong with a command, or nothing."""
    name, *rest = words
    if name == "haredge":
        return refused(rest)
    if name in {"python", "python3"} and rest[:1] == ["-m"]:
        return lacking(module(rest[1]), rest[2:]) if rest[1].startswith(("haredge", "research")) else ""
    if name == "python" and rest and rest[0].endswith(".py"):
        return lacking([ROOT / rest[0]], rest[1:])
    if name.startswith(("scripts/", ".ci/")):
        return lacking([ROOT / name], rest)
    return "" if name in SYSTEM or name == "." else "not a command that is known here"


def refused(words: list[str]) -> str:
    """Parse words as haredge would, and return what it says."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            parser().parse_args(words)
    except SystemExit as end:
        return said.getvalue().strip() if end.code else ""
    return ""


def module(name: str) -> list[Path]:
    """Return the files that may read a module's command line."""
    path = ROOT / name.replace(".", "/")
    return sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def lacking(files: list[Path], words: list[str]) -> str:
    """Return the options that no file names, or that there is no file."""
    if not files or not all(file.is_file() for file in files):
        return "no such file"
    text = "".join(file.read_text() for file in files)
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    return ", ".join(f"{option} is not an option" for option in options if option not in text)


@pytest.mark.parametrize("block", blocks("sh", "bash", "console"), ids=str)
def test_a_command_could_be_typed(block: Block) -> None:
    """Or it is marked."""
    if block.why_not_tried is None:
        found = {shlex.join(words): wrong(words) for words in commands(block.text)}
        assert {command: mistake for command, mistake in found.items() if mistake} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_in_a_sentence_has_the_options_named(page: Path) -> None:
    """A sentence may leave arguments out; the command and its options exist."""
    text = BLOCK.sub("", page.read_text())
    found = {each: unknown_in(" ".join(each.split())) for each in INLINE.findall(text)}
    assert {each: mistake for each, mistake in found.items() if mistake} == {}


def unknown_in(text: str) -> str:
    """Return the first word of a command line that is no command below the last one, or no option of it."""
    command, words = root(), re.sub(r"[\[\]]", "", text).split()[1:]
    for word in words:
        if word in command.commands():
            command = command.commands()[word]
            command.import_command()
        elif word.startswith("-") and word.partition("=")[0] not in command._option_string_actions:
            return f"{command.prog} has no {word}"
    named = bool(words) and not words[0].startswith("-") and not words[0].isupper()
    return f"no command {words[0]}" if named and command.prog == "haredge" else ""


def root() -> CommandParser:
    """Return the parser of `haredge`, with the daemon's options."""
    parsed = parser()
    parsed.import_command()
    return parsed


@pytest.mark.parametrize("block", blocks("yaml", "yml"), ids=str)
def test_a_configuration_is_right(block: Block, tmp_path: Path) -> None:
    """Keys, values and all; a configuration of something else is marked."""
    if block.why_not_tried is None:
        (tmp_path / "config.yaml").write_text(block.text)
        try:
            load(tmp_path / "config.yaml")
        except ConfigError as error:
            pytest.fail(f"{error}\nof something else? <!-- not tried: REASON --> on the line before says so")


def test_a_wrong_command_is_found() -> None:
    """By this test's own reading of a page."""
    text = (
        "sudo haredge models pull multipose --too x && cd /\nA=1 .venv/bin/haredge --dry-run \\\n  --sauce 0 | head\n"
    )
    found = list(commands(text))
    assert found == [
        ["haredge", "models", "pull", "multipose", "--too", "x"],
        ["cd", "/"],
        ["haredge", "--dry-run", "--sauce", "0"],
        ["head"],
    ]
    assert "--too" in wrong(found[0])
    assert wrong(found[2])
    assert wrong(["scripts/setup.sh.old"]) == "no such file"
    assert "no --jsn" in unknown_in("haredge models --jsn")
    assert unknown_in("haredge modles") == "no command modles"
