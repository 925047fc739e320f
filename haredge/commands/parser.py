"""The parser of a command, which imports the command once it is chosen.

A start of haredge imports one command: `haredge --help` and `haredge config check` answer at once on a Raspberry Pi.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

from haredge.core.address import redacted_text
from haredge.core.printable import printable
from haredge.terminal import LONGEST_LINE


class CommandParser(argparse.ArgumentParser):
    """Parses the words after ``prog``, the names of a command and of those above it.

    The command's module has ``add_arguments(parser)`` and ``run(args)``, the second unless one of the commands below it
    is required. It is named after the command: ``haredge models add`` is :mod:`haredge.commands.models_add`, and
    ``haredge`` alone is :mod:`haredge.commands.daemon`.
    """

    def __init__(self, *, above: CommandParser | None = None, **settings: Any) -> None:
        """Take the parser of the command above, if there is one, and the settings of an ArgumentParser."""
        super().__init__(**settings)
        self._above = above
        self._parsed = argparse.Namespace()

    def add_commands(self, commands: Mapping[str, str], *, required: bool = False) -> None:
        """Add the commands below this one: their names, with what each does in a line; ``required`` if one must be."""
        below = self.add_subparsers(title="commands", metavar="COMMAND", prog=self.prog, required=required)
        for name, line in commands.items():
            below.add_parser(name, help=line, description=_sentence(line), above=self)

    def add_groups(self, groups: Mapping[str, Mapping[str, str]]) -> None:
        """Add the commands below this one, listed by group at the end of the help, before the epilog.

        argparse itself can only list them all in one column.
        """
        below = self.add_subparsers(metavar="COMMAND", prog=self.prog, help=argparse.SUPPRESS)
        lines = []
        for title, commands in groups.items():
            lines.append(f"{title}:")
            for name, line in commands.items():
                below.add_parser(name, description=_sentence(line), above=self)
                lines.append(f"  {name:18}{line}")
            lines.append("")
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self.epilog = "\n".join([*lines, self.epilog or ""])

    def parse_known_args(  # type: ignore[override]  # of argparse's overloads, the one that is used
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Import the command and parse its arguments.

        Options that stand before the command are parsed as if they stood after it, so that each counts or is refused.
        """
        self.import_command()
        self._parsed = namespace or argparse.Namespace()
        before = list(self._above.given()) if self._above else []
        if before:
            self.allow_abbrev = False  # "--model" of the command above is not short for "--models" here
        args = sys.argv[1:] if args is None else args
        parsed, unknown = super().parse_known_args([*before, *args], self._parsed)
        if unknown:
            self.error(f"unknown here: {' '.join(unknown)}")
        return parsed, unknown

    def import_command(self) -> None:
        """Import the command and add its arguments, once: a parser that has been made has none of them yet."""
        command = import_module("haredge.commands." + ("_".join(self.prog.split()[1:]) or "daemon"))
        command.add_arguments(self)
        if hasattr(command, "run"):
            self.set_defaults(run=command.run)

    def commands(self) -> Mapping[str, CommandParser]:
        """Return the parsers of the commands below this one, by name, once it has been imported."""
        below = (action for action in self._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
        return {name: parser for action in below for name, parser in action.choices.items()}

    def given(self) -> Iterator[str]:
        """Yield the options that have been parsed so far, as words of a command line."""
        for action in self._actions:
            value = getattr(self._parsed, action.dest, action.default)
            if not action.option_strings or value is action.default:
                continue
            if action.nargs == 0:
                yield action.option_strings[0]
            else:
                yield from (f"{action.option_strings[-1]}={each}" for each in _listed(value))

    def error(self, message: str) -> NoReturn:
        """End with status 2 and one line that says what is wrong with the words, and where help is."""
        said = redacted_text(f"{self.prog}: {message}; `{self.prog} --help` lists what there is")
        self.exit(2, f"{printable(said, LONGEST_LINE)}\n")


def _sentence(line: str) -> str:
    return f"{line[0].upper()}{line[1:]}."


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
