"""Promises of haredge.board: figures as a Pi, a Jetson and this machine have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from haredge.board import Board


def write(root: Path, files: dict[str, str]) -> Board:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Board(root)


def test_this_machine_reports_its_values() -> None:
    """On any Linux: memory and uptime are there and make sense."""
    figures = Board().figures()
    assert isinstance(figures["memory_mb"], float)
    assert isinstance(figures["memory_available_mb"], float)
    assert 5 < figures["memory_mb"] < figures["memory_available_mb"]
    assert isinstance(figures["uptime_s"], float)
    assert isinstance(figures["board_uptime_s"], float)
    assert 0 <= figures["uptime_s"] < figures["board_uptime_s"]


def test_a_raspberry_pi_reports_temperature_and_throttling(tmp_path: Path) -> None:
    """As a Pi 4 has them: one thermal zone, the firmware's bits; what has been (bit 16 on) is not now."""
    board = write(
        tmp_path,
        {
            "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
            "sys/class/thermal/thermal_zone0/temp": "61835\n",
            "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
        },
    )
    assert board.temperature_c() == 61.8
    assert board.throttled() == ("under_voltage", "throttled")


def test_under_voltage_is_read_from_hwmon_too(tmp_path: Path) -> None:
    """Newer kernels report it only there."""
    sensor = "sys/class/hwmon/hwmon1"
    board = write(tmp_path, {f"{sensor}/name": "rpi_volt\n", f"{sensor}/in0_lcrit_alarm": "1\n"})
    assert board.throttled() == ("under_voltage",)


def test_a_jetson_reports_the_processors_zone_of_several(tmp_path: Path) -> None:
    """The hottest zone may be the power chip's fixed 100 degrees: the processor's own counts."""
    zones = {"AO-therm": "45000", "CPU-therm": "52500", "PMIC-Die": "100000"}
    files = {}
    for number, (kind, milli) in enumerate(zones.items()):
        files[f"sys/class/thermal/thermal_zone{number}/type"] = kind
        files[f"sys/class/thermal/thermal_zone{number}/temp"] = milli
    assert write(tmp_path, files).temperature_c() == 52.5


@pytest.mark.parametrize(("state", "slowed"), [("0\n", ()), ("3\n", ("throttled",))])
def test_a_kernel_that_cools_the_processor_is_throttling(tmp_path: Path, state: str, slowed: tuple[str, ...]) -> None:
    """Where the kernel and not a firmware slows the processor down, its cooling device says so."""
    device = "sys/class/thermal/cooling_device0"
    board = write(tmp_path, {f"{device}/type": "thermal-cpufreq-0\n", f"{device}/cur_state": state})
    assert board.throttled() == slowed


def test_what_the_board_does_not_report_is_none(tmp_path: Path) -> None:
    """No sensor is None, not 0 degrees; a sensor that gives an error or nonsense is no sensor."""
    assert Board(tmp_path).temperature_c() is None
    assert Board(tmp_path).throttled() is None
    zone = "sys/class/thermal/thermal_zone0"
    board = write(tmp_path, {f"{zone}/type": "cpu-thermal", f"{zone}/temp": ""})
    assert board.temperature_c() is None
