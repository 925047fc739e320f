"""``haredge config``: its commands write, show and check a configuration.

They import neither numpy nor OpenCV, and so answer at once on a Raspberry Pi.
"""

from __future__ import annotations

from typing import Final

from haredge.commands.arguments import add_config
from haredge.commands.parser import CommandParser

COMMANDS: Final = {
    "check": "check a configuration, and what it names",
    "init": "write a configuration with every key and its default",
    "show": "show the values in effect, and where each is set",
}


def add_arguments(parser: CommandParser) -> None:
    """Add the commands of ``haredge config``, one of which is required."""
    add_config(parser)
    parser.add_commands(COMMANDS, required=True)
