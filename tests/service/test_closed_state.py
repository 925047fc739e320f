"""What other users than the service's get: its state is closed to them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OTHER_USER = 1
# Root may read everything, unless it is without the capability to.
UNPRIVILEGED = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []

pytestmark = pytest.mark.skipif(
    bool(UNPRIVILEGED) and shutil.which("setpriv") is None, reason="setpriv is not installed (util-linux)"
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Give a state folder as systemd makes it for a DynamicUser: a link into a folder of root's."""
    (tmp_path / "private" / "haredge" / "models").mkdir(parents=True)
    (tmp_path / "haredge").symlink_to("private/haredge")
    (tmp_path / "private").chmod(0o700 if UNPRIVILEGED else 0)
    if UNPRIVILEGED:
        os.chown(tmp_path / "private", OTHER_USER, OTHER_USER)
    return tmp_path / "haredge"


@pytest.mark.parametrize("command", [["models"], ["doctor", "--offline"]])
def test_other_users_may_ask(state: Path, tmp_path: Path, command: list[str]) -> None:
    """`haredge doctor` and `haredge models` need no root: they leave out what is closed."""
    done = subprocess.run(
        [*UNPRIVILEGED, sys.executable, "-m", "haredge", *command],
        cwd=tmp_path,
        env={**os.environ, "STATE_DIRECTORY": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "everyday" in done.stdout
