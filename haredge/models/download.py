"""Fetching a file over HTTP: bounded, resumed where it broke off, and checked before anybody uses it."""

from __future__ import annotations

import hashlib
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from haredge.core.errors import DownloadError
from haredge.models.checksum import sha256_of
from haredge.version import __version__

MOST_BYTES: Final = 64 << 20
"""Largest file that is taken."""

STALL_S: Final = 30.0
"""Seconds without a byte after which a server counts as stalled."""

_PIECE: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Remote:
    """A file elsewhere.

    ``sha256`` is what it must have, None where nobody knows: then the address must begin with https://, or be this
    machine's own. Raises :class:`DownloadError` for another address.
    """

    url: str
    sha256: str | None = None

    def __post_init__(self) -> None:
        _check_address(self.url, self.sha256)


def fetch(remote: Remote, folder: Path, told: Callable[[int, int | None], None], *, stall_s: float = STALL_S) -> Path:
    """Fetch a file into a folder; return its path there, ``*.part``, which is the caller's to remove.

    ``told`` is given the bytes that are here and how many there will be, None where the server does not say. What an
    attempt that broke off has brought is kept, and the next one asks for the rest, if there is a checksum to tell
    whether the two belong together. What proves to be wrong is removed.

    Raises :class:`DownloadError`, and OSError where the folder cannot be written to.
    """
    part = folder / f"{hashlib.sha256(remote.url.encode()).hexdigest()[:16]}.part"
    if remote.sha256 is None:
        part.unlink(missing_ok=True)
    if part.exists() and sha256_of(part) == remote.sha256:
        return part
    try:
        _transfer(remote, part, told, stall_s)
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
    if parts.scheme == "http" and sha256 is None and not _is_loopback(parts.hostname):
        raise DownloadError(f"{url}: what comes over http:// may be anybody's: give https://, or the file's --sha256")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows only to addresses that could have been asked for."""

    def __init__(self, sha256: str | None) -> None:
        self._sha256 = sha256

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:
        _check_address(arguments[-1], self._sha256)
        return super().redirect_request(*arguments)


def _transfer(remote: Remote, part: Path, told: Callable[[int, int | None], None], stall_s: float) -> None:
    here = part.stat().st_size if part.exists() else 0
    with closing(_answer(remote, here, stall_s)) as answer:
        here = _begins_at(answer, here, part, remote.url)
        length = answer.headers.get("Content-Length", "")
        total = here + int(length) if length.isdecimal() else None
        _check_size(total or 0, part, remote.url)
        with part.open("ab" if here else "wb") as file:
            for piece in _pieces(answer, remote.url, stall_s):
                here += len(piece)
                _check_size(here, part, remote.url)
                file.write(piece)
                told(here, total)
    if total is not None and here < total:
        raise DownloadError(f"{remote.url}: broke off after {here} of {total} bytes")


def _answer(remote: Remote, here: int, stall_s: float) -> http.client.HTTPResponse:
    """Ask for a file from byte ``here`` on, or for the whole where there is no such byte."""
    headers = {"User-Agent": f"haredge/{__version__}", "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    over_tls = urllib.request.HTTPSHandler(context=ssl.create_default_context())
    opener = urllib.request.build_opener(over_tls, _Redirects(remote.sha256))
    try:
        # Remote takes no other schemes than http and https.
        request = urllib.request.Request(remote.url, headers=headers)  # noqa: S310
        answer: http.client.HTTPResponse = opener.open(request, timeout=stall_s)
    except DownloadError:
        raise
    except urllib.error.HTTPError as error:
        error.close()
        if here and error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return _answer(remote, 0, stall_s)
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
