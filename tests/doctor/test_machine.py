"""Promises of haredge.doctor.machine."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from haredge.board import Board
from haredge.doctor import machine


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_the_board_and_the_system_are_named(tmp_path: Path) -> None:
    """The line shows what a bug report needs: board, system, bits."""
    files = {
        "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
        "etc/os-release": 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    }
    check = machine.system(write(tmp_path, files))
    assert check.words.startswith("Raspberry Pi 4 Model B Rev 1.4, Debian GNU/Linux 12 (bookworm), 64-bit")


def test_a_machine_that_reports_nothing_is_no_error(tmp_path: Path) -> None:
    """Neither a device tree nor an os-release: the rest is still shown."""
    assert "64-bit" in machine.system(tmp_path).words


@pytest.mark.parametrize(("version", "status"), [((3, 10), "ok"), ((3, 14), "ok"), ((3, 9), "warn"), ((3, 15), "warn")])
def test_the_pythons_that_have_wheels_are_right(version: tuple[int, int], status: str) -> None:
    """From 3.10 to 3.14."""
    assert machine.python(version).status == status


@pytest.mark.parametrize(("told", "status"), [("yes", "ok"), ("no", "warn"), ("", "warn")])
def test_an_unset_clock_is_a_warning(told: str, status: str) -> None:
    """So is one of which nothing is known; only systemd's "yes" is all right."""

    def timedatectl(command: Sequence[str]) -> str:
        assert command[0] == "timedatectl"
        return told

    assert machine.clock(timedatectl).status == status


def test_where_there_is_no_timedatectl_it_is_not_what_to_do() -> None:
    """A container has none, and its clock is set elsewhere."""
    assert "timedatectl" not in machine.clock(lambda _command: "").remedy
    assert "timedatectl" in machine.clock(lambda _command: "no").remedy


def test_a_command_that_is_not_there_says_nothing() -> None:
    """Nor does one that fails."""
    assert machine.output_of(["haredge-has-no-such-command"]) == ""
    assert machine.output_of(["false"]) == ""
    assert machine.output_of(["echo", "yes"]) == "yes"


@pytest.mark.parametrize(("milli", "status"), [("45000", "ok"), ("76000", "warn"), ("86000", "fail")])
def test_heat_is_reported_before_it_hurts(tmp_path: Path, milli: str, status: str) -> None:
    """A warning near the limit, a failure where the board is slowed down for it."""
    zone = "sys/class/thermal/thermal_zone0"
    root = write(tmp_path, {f"{zone}/type": "cpu-thermal", f"{zone}/temp": milli})
    assert machine.temperature(Board(root)).status == status


@pytest.mark.parametrize(("bits", "status"), [("0", "ok"), ("50000", "ok"), ("4", "warn"), ("50005", "fail")])
def test_a_weak_power_supply_is_a_failure(tmp_path: Path, bits: str, status: str) -> None:
    """The firmware's bits for now: nothing, what has been, throttled, under-voltage."""
    root = write(tmp_path, {"sys/devices/platform/soc/soc:firmware/get_throttled": f"{bits}\n"})
    check = machine.power(Board(root))
    assert check.status == status
    assert bool(check.remedy) == (status != "ok")


def test_a_machine_without_sensors_is_fine(tmp_path: Path) -> None:
    """What is not known is not a warning."""
    assert machine.temperature(Board(tmp_path)).status == "ok"
    assert machine.power(Board(tmp_path)).status == "ok"
    assert machine.memory(Board(tmp_path)).status == "ok"


@pytest.mark.parametrize(("free_mb", "status"), [(5000, "ok"), (100, "warn"), (3, "fail")])
def test_a_full_disk_is_reported(tmp_path: Path, free_mb: int, status: str) -> None:
    """Judged where the state will lie, whether or not that folder exists yet."""

    def usage(folder: Path) -> tuple[int, int, int]:
        assert folder == tmp_path
        return 1 << 40, 0, free_mb << 20

    assert machine.disk(tmp_path / "lib" / "haredge", usage).status == status


@pytest.mark.parametrize(("available_mb", "status"), [(900, "ok"), (100, "warn"), (20, "fail")])
def test_little_memory_is_reported(tmp_path: Path, available_mb: int, status: str) -> None:
    """By what the kernel counts as available, not by what is unused."""
    files = {
        "proc/meminfo": f"MemTotal: 948000 kB\nMemFree: 1 kB\nMemAvailable: {available_mb * 1024} kB\n",
        "proc/uptime": "1000.00 900.00\n",
        "proc/self/status": "VmRSS:\t80000 kB\n",
        "proc/self/stat": f"1 (haredge) S {' '.join(['0'] * 18)} 100",
    }
    assert machine.memory(Board(write(tmp_path, files))).status == status


def test_a_disk_that_has_become_read_only_is_reported(disk: Path) -> None:
    """As a worn SD card does: there is room, and nothing is kept."""
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    found = machine.disk(disk / "haredge", lambda _folder: (1 << 40, 0, 1 << 40))
    assert found.status == "warn"
    assert "cannot be written to" in found.words
