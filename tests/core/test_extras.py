"""Promises of haredge.core.extras."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from haredge.core import extras
from haredge.core.errors import RuntimeMissingError

ROOT = Path(__file__).parents[2]


def test_in_a_clone_the_clones_own_script_brings_an_extra() -> None:
    """The package index may not have haredge, and its pip would not install into this environment."""
    if not (ROOT / "setup.cfg").exists() or extras.source_tree() != ROOT:
        pytest.skip("haredge is installed")
    script, extra = shlex.split(extras.how_to_install("web"))
    assert (os.access(script, os.X_OK), extra) == (True, "web")


def test_a_clone_may_lie_in_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command can be pasted into a shell."""
    monkeypatch.setattr(extras, "source_tree", lambda: tmp_path / "my clone")
    assert shlex.split(extras.how_to_install("web")) == [str(tmp_path / "my clone" / "scripts" / "setup.sh"), "web"]


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what needs it, and what to do; nothing is said where all are there."""
    monkeypatch.setitem(extras.EXTRAS, "cluster", ("json", "no_such_library"))
    monkeypatch.setitem(extras.EXTRAS, "web", ("json",))
    extras.check_installed("web", "a page")
    with pytest.raises(RuntimeMissingError, match=r"^a cluster needs no_such_library: .*cluster"):
        extras.check_installed("cluster", "a cluster")
