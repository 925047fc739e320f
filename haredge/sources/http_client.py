"""A camera's address asked over HTTP: one kept connection, passwords, redirections, and words for what fails."""

from __future__ import annotations

import hashlib
import http.client
import socket
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from haredge.core.address import ESCAPES, stream_address, with_port

REDIRECTIONS: Final = 5
"""Times that a camera may send on to another address."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_AS_IT_IS: Final = "".join(map(chr, range(0x21, 0x7F)))
"""What of an address is sent unchanged: all of ASCII that can be seen."""


class HttpError(Exception):
    """A request that failed; the message says why and what to do, without the address or its password."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an address consists of."""

    secure: bool
    host: str
    port: int
    path: str
    """With the query."""
    user: str | None
    password: str
    where: str
    """Host and port, for messages."""

    @classmethod
    def parse(cls, address: str) -> Target:
        """Take an address apart; raises ValueError, saying what is wrong without showing any of it."""
        there = stream_address(address)
        try:
            parts = urlsplit(address)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            path = quote(path, _AS_IT_IS, errors="surrogateescape")
        except ValueError:
            raise ValueError("is malformed") from None
        user = None if parts.username is None else unquote(parts.username)
        return cls(
            parts.scheme == "https", there.host, there.port, path, user, unquote(parts.password or ""), str(there)
        )

    @property
    def url(self) -> str:
        """The address without user and password."""
        return f"{'https' if self.secure else 'http'}://{with_port(self.host, self.port)}{self.path}"


class HttpClient:
    """Asks one address, as often as wanted, over one connection if the camera keeps it."""

    def __init__(self, address: str, timeout_s: float) -> None:
        """Take the address; nothing is connected yet. Raises :class:`HttpError` if it is malformed."""
        try:
            self._target = Target.parse(address)
        except ValueError as error:
            raise HttpError(f"its address {error}") from None
        self._timeout_s = timeout_s
        self._connection: http.client.HTTPConnection | None = None
        self._authorisation: _Authorisation | None = None
        self._socket: socket.socket | None = None
        self._interrupted = False

    def get(self) -> http.client.HTTPResponse:
        """Return the answer, of status 200, its content unread. Raises :class:`HttpError` for everything else."""
        refused = False
        for _ in range(REDIRECTIONS + 2):
            response = self._ask()
            if response.status == 200:
                return response
            if response.status == 401 and self._target.user is not None and not refused:
                refused = True
                self._authorisation = _Authorisation.of(response, self._target)
            elif response.status in _REDIRECTS and (there := response.getheader("Location")):
                self._follow(there)
            else:
                raise HttpError(self._refusal(response.status))
            self._drop(response)
        raise HttpError(f"it sends on to another address more than {REDIRECTIONS} times")

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def interrupt(self) -> None:
        """End a read that waits in another thread; nothing is asked after that."""
        self._interrupted = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _ask(self) -> http.client.HTTPResponse:
        """Send one request; once more on a new connection if the camera has closed the one that was kept."""
        kept = self._connection is not None
        try:
            return self._request()
        except (http.client.HTTPException, OSError) as error:
            self.close()
            if not kept or self._interrupted or isinstance(error, TimeoutError):
                raise self._failure(error) from error
        try:
            return self._request()
        except (http.client.HTTPException, OSError) as error:
            self.close()
            raise self._failure(error) from error

    def _request(self) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = self._connect()
        headers: dict[str, str | bytes] = {"User-Agent": "haredge", "Accept": "*/*"}
        if self._authorisation:
            headers["Authorization"] = self._authorisation.header()
        self._connection.request("GET", self._target.path, headers=headers)
        self._socket = self._connection.sock  # which the connection forgets if it is not kept
        return self._connection.getresponse()

    def _connect(self) -> http.client.HTTPConnection:
        target = self._target
        if not target.secure:
            return http.client.HTTPConnection(target.host, target.port, timeout=self._timeout_s)
        # Cameras have certificates that they have signed themselves.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(target.host, target.port, timeout=self._timeout_s, context=context)

    def _drop(self, response: http.client.HTTPResponse) -> None:
        """Make the connection ready for another request: a short answer is read, for a long one it is closed."""
        with suppress(http.client.HTTPException, OSError):
            response.read(4096)
        if not response.isclosed() or response.will_close:
            self.close()

    def _follow(self, there: str) -> None:
        """Go on at another address, which gets the password only if it is on the same host, and never in the clear."""
        self.close()
        new, old = _target_of(there, self._target), self._target
        if old.user is not None and old.secure and not new.secure:
            raise HttpError(
                "it sends on from https:// to http://, which anyone in between can read: give its http:// address if "
                "the password may go there"
            )
        if new.host == old.host and new.user is None:
            new = Target(new.secure, new.host, new.port, new.path, old.user, old.password, new.where)
        else:
            self._authorisation = None
        self._target = new

    def _refusal(self, status: int) -> str:
        if status == 401:
            if self._target.user is None:
                return "it asks for a password (401): put user and password in front of the host (docs/sources.md)"
            return f"it refuses the user or the password (401); {ESCAPES}"
        reasons = {
            403: "it refuses this user access (403): allow the user to see its images",
            404: "it has nothing at this path (404): look up the path in the camera's manual",
            503: "it is busy (503): it may allow few viewers at a time",
        }
        return reasons.get(status, f"it answers with HTTP status {status}")

    def _failure(self, error: Exception) -> HttpError:
        where = self._target.where
        if isinstance(error, TimeoutError):
            return HttpError(f"{where}: no answer within {self._timeout_s:g} s: it is silent, or hangs")
        if isinstance(error, ssl.SSLError):
            return HttpError(f"{where}: it does not speak TLS; try http:// instead of https://")
        if isinstance(error, http.client.HTTPException) and not isinstance(error, OSError):
            return HttpError(f"{where}: it does not speak HTTP")
        return HttpError(f"{where}: {getattr(error, 'strerror', None) or error}")


