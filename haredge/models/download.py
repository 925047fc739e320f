"""Fetching a file over HTTP: bounded in size and time, resumed where it broke off, checked before it is used."""

from __future__ import annotations

import hashlib
import http.client
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from typing_extensions import Self

from haredge.core.address import is_loopback
from haredge.core.errors import DownloadError
from haredge.models.checksum import sha256_of
from haredge.version import __version__

MOST_BYTES: Final = 64 << 20
"""Largest file that is accepted."""

STALL_S: Final = 30.0
"""Seconds without a byte after which a server counts as stalled."""

LONGEST_S: Final = 1200.0
"""Seconds that a transfer may take: 64 MiB at half a Mbit/s. The store is locked meanwhile."""

_PIECE: Final = 64 << 10
_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Remote:
    """A file elsewhere.

    ``sha256`` is the checksum it must have, None if it is not known: then the address must begin with https://, or be
    this machine's own. Raises :class:`DownloadError` for another address.
    """

    url: str
    sha256: str | None = None

    def __post_init__(self) -> None:
        _check_address(self.url, self.sha256)


def fetch(
    remote: Remote,
    folder: Path,
    report: Callable[[int, int | None], None],
    *,
    stall_s: float = STALL_S,
    longest_s: float = LONGEST_S,
) -> Path:
    """Fetch a file into a folder; return its path there, ``*.part``, which is the caller's to remove.

    ``report`` receives the bytes that are here and how many there will be, None if the server does not say. What an
    attempt that broke off has brought is kept, and the next one asks for the rest, if there is a checksum to show
    whether the two belong together. What proves to be wrong is removed.

    Raises :class:`DownloadError`, also after ``stall_s`` without a byte and ``longest_s`` in all; OSError if the folder
    cannot be written to.
    """
    part = folder / f"{hashlib.sha256(remote.url.encode()).hexdigest()[:16]}.part"
    if remote.sha256 is None:
        part.unlink(missing_ok=True)
    if part.exists() and sha256_of(part) == remote.sha256:
        return part
    try:
        with _TimeLimit(longest_s, remote.url) as limit:
            _transfer(remote, part, report, stall_s, limit)
    except DownloadError:
        if remote.sha256 is None:
            part.unlink(missing_ok=True)
        raise
    except OSError:
        part.unlink(missing_ok=True)  # it would only help to fill the disk
        raise
    _check_content(remote, part)
    return part


def _check_address(url: str, sha256: str | None) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise DownloadError(f"{url}: not an address: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise DownloadError(f"{url}: not an address of the form https://...")
    if parts.scheme == "http" and sha256 is None and not is_loopback(parts.hostname):
        raise DownloadError(f"{url}: a file over http:// may come from anyone: give https://, or the file's --sha256")


class _TimeLimit:
    """Ends a transfer that takes too long, whatever it waits for: a server may send a byte now and then indefinitely.

    Within, each connection is cut when the time is over; what then fails is reported as too slow.
    """

    def __init__(self, seconds: float, url: str) -> None:
        self._over_t = time.monotonic() + seconds
        self._too_slow = DownloadError(f"{url}: too slow: it is not here after {seconds / 60:.2g} minutes")
        self._connections: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._timer.cancel()
        # An answer that was cut may look whole.
        if (error is None or isinstance(error, DownloadError)) and time.monotonic() >= self._over_t:
            raise self._too_slow from error

    def check(self) -> None:
        """Raise :class:`DownloadError` once the time is over."""
        if time.monotonic() >= self._over_t:
            raise self._too_slow

    def make(self, kind: type[http.client.HTTPConnection]) -> Callable[..., http.client.HTTPConnection]:
        """Return what makes connections of a kind that are cut when the time is over."""

        def connection(*arguments: Any, **options: Any) -> http.client.HTTPConnection:
            made = kind(*arguments, **options)
            # Nothing public gives the socket before TLS has shaken hands, which may take as long.
            made._create_connection = self._connect  # type: ignore[attr-defined]  # noqa: SLF001
            return made

        return connection

    def _connect(self, *arguments: Any) -> socket.socket:
        self.check()
        self._connections.append(socket.create_connection(*arguments))
        return self._connections[-1]

    def _cut(self) -> None:
        for connection in self._connections:
            with suppress(OSError):  # it has ended already
                connection.shutdown(socket.SHUT_RDWR)


class _Http(urllib.request.HTTPHandler):
    """Opens connections with a time limit."""

    def __init__(self, limit: _TimeLimit) -> None:
        super().__init__()
        self._limit = limit

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._limit.make(http.client.HTTPConnection), req)


