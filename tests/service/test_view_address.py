"""Promises of haredge.service.view_address: a link on the device page leads somewhere, or there is none."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from haredge.config.schema import ViewConfig
from haredge.service.view_address import view_address


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"enabled": False, "host": "0.0.0.0"}, None),
        ({}, None),
        ({"host": "localhost"}, None),
        ({"host": "::1"}, None),
        ({"host": "192.168.1.5"}, "http://192.168.1.5:8765/"),
        ({"host": "fd00::5", "port": 80}, "http://[fd00::5]:80/"),
        ({"host": "kitchen.lan"}, "http://kitchen.lan:8765/"),
        ({"hosts": ("kitchen.example",)}, "https://kitchen.example/"),
        ({"hosts": ("fd00::5",)}, "https://[fd00::5]/"),
    ],
)
def test_only_what_others_can_open_is_an_address(settings: dict[str, Any], address: str | None) -> None:
    """A page that listens on this machine alone would be a link to the reader's own machine."""
    assert view_address(ViewConfig(**{"enabled": True, **settings})) == address


def test_every_address_is_this_machines_name() -> None:
    """With whatever address it gets from the router."""
    found = view_address(ViewConfig(enabled=True, host="0.0.0.0"))
    assert found is not None
    assert found.startswith(f"http://{socket.gethostname().split('.')[0]}")
    assert found.endswith(":8765/")
