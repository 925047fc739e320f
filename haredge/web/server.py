"""Serving pages: in a thread beside the daemon, or as a command of its own."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from haredge.core.address import with_port
from haredge.core.errors import WebError
from haredge.web.connections import CONNECTIONS, HEADER_S, PROXIES, ViewerConnection
from haredge.web.streams import SEND_TIMEOUT_S

log = logging.getLogger(__name__)
# Its start and end are logged here. A warning is a line that any stranger can write, as often as they like.
logging.getLogger("uvicorn").setLevel(logging.ERROR)

HEADER_BYTES: Final = 16 * 1024
"""Largest header of a request."""

_END_S: Final = 2
"""Time for the rest of responses when the server stops."""


class Server:
    """An HTTP server for one application."""

    def __init__(
        self,
        make_app: Callable[[Callable[[], bool]], ASGIApp],
        host: str,
        port: int,
        header_s: float = HEADER_S,
        *,
        proxies: Collection[str] = PROXIES,
    ) -> None:
        """Listen; ``make_app`` gets a function that returns whether the server stops.

        ``proxies`` are the addresses that are believed when they say whose request they pass on. Raises
        :class:`WebError` at once if the address is in use, or is not this machine's.
        """
        self._socket = _listen(host, port)
        config = uvicorn.Config(
            make_app(lambda: self._server.should_exit),
            http=partial(ViewerConnection, header_s=header_s),  # type: ignore[arg-type] # it is only called
            h11_max_incomplete_event_size=HEADER_BYTES,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            forwarded_allow_ips=list(proxies),
            timeout_graceful_shutdown=_END_S,
        )
        self._server = _Announcing(config)

    @property
    def url(self) -> str:
        """Address of the pages."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{with_port(host, port)}/"

    def run(self, serving: Callable[[], None] = lambda: None) -> None:
        """Serve until :meth:`stop`; in the main thread, also until SIGTERM or SIGINT.

        ``serving()`` is called once requests are answered and signals heeded.
        """
        self._server.serving = serving
        try:
            self._server.run([self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Ask the server to end; may be called from any thread."""
        self._server.should_exit = True

    @contextmanager
    def in_thread(self) -> Iterator[None]:
        """Serve in a thread of its own. A server that fails is logged, and stops nothing else."""
        thread = threading.Thread(target=self._run_logged, name="view", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.stop()
            thread.join(_END_S + 1)

    def _run_logged(self) -> None:
        try:
            self.run()
        except Exception:
            log.exception("the live view has stopped")


class _Announcing(uvicorn.Server):
    """Uvicorn's server, which says when it serves: one that is asked to end before prints a traceback (0.34)."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving: Callable[[], None] = lambda: None

    async def main_loop(self) -> None:
        """Serve until asked to end."""
        self.serving()
        await super().main_loop()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except UnicodeError:  # a name that cannot be looked up, such as one with two points in a row
        raise WebError(f"cannot listen on {host}: it is not the name or address of a host") from None
    except OSError as error:
        raise WebError(f"cannot listen on {host}: {error.strerror or error}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it: the kernel, if it is Linux, ends one whose viewer accepts nothing for this long.
        if (option := getattr(socket, "TCP_USER_TIMEOUT", None)) is not None:
            listening.setsockopt(socket.IPPROTO_TCP, option, round(SEND_TIMEOUT_S * 1000))
        listening.bind(address)
        listening.listen(CONNECTIONS)
    except OSError as error:
        listening.close()
        another = "; is another one running?" if error.errno == errno.EADDRINUSE else ""
        raise WebError(f"cannot listen on {with_port(host, port)}: {error.strerror or error}{another}") from error
    return listening
