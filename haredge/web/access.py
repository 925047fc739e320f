"""Who may see the pages: the rules for host names, addresses and the token, decided before anything listens."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.config.secret_file import UNREADABLE, read_secret
from haredge.core.address import LOCALHOST, is_loopback, redacted
from haredge.core.counted import counted
from haredge.core.errors import ConfigError

LEAST_TOKEN: Final = 16
"""Characters; `openssl rand -hex 16` gives 32. A shorter one could be guessed."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)
"""A Host header: a name, or an address (IPv6 in brackets), and perhaps a port (RFC 9110, 7.2)."""


@dataclass(frozen=True, slots=True)
class Access:
    """Which requests are answered."""

    names: frozenset[str]
    """Host names of this server, in lower case. A page of another name that leads here (DNS rebinding) gets nothing."""
    loopback: bool
    """Whether only programs on this machine can connect."""
    token: str | None
    """The secret that viewers must give; None if everyone who can connect may see the pages."""
    trusted_proxy: IPAddress | None = None
    """Who connects from there has been let in by someone else, and need not give it; None if there is no such proxy."""

    def trusts(self, address: str) -> bool:
        """Return whether an address that a connection comes from is the trusted proxy's."""
        try:
            return self.trusted_proxy is not None and ipaddress.ip_address(address) == self.trusted_proxy
        except ValueError:
            return False

    def asks(self, address: str) -> bool:
        """Return whether who connects from an address must give the token."""
        return self.token is not None and not self.trusts(address)

    def knows_host(self, host: str) -> bool:
        """Return whether a Host header names this server; an IP address cannot be the name of another site."""
        if (name := _name(host)) is None:
            return False
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in self.names
        return address.is_loopback or not self.loopback

    def is_token(self, text: str) -> bool:
        """Return whether this is the token, in a time that does not depend on how much of it is correct."""
        return self.token is not None and hmac.compare_digest(_digest(text), _digest(self.token))

    @property
    def cookie_name(self) -> str:
        """Name of the cookie. Two servers of one host share cookies, whatever their ports: each token has its own."""
        return f"haredge-{self._signed('name')[:8]}"

    def cookie(self, expires_s: float) -> str:
        """Return what a browser keeps once the token has been given.

        It is accepted until ``expires_s`` (Unix time), and cannot be turned back into the token.
        """
        return f"{round(expires_s)}.{self._signed(str(round(expires_s)))}"

    def is_cookie(self, text: str, now_s: float) -> bool:
        """Return whether a browser has given the token before, and not too long before ``now_s`` (Unix time)."""
        expires_s, _, signature = text.partition(".")
        if self.token is None or not re.fullmatch(r"[0-9]{1,15}", expires_s, re.ASCII):
            return False
        return hmac.compare_digest(signature.encode(), self._signed(expires_s).encode()) and now_s < int(expires_s)

    def _signed(self, text: str) -> str:
        return hmac.new((self.token or "").encode(), f"haredge pages {text}".encode(), hashlib.sha256).hexdigest()


def access_to(
    host: str, names: Collection[str], token_file: Path | None, trusted_proxy: IPAddress | None = None
) -> Access:
    """Decide who may see pages that listen on ``host`` and that a proxy serves under other ``names``.

    What comes from ``trusted_proxy`` needs neither the token nor one of the names. Raises :class:`ConfigError` if pages
    that others can reach have no token, or a weak one.
    """
    loopback = is_loopback(host)
    token = _read(token_file) if token_file else None
    if token is None and not loopback:
        raise ConfigError(f"listening on {host} opens the pages to others; {_OTHERS_NEED}. {_TLS}", "view.host")
    if token is None and names:
        raise ConfigError(f"serving {', '.join(sorted(names))} opens the pages to others; {_OTHERS_NEED}", "view.hosts")
    own = {LOCALHOST} if loopback else {LOCALHOST, *_own_names()}
    return Access(frozenset(name.lower().rstrip(".") for name in names) | own, loopback, token, trusted_proxy)


_OTHERS_NEED: Final = (
    "set a token_file whose first line is the token (umask 077 && openssl rand -hex 16 > token), or the host 127.0.0.1"
)
_TLS: Final = (
    "Token and pages travel unencrypted: in a network that is not yours alone, put a proxy with TLS in front "
    "(docs/views.md)"
)


def _read(token_file: Path) -> str:
    try:
        token = read_secret(token_file).strip()
    except OSError as error:
        raise ConfigError(
            f"cannot read the token in {redacted(str(token_file))}: {error.strerror}; {UNREADABLE}", "view.token_file"
        ) from error
    if len(token) < LEAST_TOKEN:
        raise ConfigError(
            f"the token in {token_file} has {counted(len(token), 'character')}: at least {LEAST_TOKEN} are needed "
            "(openssl rand -hex 16)",
            "view.token_file",
        )
    if not re.fullmatch(r"[!-~]+", token):
        raise ConfigError(
            f"the token in {token_file} has blanks or characters that are not ASCII, which HTTP headers cannot carry: "
            "choose another (openssl rand -hex 16)",
            "view.token_file",
        )
    return token


def _own_names() -> frozenset[str]:
    own = socket.gethostname().lower()
    short = own.split(".")[0]
    return frozenset({own, short, f"{short}.local", f"{short}.lan", f"{short}.home.arpa"})


def _name(host: str) -> str | None:
    """Return the name or address in a Host header, without brackets and a final dot; None if it is no such header."""
    if (found := _HOST.fullmatch(host)) is None:
        return None
    return found[1].strip("[]").lower().rstrip(".")


_SALT: Final = secrets.token_bytes(16)


def _digest(text: str) -> bytes:
    return hmac.digest(_SALT, text.encode(), "sha256")
