"""How the board is: temperature, throttling, memory, uptime, read from /proc and /sys.

What a board does not report is None, never a guess. Sources: proc(5); the kernel's thermal and hwmon ABI documents;
Raspberry Pi's documentation of ``vcgencmd get_throttled`` for the bits.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

THROTTLED_BITS: Final = {
    0: "under_voltage",
    1: "frequency_capped",
    2: "throttled",
    3: "soft_temperature_limit",
}
"""The Pi firmware's bits for what is so now (those from 16 on say what has been)."""

OPTIONAL: Final = ("temperature_c", "throttled")
"""Values of :class:`BoardFigures` that not every board has."""

_IMPORTED_S: Final = time.monotonic()
"""About when the process started, where the system does not say it."""

_MIB_KIB = 1024


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """What :meth:`Board.figures` reads; the fields' names are those of the health topic."""

    temperature_c: float | None
    """Of the processor, or of the hottest zone if none is named for it."""
    throttled: tuple[str, ...] | None
    """What slows the board now: values of :data:`THROTTLED_BITS`; None if the board does not report it."""
    memory_mb: float | None
    """Resident memory of this process, MiB."""
    memory_available_mb: float | None
    """What the board has left, MiB."""
    uptime_s: float
    """Since this process started."""
    board_uptime_s: float | None
    """Since the board started."""


class Board:
    """Reads the board's values."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Take the folder that holds ``proc`` and ``sys``."""
        self._root = root

    def figures(self) -> dict[str, object]:
        """Return the figures of :class:`BoardFigures` by name; takes well under a millisecond."""
        if not (self._root / "proc/uptime").exists():
            return asdict(BoardFigures(None, None, None, None, round(time.monotonic() - _IMPORTED_S, 1), None))
        board_uptime_s = float(self._read("proc/uptime").split()[0])
        figures = BoardFigures(
            temperature_c=self.temperature_c(),
            throttled=self.throttled(),
            memory_mb=self._kib("proc/self/status", "VmRSS"),
            memory_available_mb=self._kib("proc/meminfo", "MemAvailable"),
            uptime_s=round(board_uptime_s - self._started_s(), 1),
            board_uptime_s=round(board_uptime_s, 1),
        )
        return asdict(figures)

    def sensors(self) -> tuple[str, ...]:
        """Return which of :data:`OPTIONAL` this board reports."""
        figures = self.figures()
        return tuple(name for name in OPTIONAL if figures[name] is not None)

    def name(self) -> str | None:
        """Return the board's name, "Raspberry Pi 4 Model B Rev 1.4"; None if it has none."""
        return self._text(self._root / "sys/firmware/devicetree/base/model").strip("\0 \n") or None

    def temperature_c(self) -> float | None:
        """Return the processor's temperature in degrees Celsius, None if the board has no sensor."""
        zones = {zone: self._number(zone / "temp") for zone in self._root.glob("sys/class/thermal/thermal_zone*")}
        zones_c = {zone: milli for zone, milli in zones.items() if milli is not None}
        cpu = [milli for zone, milli in zones_c.items() if "cpu" in self._text(zone / "type").lower()]
        hottest = max(cpu or zones_c.values(), default=None)
        return None if hottest is None else round(hottest / 1000, 1)

    def throttled(self) -> tuple[str, ...] | None:
        """Return what slows the board now, () if it runs freely, None if it does not report it."""
        reports = [*self._firmware(), *self._voltage_alarms(), *self._cooling()]
        if not reports:
            return None
        now = set().union(*reports)
        return tuple(word for word in THROTTLED_BITS.values() if word in now)

    def _firmware(self) -> Iterator[set[str]]:
        for path in self._root.glob("sys/devices/platform/*/*firmware/get_throttled"):
            bits = int(self._text(path) or "0", 16)
            yield {word for bit, word in THROTTLED_BITS.items() if bits >> bit & 1}

    def _voltage_alarms(self) -> Iterator[set[str]]:
        for sensor in self._root.glob("sys/class/hwmon/hwmon*"):
            if self._text(sensor / "name") == "rpi_volt":
                yield {"under_voltage"} if self._number(sensor / "in0_lcrit_alarm") else set()

    def _cooling(self) -> Iterator[set[str]]:
        for device in self._root.glob("sys/class/thermal/cooling_device*"):
            if "cpufreq" in self._text(device / "type"):
                yield {"throttled"} if self._number(device / "cur_state") else set()

    def _started_s(self) -> float:
        """Return when this process started, in seconds after the board did."""
        after_name = self._read("proc/self/stat").rpartition(")")[2].split()
        return int(after_name[19]) / os.sysconf("SC_CLK_TCK")

    def _kib(self, path: str, key: str) -> float:
        line = next(line for line in self._read(path).splitlines() if line.startswith(f"{key}:"))
        return round(int(line.split()[1]) / _MIB_KIB, 1)

    def _read(self, path: str) -> str:
        return (self._root / path).read_text()

    @staticmethod
    def _text(path: Path) -> str:
        """Return a sysfs file's text, "" if it is absent or its driver gives none (a sensor asleep)."""
        try:
            return path.read_text().strip()
        except OSError:
            return ""

    def _number(self, path: Path) -> int | None:
        text = self._text(path)
        return int(text) if text.lstrip("-").isdigit() else None
