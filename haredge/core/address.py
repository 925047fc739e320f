"""Addresses: what of them may be shown, and whether one of the network can be connected to.

Every source and host that haredge writes anywhere, to a log, an error, a table or a message, goes through here.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from unicodedata import category

STARS: Final = "***"

LOCALHOST: Final = "localhost"

PORTS: Final = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
"""Each scheme of a stream, with the port that it stands for."""

_BEGIN: Final = re.compile(r"[A-Za-z][\w+.-]*:/{1,2}|//", re.ASCII)
"""A scheme, the second slash of which may have been lost, or none but its slashes."""

_NAMED: Final = r"[\w-]*(?:pw|pass|secret|token|auth|credential|cookie|api-?key)[\w-]*"
"""Names of what holds a secret."""

_PATH: Final = re.compile(rf"\b({_NAMED})=[^&]*", re.IGNORECASE)
"""Cameras take passwords in the path, too: ``/user=admin&password=x&channel=1``."""

_PROPERTY: Final = re.compile(
    rf"\b({_NAMED})(\s*=\s*)(\"(?:\\.|[^\"\\])*\"?|'[^']*'?|\S+(?:\s+(?![\w-]+\s*=)\S+)*)", re.IGNORECASE
)
"""A property of a pipeline's element that holds a secret; without quotes it ends where the next one begins."""

_QUOTED: Final = re.compile(r"\"((?:\\.|[^\"\\])*)(\"?)|'([^']*)('?)")

_PARTS: Final = re.compile(r"(?:\"(?:\\.|[^\"\\])*\"?|'[^']*'?|[^\"'!]|(?<=\S)!|!(?=\S))+|!")
"""The elements of a pipeline, and the exclamation marks between them; those in quotes do not count."""

_IN_TEXT: Final = (
    (re.compile(r"(?<=:/)(/?)\S[^\n]*@"), rf"\1{STARS}@"),
    (re.compile(r"(?<![\w:/])//[^\s/][^\n]*@"), f"//{STARS}@"),
    (re.compile(r"(?<!\w)[\w.%+-]+:[^\s:/@][^\s/@]*@(?=[\w\[])"), f"{STARS}@"),
    (re.compile(r"(?<=:/)(/?[^\s?'\"]*)\?[^\s'\"]+"), rf"\1?{STARS}"),
    (re.compile(rf"\b({_NAMED})=(?:'[^']*'?|\"[^\"]*\"?|[^\s'\"]+)", re.IGNORECASE), rf"\1={STARS}"),
)
"""What is starred in words that others have written: user and password, the same without a scheme, the query, and
properties of a pipeline."""


def redacted(address: str) -> str:
    """Return an address, or a pipeline (``gst:...``), with ``***`` for all that may be a user, a password or a token.

    The password may hold any character, quoted as it should be or not. A text that is not an address stays as it is.
    """
    if address.startswith("test:") and "@" not in address:
        return address
    if address.startswith("gst:"):
        return "".join(_element(part) for part in _PARTS.findall(address))
    return _redacted_address(address)


def _redacted_address(address: str) -> str:
    begin = match[0] if (match := _BEGIN.match(address)) else ""
    rest = address[len(begin) :]
    at, query = rest.rfind("@"), rest.find("?")
    if not begin and ":" not in rest[: max(at, 0)]:
        return _without_named(rest) if "=" in rest[query:] and query >= 0 else rest
    if 0 <= query < at and re.match(r"[\w.-]+=", rest[query + 1 :]):
        return f"{begin}{STARS}"  # a query that holds an @, or a password that holds such a query
    if at >= 0:
        rest = STARS + rest[at:]
    elif _is_half(rest):
        return f"{begin}{STARS}"
    return begin + _without_named(rest)


def _is_half(rest: str) -> bool:
    """Return whether what should be host and port ends in words: the first half of a user and password."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    port = "" if authority.startswith("[") else authority.partition(":")[2]
    return port != "" and not port.isdecimal()


def _without_named(rest: str) -> str:
    path, mark, _ = rest.partition("?")
    return _PATH.sub(rf"\1={STARS}", path) + (f"?{STARS}" if mark else "")


def _element(part: str) -> str:
    """Redact one element of a pipeline: the secrets among its properties, and addresses with and without quotes."""

    def quoted(match: re.Match[str]) -> str:
        double, closed, single, end = match.groups()
        if double is not None:
            return f'"{_redacted_address(double)}{closed}'
        return f"'{_redacted_address(single)}{end}"

    part = _QUOTED.sub(quoted, _PROPERTY.sub(rf"\1\2{STARS}", part))
    if bare := re.search(r"[A-Za-z][\w+.-]*://[^\"']*", part):  # blanks in it, too: up to the element's end
        words = bare[0].rstrip()
        part = part.replace(words, _redacted_address(words), 1)
    return part


def redacted_in(message: str, address: str) -> str:
    """Return a library's message about an address without what :func:`redacted` would star in that address."""
    for secret in _secrets(address):
        message = message.replace(secret, STARS)
    return redacted_text(message)


