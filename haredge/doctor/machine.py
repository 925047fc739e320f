"""Checks of the machine: system, Python, clock, heat, power, disk, memory."""

from __future__ import annotations

import os
import platform
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from haredge.board import Board
from haredge.doctor import FAIL, OK, WARN, Check, Status

Command = Callable[[Sequence[str]], str]
"""Runs a command and gives its output, "" where it fails or is not there."""

PYTHONS: Final = ((3, 10), (3, 14))
"""First and last Python that an interpreter has wheels for."""

WARM_C, HOT_C = 75.0, 82.0
"""A Raspberry Pi slows down from 80 on, and much from 85; a Jetson Nano from 97."""

LOW_DISK_MB, NO_DISK_MB = 200, 20
LOW_MEMORY_MB, NO_MEMORY_MB = 150, 50


def output_of(command: Sequence[str]) -> str:
    """Run a command for at most five seconds; "" where it fails or is not installed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def system(root: Path = Path("/")) -> Check:
    """Name the board, the system, and whether its programs are of 32 or 64 bits."""
    bits = struct.calcsize("P") * 8
    names = [_text(root / "proc/device-tree/model"), _os_name(root), f"{bits}-bit", platform.machine()]
    words = ", ".join(name for name in names if name)
    if bits == 64:
        return Check("system", OK, words)
    return Check("system", WARN, words, "the 64-bit system is faster, on a Raspberry Pi 3 or newer")


def _text(path: Path) -> str:
    try:
        return path.read_text().strip("\0\n ")
    except OSError:
        return ""


def _os_name(root: Path) -> str:
    lines = _text(root / "etc/os-release").splitlines()
    pretty = (line.partition("=")[2].strip('"') for line in lines if line.startswith("PRETTY_NAME="))
    return next(pretty, "")


def python(version: tuple[int, int] = sys.version_info[:2]) -> Check:
    """Check that this Python is one that haredge is made for."""
    words = f"{platform.python_version()} at {sys.prefix}"
    if PYTHONS[0] <= version <= PYTHONS[1]:
        return Check("Python", OK, words)
    return Check("Python", WARN, words, "haredge is made for Python 3.10 to 3.14: install one of these")


def clock(command: Command = output_of) -> Check:
    """Check that the clock is set by the network: activities carry its time."""
    told = command(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    if told == "yes":
        return Check("clock", OK, "synchronised")
    if not told:  # a container, or another init
        remedy = "compare `date` with a clock that is right; a container has the clock of the machine that runs it"
        return Check("clock", WARN, "not known whether it is synchronised", remedy)
    return Check("clock", WARN, "not synchronised", "times in messages may be wrong: sudo timedatectl set-ntp true")


def temperature(board: Board) -> Check:
    """Check how hot the processor is."""
    celsius = board.temperature_c()
    if celsius is None:
        return Check("temperature", OK, "not available on this machine")
    status: Status = OK if celsius < WARM_C else WARN if celsius < HOT_C else FAIL
    remedy = "" if status == OK else "it slows down when hot: a heat sink or fan, or a lower camera.rate_hz"
    return Check("temperature", status, f"{celsius:.0f} degrees Celsius", remedy)


def power(board: Board) -> Check:
    """Check that the board is not slowed down, and gets enough current."""
    slowed = board.throttled()
    if slowed is None:
        return Check("power", OK, "not available on this machine")
    if not slowed:
        return Check("power", OK, "not throttled, voltage fine")
    words = ", ".join(word.replace("_", " ") for word in slowed)
    if "under_voltage" in slowed:
        return Check("power", FAIL, words, "use the board's own power supply and a short, thick cable")
    return Check("power", WARN, words, "cool the board, or lower camera.rate_hz")


def disk(folder: Path, usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage) -> Check:
    """Check that the state can be written, and how much room there is for events while the broker is away."""
    there = next(path for path in (folder, *folder.parents) if os.access(path, os.F_OK))
    if not os.access(there, os.W_OK):
        words = f"{folder} cannot be written to: a restart forgets all that is kept there"
        remedy = "let this user into it; if the disk has become read-only, as a worn SD card does: see `sudo dmesg`"
        return Check("disk", WARN, words, remedy)
    free_mb = usage(there)[2] >> 20
    words = f"{free_mb} MB free for {folder}"
    remedy = "make room: sudo apt clean, sudo journalctl --vacuum-size=50M"
    return _enough("disk", free_mb, words, (LOW_DISK_MB, NO_DISK_MB), remedy)


def memory(board: Board) -> Check:
    """Check how much memory is available."""
    available_mb = board.figures()["memory_available_mb"]
    if not isinstance(available_mb, float):
        return Check("memory", OK, "this machine does not say how much is available")
    words, remedy = f"{available_mb:.0f} MB available", "end other programs, such as a desktop"
    return _enough("memory", available_mb, words, (LOW_MEMORY_MB, NO_MEMORY_MB), remedy)


def _enough(name: str, found: float, words: str, limits: tuple[float, float], remedy: str) -> Check:
    low, none = limits
    if found >= low:
        return Check(name, OK, words)
    return Check(name, WARN if found >= none else FAIL, words, remedy)
