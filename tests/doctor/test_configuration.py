"""Promises of haredge.doctor.configuration: a password that others can read is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from haredge.config.schema import Config
from haredge.doctor.configuration import configuration

CAMERA = "rtsp://user:geheim@cam/live"


@pytest.mark.parametrize(
    ("source", "mode", "status"),
    [
        (CAMERA, 0o644, "warn"),
        ("http://cam/video?pwd=geheim", 0o604, "warn"),
        (CAMERA, 0o640, "ok"),
        (CAMERA, 0o600, "ok"),
        ("rtsp://cam/live", 0o644, "ok"),
        ("0", 0o644, "ok"),
    ],
)
def test_a_password_that_others_can_read_is_warned_of(tmp_path: Path, source: str, mode: int, status: str) -> None:
    """With the command that closes the file, and without the password."""
    path = tmp_path / "my config.yaml"
    path.write_text("")
    path.chmod(mode)
    check = configuration(path, Config(source=source))
    assert check.status == status
    assert "geheim" not in str(check)
    assert check.remedy == (f"chmod 600 '{path}'" if status == "warn" else "")


def test_no_file_is_fine() -> None:
    """Haredge runs without one."""
    assert configuration(None, Config()).words == "no file: the defaults"
