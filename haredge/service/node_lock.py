"""A service's node is its own: another haredge under its name would end its connection to the broker.

Who starts haredge manually while its service runs has another state folder, so that the lock on that does not help. The
lock is a name in Linux' abstract namespace of sockets: it needs no folder that every user can write to, and ends with
its process. As any user may take such a name, it keeps no service from starting.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from haredge.config.schema import MqttConfig
from haredge.core.address import with_port
from haredge.core.errors import HaredgeError

log = logging.getLogger(__name__)


@contextmanager
def held(config: MqttConfig, *, service: bool) -> Iterator[None]:
    """Hold a node's name on this machine for a ``service``; for any other process, see that no service holds it.

    Raises :class:`HaredgeError` if one does; a further service logs that and goes on. Where there are no such sockets
    nothing is held.
    """
    node = f"{config.base}/{config.node}"
    broker = with_port(config.host, config.port)
    lock = None
    try:
        lock = _locked(f"{broker} {node}")
    except BlockingIOError:
        words = f"a service of haredge on this machine publishes as {node} to {broker}"
        remedy = "stop it first (sudo systemctl stop haredge), give each its own mqtt.node, or try with --dry-run"
        if not service:
            raise HaredgeError(f"{words}: {remedy}") from None
        log.warning("%s: give each its own mqtt.node", words)
    if lock is not None and not service:
        lock.close()
    try:
        yield
    finally:
        if lock is not None:
            lock.close()


def _locked(name: str) -> socket.socket | None:
    """Take a name; None where there are none to be had. Raises BlockingIOError if it is taken."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        lock.bind(f"\0haredge-{hashlib.sha256(name.encode()).hexdigest()[:32]}")
    except OSError as error:
        lock.close()
        if error.errno == errno.EADDRINUSE:
            raise BlockingIOError from None
        return None
    return lock
