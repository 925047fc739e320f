"""Promises of systemd/: the units are valid, and expose little."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from haredge.config.schema import dotted_keys

UNITS = sorted((Path(__file__).parents[1] / "systemd").glob("*.service"))
MOST_EXPOSURE = 15
"""In tenths, as systemd-analyze counts: a camera and the network have their price."""

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def settings(unit: Path) -> set[str]:
    return {line for line in unit.read_text().splitlines() if line and not line.startswith("#")}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_the_unit_is_valid(unit: Path, tmp_path: Path) -> None:
    """No misspelt switch, which systemd would only warn of and leave off. The program is not installed here."""
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"^ExecStart=.*", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE))
    checked = analyze("verify", "--man=no", copy)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_one_camera_or_several_are_served_alike() -> None:
    """The template differs from the unit in its configuration, its state, the models that it borrows, and its name."""
    one, several = (settings(UNITS[0].with_name(name)) for name in ("haredge.service", "haredge@.service"))
    changed = {line.partition("=")[0] for line in one ^ several}
    assert changed == {"Description", "ExecStart", "StateDirectory", "RuntimeDirectory", "BindReadOnlyPaths"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_the_service_gets_each_secret_that_a_key_names(unit: Path) -> None:
    """Root's files are readable for no one else: also a systemd that hands over no credentials gets them copied."""
    secret = {key for key in dotted_keys() if re.search(r"(password|key|token|secret)_file$", key)}
    names = {key.removesuffix("_file").replace(".tls.", ".").replace(".", "-") for key in secret}
    handed = {line.partition("=")[2].partition(":")[0] for line in settings(unit) if line.startswith("LoadCredential=")}
    assert handed == names
    copied = re.search("for secret in ([^;]*);", (UNITS[0].parents[1] / "scripts" / "service.sh").read_text())
    assert copied is not None
    assert set(copied[1].split()) == names


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_the_unit_is_hardened(unit: Path) -> None:
    """Exposure stays at 1.5 or less of 10."""
    checked = analyze("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSURE}", unit)
    assert checked.returncode == 0, checked.stdout
    assert "Overall exposure level" in checked.stdout
