"""The command line: finds the program, turns its errors into one line and an exit status.

Exit statuses: 0 done; 1 failed (a camera that stopped, a broker that refused); 2 wrong usage; 78 a configuration or
model that no restart would mend; 130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from haredge.core.errors import HaredgeError
from haredge.version import __version__

PROGRAMS: Final = {
    "pose": "print the keypoints of pictures",
    "models": "list the installed models; add, fetch, roll back",
    "bench": "measure speed and memory",
    "config": "check a configuration",
    "record": "record poses before the camera, to train with",
    "practice": "draw videos to practise training with",
    "extract": "record poses from labelled videos, to train with",
    "train": "train an activity model",
    "evaluate": "measure a model's accuracy",
    "doctor": "look at everything that haredge needs",
    "annotate": "draw what is recognised into films",
    "web": "serve a page to try clips on",
}
"""Each is a module of :mod:`haredge.commands` with ``add_arguments(parser)`` and ``run(args)``."""

INTERRUPTED: Final = 130


def parser() -> argparse.ArgumentParser:
    """Build the parser of the whole command line. Without a command the daemon runs."""
    root = argparse.ArgumentParser(
        prog="haredge",
        description="Tells what people in front of a camera are doing, and publishes it over MQTT.",
        epilog="Without a command, the daemon runs. `haredge COMMAND --help` tells more.",
    )
    root.add_argument("--version", action="version", version=f"haredge {__version__}")
    _add_program(root, "daemon")
    commands = root.add_subparsers(title="commands", metavar="COMMAND")
    for name, words in PROGRAMS.items():
        _add_program(commands.add_parser(name, help=words, description=f"{words.capitalize()}."), name)
    return root


def _add_program(command: argparse.ArgumentParser, name: str) -> None:
    program = import_module(f"haredge.commands.{name}")
    program.add_arguments(command)
    command.set_defaults(run=program.run)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (by default this process's) and return its exit status."""
    _open_closed_streams()
    args = parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except HaredgeError as error:
        _complain(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone (`haredge ... | head`): end quietly.
        _discard_output()
        return 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _discard_output()
        _complain(f"cannot write: {error.strerror}")
        return 1
    return status


def _complain(words: str) -> None:
    print("\n".join(f"haredge: {line}" for line in words.splitlines()), file=sys.stderr)


def _open_closed_streams() -> None:
    """Make streams that can be written to of standard output and error, which whoever started haredge had closed.

    A number that is not taken would go to the next file opened, a model or a camera, and get what is printed. File
    names that are no text (a file system may hold any bytes) are printed with their bytes escaped.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, number)
            if nowhere != number:
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Keep Python from complaining about what it cannot write when it flushes the rest at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
