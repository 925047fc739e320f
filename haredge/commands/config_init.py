"""``haredge config init``: write a configuration with every key, its default and what it means."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from haredge.commands.arguments import given_path
from haredge.config.load import FILE_NAME, user_folder
from haredge.config.places import shipped_folder
from haredge.core.errors import ConfigError
from haredge.core.whole_file import replace_file
from haredge.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge config init``."""
    parser.add_argument(
        "file", nargs="?", type=given_path, help=f"file to write (default: {user_folder() / FILE_NAME})"
    )


def run(args: argparse.Namespace) -> int:
    """Write the configuration that comes with haredge; a file that is there stays.

    Raises :class:`ConfigError` if the file is there already or cannot be written.
    """
    path: Path = args.file or user_folder() / FILE_NAME
    content = (shipped_folder() / FILE_NAME).read_bytes()
    if os.path.lexists(path):
        raise ConfigError(f"{path}: is there already; edit it, or name another file")
    try:
        replace_file(path, content)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    say(f"{path}: written; edit it, then run: haredge config check {path}")
    return 0
