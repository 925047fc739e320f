"""Who may see the pages: the rule for names, addresses and the token, decided before anything listens."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.core.errors import ConfigError

LEAST_TOKEN: Final = 16
"""Characters; `openssl rand -hex 16` gives 32. A shorter one could be guessed."""

LOOPBACK_NAMES: Final = frozenset({"localhost"})


@dataclass(frozen=True, slots=True)
class Access:
    """Which requests are answered."""

    names: frozenset[str]
    """Host names that this server goes by, in small letters. A page of another name that leads here (DNS rebinding)
    gets nothing."""
    loopback: bool
    """Whether only programs on this machine can connect."""
    token: str | None
    """What a viewer must know; None where everybody who can connect may see the pages."""

    def knows_host(self, host: str) -> bool:
        """Tell whether a request's Host header names this server; an address is nobody else's name."""
        name = _name(host)
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in self.names
        return address.is_loopback or not self.loopback

    def is_token(self, text: str) -> bool:
        """Tell whether this is the token, in a time that does not tell how much of it is right."""
        return self.token is not None and hmac.compare_digest(_digest(text), _digest(self.token))

    @property
    def cookie(self) -> str:
        """What a browser keeps once the token has been given: it cannot be turned back into the token."""
        return hmac.new((self.token or "").encode(), b"haredge view", hashlib.sha256).hexdigest()

    def is_cookie(self, text: str) -> bool:
        """Tell whether a browser has given the token before."""
        return self.token is not None and hmac.compare_digest(text.encode(), self.cookie.encode())


def access_to(host: str, names: Collection[str], token_file: Path | None) -> Access:
    """Decide who may see pages that listen on ``host`` and that a proxy offers under other ``names``.

    Raises :class:`ConfigError` where pages that others can reach have no token, or a weak one.
    """
    loopback = _is_loopback(host)
    token = _read(token_file) if token_file else None
    if token is None and not loopback:
        raise ConfigError(f"listening on {host} lets others look in: {_OTHERS_NEED}. {_TLS}", "view.host")
    if token is None and names:
        raise ConfigError(
            f"being reached as {', '.join(sorted(names))} lets others look in: {_OTHERS_NEED}", "view.hosts"
        )
    own = LOOPBACK_NAMES if loopback else LOOPBACK_NAMES | _own_names()
    return Access(frozenset(name.lower() for name in names) | own, loopback, token)


_OTHERS_NEED: Final = (
    "it needs a token_file whose first line is the token "
    "(umask 077; openssl rand -hex 16 > token), or the host 127.0.0.1"
)
_TLS: Final = (
    "The token and the pages travel unencrypted: put a proxy with TLS in front where the network is not yours alone "
    "(docs/views.md)"
)


def _read(token_file: Path) -> str:
    try:
        lines = token_file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError(f"cannot read the token in {token_file}: {reason}", "view.token_file") from error
    token = lines[0].strip() if lines else ""
    if len(token) < LEAST_TOKEN:
        raise ConfigError(
            f"the token in {token_file} has {len(token)} characters: at least {LEAST_TOKEN} are needed "
            "(openssl rand -hex 16)",
            "view.token_file",
        )
    return token


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK_NAMES


def _own_names() -> frozenset[str]:
    own = socket.gethostname().lower()
    short = own.split(".")[0]
    return frozenset({own, short, f"{short}.local", f"{short}.lan", f"{short}.home.arpa"})


def _name(host: str) -> str:
    """Take the port, the brackets of IPv6 and a final dot off a Host header."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0].lower().rstrip(".") if ":" in host else host.lower().rstrip(".")


_SALT: Final = secrets.token_bytes(16)


def _digest(text: str) -> bytes:
    return hmac.digest(_SALT, text.encode(), "sha256")
