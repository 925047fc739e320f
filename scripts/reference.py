"""Write docs/configuration.md and docs/commands.md from the code: every key of the configuration, every option.

    scripts/reference.py            write them
    scripts/reference.py --check    end with status 1 if a page in docs/ is out of date

What is allowed for a key is in the schema, its default and its meaning in config.yaml (a test holds the two together);
options are those of the real parser.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from haredge.cli import parser
from haredge.commands import GROUPS
from haredge.commands.parser import CommandParser
from haredge.config.reload import takes_effect_at_once
from haredge.config.schema import ANY, Config, Section, dotted_keys

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"

_CONFIGURATION: Final = """\
# Configuration

Every key of `config.yaml`, written by `scripts/reference.py` from the schema and from [config.yaml](../config.yaml).

haredge reads the file that `--config` names, else the first that exists of `./config.yaml`,
`~/.config/haredge/config.yaml` and `/etc/haredge/config.yaml`. A key that is not set has its default. A wrong file is
refused with file, line and key, and status 78.

```sh
haredge config init my.yaml     # write a file with every key, its default and its meaning
haredge config check my.yaml    # is it correct?
haredge config show my.yaml     # the values in effect, and the line that sets each
```

After `systemctl reload haredge` (SIGHUP) the keys marked "at once" are in effect; the others need a restart. Relative
paths of passwords, tokens, certificates and models start at the file's own folder, that of `source` at the current
one; `~` is the home of the user who runs haredge. Variables of the environment are not replaced.
"""

_COMMANDS: Final = """\
# Commands

Every command and option, written by `scripts/reference.py` from the parser; `haredge COMMAND --help` prints the same.

Exit statuses: 0 done, or, of the daemon, `demo` and `web`, ended by SIGINT or SIGTERM; 1 failed, as a camera stopped;
2 wrong usage; 78 a configuration or model that no restart would fix; 130 another command that was interrupted.
"""


def configuration() -> str:
    """Write the page of the configuration."""
    keys, shown = dotted_keys(), dict(shown_in((ROOT / "config.yaml").read_text()))
    parts = [_CONFIGURATION]
    for section in dict.fromkeys(_section(key) for key, allowed in keys.items() if allowed):
        rows = [_key_row(key, keys[key], shown) for key in keys if keys[key] and _section(key) == section]
        title = f"`{section.replace(ANY, 'NAME')}`" if section else "At the top"
        parts.append(
            f"\n## {title}\n{_about(section)}\n| key | default | value | after a reload |\n|---|---|---|---|\n"
        )
        parts.append("".join(rows))
    return "".join(parts)


def _section(key: str) -> str:
    return key.rpartition(".")[0]


def _about(section: str) -> str:
    """Return the words that the schema has of a section, as a paragraph."""
    fields, words = Config.model_fields, ""
    kind: Any = Config
    for name in section.split(".") if section else ():
        kind = get_args(kind)[1] if name == ANY else fields[name].annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            fields, words = kind.model_fields, kind.__doc__ or ""
    return f"\n{words.splitlines()[0].replace('``', '`')}\n" if words else ""


def _key_row(key: str, allowed: str, shown: Mapping[str, tuple[str, str]]) -> str:
    default, meaning = shown.get(key, ("", ""))
    effect = "at once" if takes_effect_at_once(key) else "restart"
    name = key.rpartition(".")[2]
    return f"| `{name}` | {f'`{default}`' if default else ''} | {_cell(_joined(allowed, meaning))} | {effect} |\n"


def _joined(allowed: str, meaning: str) -> str:
    """Join what is allowed and what it means, which often say the same."""
    if allowed.lower() in meaning.lower():
        return meaning
    return allowed if meaning.lower() in allowed.lower() else f"{allowed}; {meaning}"


def shown_in(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each dotted key that a configuration shows, commented out or not, with its value there and its comment.

    Examples below a commented key (of zones) are left out, as their names are no keys.
    """
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        found = re.fullmatch(r"( *)(# )?([a-z_]+):(?: (?!#)(.*?))?(?: # (.*))?", line)
        if not found or (found[2] and not found[1]):
            continue
        depth = len(found[1])
        above = [*((before, name) for before, name in above if before < depth), (depth, found[3])]
        value = "" if found[2] else found[4] or ""
        yield ".".join(name for _, name in above), (value, found[5] or "")


def commands() -> str:
    """Write the page of the commands."""
    root = parser()
    root.import_command()
    parts = [_COMMANDS, *_command(root, "Without a command: the daemon")]
    for title, group in GROUPS.items():
        parts.append(f"\n## {title[0].upper()}{title[1:]}\n")
        for name in group:
            parts += _with_those_below(root.commands()[name])
    return "".join(parts)


def _with_those_below(command: CommandParser) -> Iterator[str]:
    command.import_command()
    yield from _command(command, f"`{command.prog}`", "###")
    for below in command.commands().values():
        yield from _with_those_below(below)


def _command(command: CommandParser, title: str, level: str = "##") -> Iterator[str]:
    yield f"\n{level} {title}\n\n"
    if level != "##":
        yield f"{command.description}\n\n"
    rows = [row for action in command._actions if (row := _option_row(action, command))]  # noqa: SLF001
    if rows:
        yield "| argument | meaning |\n|---|---|\n"
        yield from rows


def _option_row(action: argparse.Action, command: CommandParser) -> str:
    if action.help == argparse.SUPPRESS or isinstance(
        action,
        (argparse._HelpAction, argparse._VersionAction, argparse._SubParsersAction),  # noqa: SLF001  (argparse names no public ones)
    ):
        return ""
    words = (action.help or "") % {**vars(action), "prog": command.prog}
    return f"| {_argument(action)} | {_cell(words.replace(str(Path.home()), '~'))} |\n"


def _argument(action: argparse.Action) -> str:
    """Return how an argument is written: its options, and what stands for its value."""
    value: Any = action.metavar or (
        "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    )
    value = value if isinstance(value, str) else " ".join(value)
    shape = {None: "{}", 0: "", "?": "[{}]", "*": "[{} ...]", "+": "{} ..."}.get(action.nargs, "{}").format(value)
    written = [f"{option} {shape}".rstrip() for option in action.option_strings] or [shape]
    return ", ".join(f"`{_cell(text)}`" for text in written)


def _cell(text: str) -> str:
    """Return a text as a table's cell holds it."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "\\<")


PAGES: Final = {"configuration.md": configuration, "commands.md": commands}


def main() -> int:
    """Write the pages, or compare them with those that are there."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--check", action="store_true", help="write nothing: are the pages up to date?")
    check = arguments.parse_args().check
    stale = [name for name, write in PAGES.items() if not _same(DOCS / name, write())]
    for name in stale:
        if check:
            print(f"docs/{name} is out of date: run scripts/reference.py", file=sys.stderr)
        else:
            (DOCS / name).write_text(PAGES[name]())
            print(f"docs/{name}")
    return 1 if check and stale else 0


def _same(page: Path, text: str) -> bool:
    return page.is_file() and page.read_text() == text


if __name__ == "__main__":
    sys.exit(main())
