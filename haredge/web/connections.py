"""Connections: how many at once, how many of one address, and how long each may be silent."""

from __future__ import annotations

import asyncio
import ipaddress
import math
from collections.abc import Iterable
from typing import Any, Final

import h11
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

CONNECTIONS: Final = 64
"""More than that many at once are turned away."""

HEALTH_CHECKS: Final = 8
"""Connections beyond that, on which only the health check is answered."""

CONNECTIONS_EACH: Final = 16
"""Connections of one address. A browser opens up to six."""

HEADER_S: Final = 10.0
"""Time for a request's header, and for the rest of a request that has been answered before its end."""

PROXIES: Final = ("127.0.0.1", "::1")
"""Addresses of a proxy that names the address and scheme of the viewer (X-Forwarded-For, X-Forwarded-Proto)."""

_LONGEST_ADDRESS: Final = 64


class ViewerConnection(H11Protocol):
    """One connection, from its first byte to its last.

    uvicorn limits neither the number of connections (only of requests) nor the time until a request is whole.
    """

    cycle: RequestResponseCycle | None  # type: ignore[assignment]
    """The request that is answered, or was last; None before the first."""
    address = ""
    """Under which it is counted."""
    silent_since_s = math.inf
    """Since when the rest of a request has been waited for, on the loop's clock; infinite if none is."""
    _timer: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, header_s: float = HEADER_S, **kwargs: Any) -> None:
        """Pass on uvicorn's arguments; ``header_s`` is the longest time for a header."""
        super().__init__(*args, **kwargs)
        self._header_s = header_s

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, or answer at once why not."""
        super().connection_made(transport)
        if self.client:
            self.client = (_as_configured(self.client[0]), self.client[1])
        self.address = network_of(self.client[0] if self.client else "")
        others = [other for other in self.connections if isinstance(other, ViewerConnection) and other is not self]
        own = [other for other in others if other.address == self.address]
        if len(own) >= CONNECTIONS_EACH and self.address not in PROXIES:
            self._turn_away("429 Too Many Requests")
        elif len(others) >= CONNECTIONS + HEALTH_CHECKS and not _end_most_silent(others):
            self._turn_away("503 Service Unavailable")
        else:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a part of a request."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the end of this one."""
        super().on_response_complete()
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP. If the answer to its beginning is under way, all that is left is to disconnect."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            super().send_400_response(msg)
        else:
            self.transport.close()
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _watch(self) -> None:
        """Start the timer when a request is waited for, and stop it when the request is there."""
        if self.transport.is_closing() or not self._waits():
            self._stop_watching()
        elif self._timer is None:
            self.silent_since_s = self.loop.time()
            self._timer = self.loop.call_later(self._header_s, self.abort)

    def _waits(self) -> bool:
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    def _stop_watching(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self.silent_since_s = None, math.inf

    def abort(self) -> None:
        """Disconnect without an answer."""
        self._stop_watching()
        self.transport.abort()

    def _turn_away(self, status: str) -> None:
        self.transport.write(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        self.transport.close()


def _end_most_silent(connections: Iterable[ViewerConnection]) -> bool:
    """Disconnect the connection that has been silent longest. Return False if none is silent."""
    longest = min(connections, key=lambda connection: connection.silent_since_s)
    if longest.silent_since_s == math.inf:
        return False
    longest.abort()
    return True


def _as_configured(address: str) -> str:
    """Return an address as people write it: a server on ``::`` sees IPv4 as IPv6 (``::ffff:127.0.0.1``)."""
    mapped = ipaddress.IPv6Address(address).ipv4_mapped if ":" in address else None
    return address if mapped is None else str(mapped)


def network_of(address: str) -> str:
    """Return the address under which a viewer is counted: of IPv6 the network of 64 bits, which is one customer's."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:_LONGEST_ADDRESS]
    if isinstance(ip, ipaddress.IPv4Address) or ip.is_loopback:
        return str(ip)
    if (mapped := ip.ipv4_mapped) is not None:
        return str(mapped)
    return str(ipaddress.ip_network((int(ip), 64), strict=False))


def viewer(scope: Scope) -> str:
    """Return the address of the viewer who makes a request, as :func:`network_of` counts it."""
    return network_of(address_of(scope))


def address_of(scope: Scope) -> str:
    """Return the address that a request comes from; empty where there is none, as of a socket that is a file."""
    client = scope.get("client")
    return str(client[0]) if client else ""