class _Https(urllib.request.HTTPSHandler):
    """Opens TLS connections with a time limit."""

    def __init__(self, limit: _TimeLimit) -> None:
        super().__init__()
        self._limit = limit

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        kind = self._limit.make(http.client.HTTPSConnection)
        return self.do_open(kind, req, context=ssl.create_default_context())


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows only to addresses that could have been given by the user."""

    def __init__(self, sha256: str | None) -> None:
        self._sha256 = sha256

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:
        _check_address(arguments[-1], self._sha256)
        return super().redirect_request(*arguments)


def _transfer(
    remote: Remote, part: Path, report: Callable[[int, int | None], None], stall_s: float, limit: _TimeLimit
) -> None:
    here = part.stat().st_size if part.exists() else 0
    with closing(_answer(remote, here, stall_s, limit)) as answer:
        here = _begins_at(answer, here, part, remote.url)
        length = _length(answer.headers.get("Content-Length", ""))
        total = None if length is None else here + length
        _check_size(total or 0, part, remote.url)
        with part.open("ab" if here else "wb") as file:
            for piece in _pieces(answer, remote.url, stall_s):
                here += len(piece)
                _check_size(here, part, remote.url)
                file.write(piece)
                report(here, total)
                limit.check()
    if total is not None and here < total:
        raise DownloadError(f"{remote.url}: broke off after {here} of {total} bytes")


def _length(text: str) -> int | None:
    """Read a length that a server gives; the digits of one that is far too large are not all read."""
    return int(text[:_DIGITS]) if text.isascii() and text.isdecimal() else None


def _answer(remote: Remote, here: int, stall_s: float, limit: _TimeLimit) -> http.client.HTTPResponse:
    """Ask for a file from byte ``here`` on, or for the whole if there is no such byte."""
    headers = {"User-Agent": f"haredge/{__version__}", "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    opener = urllib.request.build_opener(_Http(limit), _Https(limit), _Redirects(remote.sha256))
    try:
        # Remote takes no other schemes than http and https.
        request = urllib.request.Request(remote.url, headers=headers)  # noqa: S310
        answer: http.client.HTTPResponse = opener.open(request, timeout=stall_s)
    except DownloadError:
        raise
    except urllib.error.HTTPError as error:
        error.close()
        if here and error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return _answer(remote, 0, stall_s, limit)
        raise DownloadError(f"{remote.url}: the server answers {error.code}, {_words(error, stall_s)}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadError(f"{remote.url}: {_words(error, stall_s)}") from error
    return answer


def _begins_at(answer: http.client.HTTPResponse, asked: int, part: Path, url: str) -> int:
    """Return the byte that an answer begins with: a server may send the whole file although a part was asked for."""
    if answer.status != HTTPStatus.PARTIAL_CONTENT:
        return 0
    if not answer.headers.get("Content-Range", "").startswith(f"bytes {asked}-"):
        part.unlink(missing_ok=True)
        raise DownloadError(f"{url}: the server sends another part of the file than was asked for")
    return asked


def _pieces(answer: http.client.HTTPResponse, url: str, stall_s: float) -> Iterator[bytes]:
    try:
        # Not read(): it would hold back what has come until there is a whole piece, and lose it on a time-out.
        while piece := answer.read1(_PIECE):
            yield piece
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(f"{url}: {_words(error, stall_s)}") from error


def _check_size(size: int, part: Path, url: str) -> None:
    if size > MOST_BYTES:
        part.unlink(missing_ok=True)
        raise DownloadError(f"{url}: too large: at most {MOST_BYTES >> 20} MiB are taken")


def _check_content(remote: Remote, part: Path) -> None:
    if remote.sha256 is not None and (found := sha256_of(part)) != remote.sha256:
        part.unlink()
        raise DownloadError(f"{remote.url}: sends another file: its sha256 is {found}, not {remote.sha256}")


def _words(error: BaseException, stall_s: float) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return f"nothing has come for {stall_s:g} s"
    return " ".join(str(getattr(reason, "strerror", None) or reason).split()) or type(reason).__name__
