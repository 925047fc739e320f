"""Promises of haredge.sources.devices, on a machine laid out in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from haredge.sources.devices import Devices


def machine(folder: Path, *names: str) -> Devices:
    for place in ("dev", "sys", "proc"):
        (folder / place).mkdir()
    for name in names:
        (folder / "dev" / name).touch()
    return Devices(folder / "dev", folder / "sys", folder / "proc")


def test_devices_are_listed_in_order_with_their_names(tmp_path: Path) -> None:
    """Numbers sort as numbers, and a device whose name the kernel does not give is listed all the same."""
    devices = machine(tmp_path, "video10", "video2", "vbi0")
    (devices.sys / "video2").mkdir()
    (devices.sys / "video2" / "name").write_text("HD Webcam: HD Webcam\n")
    assert devices.present() == f"{devices.dev}/video2 (HD Webcam: HD Webcam), {devices.dev}/video10"


def test_a_machine_without_cameras_says_so(tmp_path: Path) -> None:
    """Nothing found is said as plainly as something."""
    devices, other = machine(tmp_path), tmp_path / "other"
    other.mkdir()
    assert devices.present() == f"no {tmp_path}/dev/video*"
    assert devices.why_not(devices.dev / "video0").endswith("or try a synthetic person: --source test:")
    assert "test:" not in machine(other, "video1").why_not(other / "dev/video0")


def test_a_process_that_cannot_be_looked_into_is_passed_over(tmp_path: Path) -> None:
    """Links that have gone, and this process itself, are not the holder of a camera."""
    devices = machine(tmp_path, "video0")
    for process in ("1", str(os.getpid())):
        (devices.proc / process / "fd").mkdir(parents=True)
    (devices.proc / "1" / "fd" / "0").write_text("no link")
    (devices.proc / str(os.getpid()) / "fd" / "3").symlink_to(devices.dev / "video0")
    assert "not a camera" in devices.why_not(devices.dev / "video0")


def test_this_machine_can_be_asked() -> None:
    """The real /dev, /sys and /proc have the form that is looked for."""
    assert "/dev/video" in Devices().present()
    with Path("/dev/null").open("rb"):
        assert Devices().why_not(Path("/dev/null")).startswith("not a camera")
