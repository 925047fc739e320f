"""The command line: runs a command, turns its errors into one line and an exit status.

Exit statuses: 0 done, or, of the daemon, `demo` and `web`, ended by SIGINT or SIGTERM; 1 failed, as a camera stopped;
2 wrong usage; 78 a configuration or model that no restart would fix; 130 another command that was interrupted.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from haredge.commands import GROUPS
from haredge.commands.parser import CommandParser
from haredge.core.core_dump import forbid_core_dumps
from haredge.core.errors import HaredgeError, RuntimeMissingError, SourceError
from haredge.core.extras import EXTRAS, how_to_install
from haredge.core.library_noise import keep_library_noise_out
from haredge.terminal import complain
from haredge.version import __version__

INTERRUPTED: Final = 130

_OF_A_PATH: Final = frozenset({errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP})
"""What a file system says of a path that a person gave, and of the folders above it."""

_OF_A_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What it says of a disk that takes no more: full, over a quota or a file's largest size, read-only."""

_EXAMPLES: Final = """\
examples:
  haredge --dry-run --source 0             what the first camera shows; nothing is published
  haredge --dry-run --source test:         the same with a synthetic person
  haredge annotate clip.mp4 -o shown.mp4   a video with skeletons and activities
  haredge doctor                           camera, models, broker: what is wrong, what to do

`haredge COMMAND --help` shows a command's options.
"""


def parser() -> CommandParser:
    """Build the parser of the whole command line. Without a command the daemon runs."""
    root = CommandParser(
        prog="haredge",
        usage="haredge [OPTIONS]\n       haredge COMMAND [OPTIONS]",
        description="Recognises what people in front of a camera are doing, and publishes it over MQTT.\n"
        "Without a command, the daemon runs.",
        epilog=_EXAMPLES,
    )
    root.add_argument("--version", action="version", version=f"haredge {__version__}")
    root.add_groups(GROUPS)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status; by default this process's, which then ends without waiting."""
    _open_closed_streams()
    if argv is None:
        _keep_folder_from_children()
    if argv is None and "OPENCV_LOG_LEVEL" not in os.environ:  # who sets it wants to see more, not less
        keep_library_noise_out()
    status = _run(argv)
    if argv is None and any(thread.daemon for thread in threading.enumerate()):
        _leave(status)
    return status


def _keep_folder_from_children() -> None:
    """Have the processes that this one starts import nothing from the current folder, as it does not itself.

    What lies there is data, which may hold programs: a ``random.py`` of theirs would be run in place of Python's own.
    Python before 3.11 knows no such thing. Who runs ``python -m haredge`` in a clone wants what lies there.
    """
    with suppress(OSError):
        if sys.path and Path(sys.path[0] or ".").resolve() != Path.cwd():
            os.environ.setdefault("PYTHONSAFEPATH", "1")


def _leave(status: int) -> None:
    """End the process although a thread is left, which hangs in a camera's driver.

    Python would end it by unwinding the C++ frames that it is in, and C++ answers that with an abort.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(status)


def _run(argv: Sequence[str] | None) -> int:
    try:
        return _run_command(argv)
    except KeyboardInterrupt:  # may come while modules are still being loaded
        return INTERRUPTED


def _run_command(argv: Sequence[str] | None) -> int:
    forbid_core_dumps()
    args = parser().parse_args(argv)
    # What is unfinished is taken away, as after Ctrl-C. The daemon and the pages listen to it in their own way.
    for number in filter(None, (signal.SIGTERM, getattr(signal, "SIGHUP", None))):  # Windows has no SIGHUP
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has SIGHUP ignored
            signal.signal(number, signal.default_int_handler)
    try:
        _check_folder()
        status: int = args.run(args)
        sys.stdout.flush()
    except HaredgeError as error:
        complain(error)
        return error.exit_status
    except ModuleNotFoundError as error:
        complain(_extra_for(error))
        return RuntimeMissingError.exit_status
    except BrokenPipeError:
        # The reader of the output has gone (`haredge ... | head`): end quietly.
        _discard_output()
        return 0
    except OSError as error:
        complain(_of_the_file_system(error))
        return 1
    return status


def _of_the_file_system(error: OSError) -> str:
    """Return what a full disk, or a path that cannot be used, is in a line; raises any other error again: a bug."""
    if error.errno in _OF_A_DISK:
        _discard_output()
        return f"cannot write{f' {error.filename}' if error.filename else ''}: {error.strerror}"
    if error.errno not in _OF_A_PATH or error.filename is None:
        raise error
    return f"{error.filename}: cannot be used: {error.strerror}"


def _extra_for(error: ModuleNotFoundError) -> str:
    """Return what to install; raises the error again if it is of no library that some commands do without."""
    library = (error.name or "").partition(".")[0]
    extra = next((extra for extra, libraries in EXTRAS.items() if library in libraries), None)
    if extra is None:
        raise error
    return f"this needs {library}, which is not installed: {how_to_install(extra)}"


def _check_folder() -> None:
    """Raise SourceError if the current folder has been removed: no relative path, and no model, would be found."""
    try:
        os.getcwd()  # noqa: PTH109
    except OSError as error:
        raise SourceError(f"the current folder cannot be used: {error.strerror}; change to one that exists") from None


def _open_closed_streams() -> None:
    """Make streams that can be written to of standard output and error, which were closed when haredge started.

    A number that is not taken would go to the next file opened, a model or a camera, and get what is printed. File
    names that are not text (a file system may hold any bytes) are printed with their bytes escaped.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, number)
            if nowhere != number:
                os.close(nowhere)
            mode = "r" if number == 0 else "w"
            # The number stays taken, as Python keeps it, even if another stream takes this one's place.
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Keep Python from complaining about what it cannot write when it flushes the rest at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
