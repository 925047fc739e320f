"""Every error that haredge raises on purpose: one root, one line to read, one exit status each.

A message says what is wrong, where, and what to do. ``cli.main`` prints it as that one line; anything that is not a
:class:`HaredgeError` is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class HaredgeError(Exception):
    """Root of haredge's errors."""

    exit_status: ClassVar[int] = 1
    key: str = ""
    """The dotted key of the configuration that is wrong, if one is and the message does not name file and line."""


class ConfigError(HaredgeError, ValueError):
    """A configuration that cannot be used. Exit status 78 (EX_CONFIG), which systemd does not restart."""

    exit_status = 78

    def __init__(self, message: str, key: str = "") -> None:
        """Take the line to read, and the dotted key that is wrong if the message does not name file and line."""
        super().__init__(message)
        self.key = key


@contextmanager
def of_key(key: str) -> Iterator[None]:
    """Note of an error which key of the configuration has named what is wrong, unless it knows one itself."""
    try:
        yield
    except HaredgeError as error:
        error.key = error.key or key
        raise


class ModelError(HaredgeError, ValueError):
    """A model file that is missing, damaged or of another format. Exit status 78, as no restart would fix it."""

    exit_status = 78


class RuntimeMissingError(HaredgeError, ImportError):
    """A library that haredge needs is not installed. Exit status 78."""

    exit_status = 78


class SourceError(HaredgeError, OSError):
    """A camera, file or stream that cannot be opened, is empty, or has stopped."""


class OutputError(HaredgeError, OSError):
    """A file, a video or a folder that cannot be written."""


class WebError(HaredgeError, OSError):
    """Pages that cannot be served: an address that is taken or is not this machine's, no folder for clips."""


class BrokerError(HaredgeError, ConnectionError):
    """A broker that is away, refuses, or does not do what a command asks of it."""


class DataError(HaredgeError, ValueError):
    """Data for training or evaluation that cannot be used."""


class DownloadError(HaredgeError, OSError):
    """A file that cannot be fetched: no network, a server that does not have it, or that sends something else."""


class InstallError(HaredgeError, OSError):
    """A model that cannot be installed: a folder that cannot be written to, a full disk. Nothing has changed then."""


class ClusterError(HaredgeError, ConnectionError):
    """A scheduler of a cluster that cannot be reached, or has gone."""
