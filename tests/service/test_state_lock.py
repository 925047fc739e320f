"""Promises of haredge.service.state_lock: a state folder is one haredge's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from haredge.core.errors import HaredgeError
from haredge.service.state_lock import held


def _umask() -> int:
    os.umask(mask := os.umask(0))
    return mask


def test_a_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    """The second says what to do, and may have it once the first has ended; another folder is free."""
    folder = tmp_path / "state"
    with held(folder):
        with (
            pytest.raises(HaredgeError, match=r"another haredge keeps its state in .*state: .*XDG_STATE_HOME"),
            held(folder),
        ):
            pass
        with held(tmp_path / "other"), held(None):
            pass
    with held(folder):
        assert list(folder.iterdir()) == []


def test_the_state_is_for_no_other_user(tmp_path: Path) -> None:
    """It says when someone was in view, and fell; the folders above it are as any other."""
    with held(tmp_path / "home" / "state"):
        assert (tmp_path / "home" / "state").stat().st_mode & 0o077 == 0
        assert (tmp_path / "home").stat().st_mode & 0o777 == 0o777 & ~_umask()


def test_where_no_folder_can_be_made_nothing_is_held(tmp_path: Path) -> None:
    """A read-only file system is no reason not to recognise anything."""
    (tmp_path / "file").touch()
    with held(tmp_path / "file" / "state"):
        pass