def _target_of(location: str, asked: Target) -> Target:
    """Return where a camera sends on to, from the address that was asked; raises :class:`HttpError`."""
    # A header is read as Latin-1, whatever bytes the camera has put there.
    location = quote(location.strip().encode("latin-1"), _AS_IT_IS)
    try:
        url = urljoin(asked.url, location)
        scheme = urlsplit(url).scheme
    except ValueError:
        raise HttpError(_elsewhere("is malformed")) from None
    if scheme not in {"http", "https"}:
        raise HttpError(_elsewhere("is not HTTP"))
    try:
        return Target.parse(url)
    except ValueError as error:
        raise HttpError(_elsewhere(str(error).partition(";")[0])) from None


def _elsewhere(mistake: str) -> str:
    return f"it sends on to an address that {mistake}; look up the address of its stream in the camera's manual"


class _Authorisation:
    """The answer to a camera's demand for a password, made again for each request."""

    def __init__(self, target: Target, scheme: str, challenge: str) -> None:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, target.url, target.user or "", target.password)
        self._scheme = scheme
        self._request = urllib.request.Request(target.url)  # noqa: S310 - http or https, by Target
        self._digest = _Digest(passwords)
        self._challenge = urllib.request.parse_keqv_list(
            [item for item in urllib.request.parse_http_list(challenge) if "=" in item]
        )
        if "qop" in self._challenge:  # a list, in which urllib expects no blanks
            self._challenge["qop"] = self._challenge["qop"].replace(" ", "")
        self._basic = _basic(target)

    @classmethod
    def of(cls, response: http.client.HTTPResponse, target: Target) -> _Authorisation:
        """Choose the best scheme that the camera offers; raises :class:`HttpError` if none is known."""
        offers = response.headers.get_all("WWW-Authenticate") or []
        for wanted in ("digest", "basic"):
            for offer in offers:
                scheme, _, challenge = offer.partition(" ")
                if scheme.lower() != wanted:
                    continue
                authorisation = cls(target, wanted, challenge)
                with suppress(ValueError, KeyError, TypeError, urllib.error.URLError):
                    authorisation.header()
                    return authorisation
        names = ", ".join(offer.partition(" ")[0] for offer in offers) or "none"
        raise HttpError(f"it asks for a password in a way that is not known (401, {names[:40]!r})")

    def header(self) -> bytes:
        """Return the header's value; raises ValueError or KeyError for a digest that is not known."""
        if self._scheme == "basic":
            return self._basic.encode()
        answer = self._digest.get_authorization(self._request, self._challenge)
        if answer is None:
            raise ValueError("an incomplete challenge")
        return f"Digest {answer}".encode()


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digests of users and passwords in any letters, in UTF-8 (RFC 7616, 4); urllib knows those of ASCII alone."""

    def get_algorithm_impls(self, algorithm: str) -> tuple[Callable[[str], str], Callable[[str, str], str]]:
        name = {"MD5": "md5", "SHA": "sha1", "SHA-256": "sha256"}[algorithm.upper()]

        def digest(text: str) -> str:
            return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()

        return digest, lambda secret, data: digest(f"{secret}:{data}")


def _basic(target: Target) -> str:
    return "Basic " + b64encode(f"{target.user}:{target.password}".encode()).decode("ascii")