def _secrets(address: str) -> list[str]:
    """Return what is not shown of an address: each stretch, and the words in it, the longest first."""
    shown = redacted(address).split(STARS)
    stretches, position = [], len(shown[0])
    for part in shown[1:]:
        end = address.find(part, position) if part else len(address)
        stretches.append(address[position:end])
        position = end + len(part)
    words = [word for stretch in stretches for word in (stretch, *re.split(r"[\s:@&=\"']+", stretch)) if len(word) > 2]
    return sorted(set(words), key=len, reverse=True)


def redacted_text(message: str) -> str:
    """Return a message that may hold addresses, with ``***`` for their users, passwords and queries."""
    for pattern, replacement in _IN_TEXT:
        message = pattern.sub(replacement, message)
    return message


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where a stream comes from."""

    host: str
    port: int
    doubtful: bool
    """Whether a later part holds an ``@``: then host and port may be the beginning of a user and password."""

    def __str__(self) -> str:
        """Name host and port, or say what to write if they may be the beginning of a user and password."""
        return ESCAPES if self.doubtful else f"{self.host} port {self.port}"


def stream_address(uri: str) -> StreamAddress:
    """Read an address of :data:`PORTS`; raises ValueError, saying what is wrong without showing any of it."""
    scheme, _, rest = uri.partition("://")
    authority, *after = re.split(r"[/?#]", rest, maxsplit=1)
    host, port = _host_and_port(authority.rpartition("@")[2])
    if not host:
        raise ValueError("has no host")
    if re.search(r"[\x00-\x20\x7f]", uri):
        raise ValueError("has a blank or a control character; write a blank as %20")
    if not is_host(host):
        raise ValueError(f"has a malformed host; {ESCAPES}" if "@" in uri else "has a malformed host")
    if not (port.isascii() and port.isdecimal() and len(port) < 10) or not 0 < int(port) <= 65535:
        if port or host.endswith(":"):
            raise ValueError(_PORT if "@" not in "".join(after) else f"has a wrong host or port; {ESCAPES}")
        port = str(PORTS[scheme.lower()])
    return StreamAddress(host, int(port), "@" in "".join(after))


ESCAPES: Final = "in a user or password, write # as %23, / as %2F, ? as %3F, an at sign as %40"
"""What to do about the most frequent mistake in addresses."""

_PORT: Final = "has a port that is not a number from 1 to 65535, or a user or password without an at sign after it"


def plain_address(uri: str) -> str:
    """Return an address as libraries take it: the scheme in small letters, and bytes that are not UTF-8 escaped.

    So is the zone of an IPv6 address as a system takes it, which RFC 6874 writes ``%25eth0``.
    """
    scheme, separator, rest = uri.partition("://")
    rest = re.sub("[\udc80-\udcff]", lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", rest)
    authority, *after = re.split(r"(?=[/?#])", rest, maxsplit=1)
    user, at, host = authority.rpartition("@")
    if host.startswith("["):
        host = host.replace("%25", "%", 1)
    return "".join((scheme.lower(), separator, user, at, host, *after))


def with_port(host: str, port: int) -> str:
    """Return host and port as an address has them."""
    return f"{bracketed(host)}:{port}"


def bracketed(host: str) -> str:
    """Return a host as an address has it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _host_and_port(authority: str) -> tuple[str, str]:
    if authority.startswith("[") and "]" in authority:
        host, _, port = authority[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = authority.partition(":")
    return host, port


def check_host(text: str) -> str:
    """Return the name or IP address of a host; raises ValueError, saying what to write, for anything else."""
    if is_host(text):
        return text
    bare = text.strip()
    if bare != text and check_host(bare):
        raise ValueError("has blanks around it; remove them")
    if match := _BEGIN.match(bare):
        authority, *after = re.split(r"[/?#]", bare[match.end() :], maxsplit=1)
        # An @ further on makes it doubtful what is the host, and what a password.
        host, port = ("", "") if "@" in "".join(after) else _host_and_port(authority.rpartition("@")[2])
        raise ValueError(f"is an address, not a host{_write(host, port)}")
    if "@" in bare:
        raise ValueError("holds a user; write the host alone, the user as username, the password into password_file")
    host, port = _host_and_port(bare)
    if port.isdecimal():
        raise ValueError(f"holds a port{_write(host, port)}")
    raise ValueError("is not the name or address of a host, such as broker.local, 192.168.1.5 or ::1")


def _write(host: str, port: str) -> str:
    """Say what to write instead, if that would be right."""
    if not is_host(host):
        return "; write the host alone"
    return f"; write host: {host}" + (f" and port: {port}" if port.isdecimal() else "")


def is_host(text: str) -> bool:
    """Return whether this is an IP address, or a name that can be looked up."""
    return _is_ip(text) or _is_name(text)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its own address: 127.0.0.1, ::1, localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == LOCALHOST


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_name(text: str) -> bool:
    """Return whether this is a name that can be looked up: labels of 63 bytes, the last not a number."""
    if any(category(letter)[0] in "PSZ" for letter in text if not letter.isascii()):
        return False  # typographic quotes, say, which would be encoded like letters
    try:
        name = text.encode("idna").decode() if not text.isascii() else text
    except UnicodeError:
        return False
    label = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
    pattern = rf"(?:{label}\.)*(?!\d+\.?\Z){label}\.?"
    return len(name) <= 253 and re.fullmatch(pattern, name, re.ASCII) is not None
