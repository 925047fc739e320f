"""The folder for what strangers send."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from haredge.web.work_folder import work_folder


def test_it_is_private_and_gone_at_the_end(tmp_path: Path) -> None:
    """With all that is in it."""
    with work_folder(tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "clip").mkdir()
        (folder / "clip/video").touch()
    assert not list(tmp_path.iterdir())


def test_it_is_gone_after_an_error(tmp_path: Path) -> None:
    """Or an interrupt."""

    def interrupted() -> None:
        with work_folder(tmp_path):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_server_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """But not the folder of one that runs, nor anything that is not such a folder."""
    script = f"""
from pathlib import Path
from haredge.web.work_folder import work_folder
with work_folder(Path({str(tmp_path)!r})) as folder:
    print(folder, flush=True)
    input()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout
        left = Path(server.stdout.readline().decode().strip())
        (tmp_path / "haredge-web-notes").mkdir()
        (tmp_path / "haredge-web-log").touch()
        with work_folder(tmp_path):
            assert left.is_dir()
        server.send_signal(signal.SIGKILL)
    assert left.is_dir()
    with work_folder(tmp_path):
        assert not left.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"haredge-web-notes", "haredge-web-log"}
