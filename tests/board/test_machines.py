"""Whole machines: haredge is installed, started, hurt, upgraded and removed where nothing else is.

The promises themselves are the lines of scripts/board/trial.sh.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BOARD = Path(__file__).parents[2] / "scripts" / "board"

pytestmark = pytest.mark.slow


def need(*tools: str) -> None:
    """Skip with the reason where a machine cannot be made here."""
    if os.geteuid() != 0:
        pytest.skip("a machine is made by root: run the tests as root, or sudo scripts/board/nspawn.sh")
    missing = [tool for tool in tools if shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (see the packages named in scripts/board)")


def kept(script: str, *arguments: str) -> list[str]:
    """Run a machine; return the promises that it kept. One that was not kept fails with all that was said."""
    done = subprocess.run(
        [BOARD / script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return [line for line in done.stdout.splitlines() if line.startswith("ok ")]


@pytest.mark.timeout(1200)
def test_a_machine_with_systemd() -> None:
    """Debian on this processor, from nothing to nothing (systemd-nspawn)."""
    need("systemd-nspawn", "mmdebstrap", "nsenter")
    assert len(kept("nspawn.sh")) > 30


@pytest.mark.timeout(3600)
@pytest.mark.skipif(not os.environ.get("HAREDGE_BOARD"), reason="an emulated board takes minutes: set HAREDGE_BOARD=1")
def test_an_emulated_board() -> None:
    """A 64-bit ARM board with a camera."""
    need("qemu-system-aarch64", "qemu-aarch64-static", "mmdebstrap", "cpio", "depmod")
    assert len(kept("qemu.sh")) > 15


@pytest.mark.timeout(3600)
@pytest.mark.skipif(not os.environ.get("HAREDGE_BOARD"), reason="an emulated board takes minutes: set HAREDGE_BOARD=1")
@pytest.mark.parametrize("architecture", ["amd64", "armhf"])
def test_raspberry_pi_os(architecture: str) -> None:
    """Beside apt's numpy, as picamera2 needs it; in 32 bits with apt's OpenCV too, by an emulator."""
    need("systemd-nspawn", "mmdebstrap", *(["qemu-arm-static"] if architecture == "armhf" else []))
    assert len(kept("program.sh", architecture)) >= 5
