"""Under which address others in the network open the live view: Home Assistant's device page links to it."""

from __future__ import annotations

import ipaddress
import socket

from haredge.config.schema import ViewConfig, host_name
from haredge.core.address import bracketed, is_loopback, with_port


def view_address(view: ViewConfig) -> str | None:
    """Return the live view's URL as others reach it; None if they do not.

    Names in ``view.hosts`` are those of a proxy with TLS in front; the address under which a trusted proxy shows the
    pages is not known. A view that listens on every address is reached by this machine's name: the address may be
    another one tomorrow.
    """
    if not view.enabled:
        return None
    if view.hosts:
        return f"https://{bracketed(view.hosts[0])}/"
    host = None if view.trusted_proxy else _seen_from_outside(view.host)
    return None if host is None else f"http://{with_port(host, view.port)}/"


def _seen_from_outside(host: str) -> str | None:
    if is_loopback(host):
        return None
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    if everywhere:
        return f"{host_name()}.local" if "." not in socket.gethostname() else socket.gethostname()
    return host
