"""One event on its way to a web address: signed, within a time limit, taken or not."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from haredge.core.address import PORTS, plain_address
from haredge.mqtt.reasons import clock_hint
from haredge.version import __version__

REFUSED: Final = frozenset({400, 413, 415, 422})
"""Statuses that say that this very event is not wanted: it is dropped. Whatever else is wrong may be put right."""


MOST_AFTER_S: Final = 600.0
"""An address that asks for more patience is tried again after this: no one waits for hours for word of a fall."""


class PostError(Exception):
    """An event that the address has not taken; the message says why, without the address's path."""

    def __init__(self, why: str, *, refused: bool = False, after_s: float = 0.0) -> None:
        super().__init__(why)
        self.refused = refused
        """Whether it will never take it."""
        self.after_s = after_s
        """For how long the address asks not to be tried again; 0 if it says nothing of it."""


class Post:
    """Posts one event at a time. A redirection is not followed: an event goes to the address that was configured."""

    def __init__(self, url: str, secret: bytes | None, timeout_s: float) -> None:
        """Take the address (http or https), what to sign with, and the seconds that one attempt may take."""
        parts = urlsplit(plain_address(url))
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        # Given in any case: http.client takes the end of a bare IPv6 address for a port.
        self._port = parts.port or PORTS[parts.scheme]
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._secret = secret
        self._timeout_s = timeout_s
        self._connection: http.client.HTTPConnection | None = None
        self.where: Final = f"{parts.scheme}://{parts.netloc}"
        """The address without its path, which may hold a secret: for messages."""

    def __call__(self, body: bytes) -> None:
        """Post a body of JSON. Raises :class:`PostError` if it has not been taken."""
        connection = self._connection = self._connect()
        # A server that answers a byte at a time would never reach the time limit of a socket.
        limit = threading.Timer(self._timeout_s, self.abort)
        limit.daemon = True
        began = time.monotonic()  # before the limit begins, which must not seem to have come too early
        limit.start()
        try:
            connection.request("POST", self._path, body, self._headers(body, time.time()))
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            late = time.monotonic() - began >= self._timeout_s
            raise PostError(f"no answer within {self._timeout_s:g} s" if late else _words(error)) from None
        finally:
            limit.cancel()
            connection.close()
        _check(answer.status, _after_s(answer.getheader("Retry-After", "")))

    def reach(self) -> None:
        """Connect, TLS included, and post nothing. Raises :class:`PostError` if that is not possible."""
        connection = self._connect()
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as error:
            raise PostError(_words(error)) from None
        finally:
            connection.close()

    def abort(self) -> None:
        """Give the attempt in progress up; may be called in any thread."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)

    def _headers(self, body: bytes, now_s: float) -> dict[str, str]:
        at = str(int(now_s))
        headers = {"Content-Type": "application/json", "User-Agent": f"haredge/{__version__}", "X-Haredge-Time": at}
        if self._secret is not None:
            signature = hmac.new(self._secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
            headers["X-Haredge-Signature"] = f"sha256={signature}"
        return headers


def _after_s(header: str) -> float:
    """Return the seconds of a Retry-After header, at most :data:`MOST_AFTER_S`; 0 for a date, which is rare."""
    return min(MOST_AFTER_S, float(header)) if header.isascii() and header.isdigit() else 0.0


def _check(status: int, after_s: float) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise PostError(
            f"it answers {status}, a redirection, which is not followed: set webhook.url to the new address"
        )
    if status in {401, 403}:
        raise PostError(f"it answers {status}: check webhook.url and webhook.secret_file")
    raise PostError(f"it answers {status}", refused=status in REFUSED, after_s=after_s)


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = clock_hint(error.verify_message)
        what_to_do = f" (check it{hint})" if hint else ""
        return f"no answer: its certificate is not trusted: {error.verify_message}{what_to_do}"
    if isinstance(error, OSError):
        return f"no answer: {error.strerror or str(error) or type(error).__name__}"
    return "what it answers is not HTTP: check webhook.url"
