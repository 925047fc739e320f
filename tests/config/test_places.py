"""Promises of haredge.config.places: every part finds the same folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from haredge.config.places import machine_folder, state_folder


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"STATE_DIRECTORY": "/var/lib/haredge"}, "/var/lib/haredge"),
        ({"STATE_DIRECTORY": "/var/lib/haredge/a:/var/lib/b", "HOME": "/root"}, "/var/lib/haredge/a"),
        ({"XDG_STATE_HOME": "/home/ada/s", "HOME": "/home/ada"}, "/home/ada/s/haredge"),
        ({"HOME": "/home/ada"}, "/home/ada/.local/state/haredge"),
    ],
)
def test_state_lies_where_people_expect_it(environ: dict[str, str], folder: str) -> None:
    """Systemd's folder for a service, the desktop's for a person."""
    assert state_folder(environ) == Path(folder)


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"STATE_DIRECTORY": "/var/lib/haredge-hall:/var/lib/b"}, "/var/lib/haredge-hall"),
        ({"STATE_DIRECTORY": "", "HOME": "/home/ada"}, "/var/lib/haredge"),
        ({"HOME": "/home/ada"}, "/var/lib/haredge"),
    ],
)
def test_what_is_the_machines_is_found_by_every_user(environ: dict[str, str], folder: str) -> None:
    """Models installed for the service are those that a person's commands list."""
    assert machine_folder(environ) == Path(folder)
